"""The market simulator against the same model in SimPy, written plainly and leanly, and its growth with size.

Run with SimPy installed (extra ``bench``): python benchmarks/bench_auction.py

The aim is held against the plain form: the model as a modeller writes it, one process a lease, every provider asked for
every order, the lowest offer taken. The lean form is the same market tuned by hand: providers sorted by price
beforehand, the first with room taken, a callback in place of a lease's process; it finds the winner but not how many
bid, which the simulator and the plain form both know. SimPy runs fewer orders, as an order costs it the same however
many there are.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import simpy
from measure import Ratio, conclude, medians, seconds, table

from researchlib.pricing.auction import simulate_market
from researchlib.pricing.market_inputs import poisson_orders, price_levels

RESOURCES = ["cpu", "memory", "storage", "rtx4090", "a100", "h100"]
SHAPES = pd.DataFrame(
    [
        [2_000, 4, 20, 0, 0, 0],
        [8_000, 32, 100, 0, 0, 0],
        [8_000, 32, 200, 1, 0, 0],
        [16_000, 64, 200, 2, 0, 0],
        [16_000, 128, 500, 0, 1, 0],
        [64_000, 512, 1_000, 0, 4, 0],
        [24_000, 128, 500, 0, 0, 1],
        [96_000, 768, 2_000, 0, 0, 8],
    ],
    columns=RESOURCES,
)
LIST_PRICE = pd.Series([2e-6, 1e-3, 3e-5, 0.3, 0.9, 2.0], index=RESOURCES)  # USD an hour and unit
AT_LEAST_OVER_PLAIN, AT_LEAST_OVER_LEAN = 100, 20
AT_MOST_GROWTH = 2  # an order of ten times as many orders
AT_MOST_PROVIDERS = 10  # an order among a hundred times as many providers

Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, np.ndarray]


def market_tables(count: int, providers: int) -> Tables:
    """Orders, shapes, capacity and bids of a market that is about nine tenths full, whatever its size."""
    rng = np.random.default_rng(0)
    capacity = pd.DataFrame(
        {
            "cpu": rng.integers(128, 512, providers) * 1_000,
            "memory": rng.integers(512, 4_096, providers),
            "storage": rng.integers(4_000, 16_000, providers),
            **{name: rng.integers(0, 17, providers) for name in RESOURCES[3:]},
        }
    )
    levels = price_levels(providers, spread=0.3, seed=rng)
    bids = np.outer(SHAPES.to_numpy() @ LIST_PRICE.to_numpy(), levels)
    orders = poisson_orders(
        count, rate=1.1 * providers, mean_duration=10.0, ceilings=1.5 * np.median(bids, axis=1),
        ceiling_spread=0.3, mix=[4, 3, 3, 1, 2, 0.3, 2, 0.2], seed=rng,
    )  # fmt: skip
    return orders, SHAPES, capacity, bids


def plain_market(orders: pd.DataFrame, shapes: pd.DataFrame, capacity: pd.DataFrame, bids: np.ndarray) -> list[int]:
    """Return the winner of each order (-1: none), by SimPy processes: a source of orders, and one a lease."""
    need = [[(r, amount) for r, amount in enumerate(row) if amount] for row in shapes.to_numpy().tolist()]
    free, price = capacity.to_numpy().tolist(), bids.tolist()
    providers, winners = range(len(capacity)), []
    env = simpy.Environment()

    def has_room(p: int, k: int) -> bool:
        return all(free[p][r] >= amount for r, amount in need[k])

    def lease(p: int, k: int, duration: float) -> Iterator[simpy.Event]:
        for r, amount in need[k]:
            free[p][r] -= amount
        yield env.timeout(duration)
        for r, amount in need[k]:
            free[p][r] += amount

    def source() -> Iterator[simpy.Event]:
        for arrival, duration, k, ceiling in orders.itertuples(index=False, name=None):
            yield env.timeout(arrival - env.now)
            offers = [(price[k][p], p) for p in providers if has_room(p, k) and price[k][p] <= ceiling]
            winners.append(min(offers)[1] if offers else -1)
            if offers:
                env.process(lease(winners[-1], k, duration))

    env.process(source())
    env.run()
    return winners


def lean_market(orders: pd.DataFrame, shapes: pd.DataFrame, capacity: pd.DataFrame, bids: np.ndarray) -> list[int]:
    """Return the winner of each order as `plain_market` does, asking providers in the order of their prices."""
    need = [[(r, amount) for r, amount in enumerate(row) if amount] for row in shapes.to_numpy().tolist()]
    free, winners = capacity.to_numpy().tolist(), []
    ranked = [sorted((price, p) for p, price in enumerate(row)) for row in bids.tolist()]
    env = simpy.Environment()

    def end(event: simpy.Event) -> None:
        left, needed = event.value
        for r, amount in needed:
            left[r] += amount

    def source() -> Iterator[simpy.Event]:
        for arrival, duration, k, ceiling in orders.itertuples(index=False, name=None):
            yield env.timeout(arrival - env.now)
            needed, winner = need[k], -1
            for price, p in ranked[k]:
                if price > ceiling:
                    break
                left = free[p]
                for r, amount in needed:
                    if left[r] < amount:
                        break
                else:
                    winner = p
                    for r, amount in needed:
                        left[r] -= amount
                    env.timeout(duration, (left, needed)).callbacks.append(end)
                    break
            winners.append(winner)

    env.process(source())
    env.run()
    return winners


def growth(sizes: list[tuple[int, int]], rounds: int = 3) -> list[tuple[int, int, float, float]]:
    """Print and return orders, providers, median seconds, and microseconds an order."""

    def side(count: int, providers: int) -> Callable[[], float]:
        tables = market_tables(count, providers)
        return lambda: seconds(simulate_market, *tables)

    time = medians(rounds, {size: side(*size) for size in sizes})
    columns = {"orders": "10,", "providers": "9,", "seconds": "8.3f", "us an order": "8.3f"}
    return table(columns, [(*size, took, took / size[0] * 1e6) for size, took in time.items()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--simpy-orders", type=int, default=50_000)
    parser.add_argument("--most-orders", type=int, default=10_000_000)
    options = parser.parse_args()

    few, many = market_tables(options.simpy_orders, 100), market_tables(1_000_000, 100)
    ours = simulate_market(*few, tie_break="first")["provider"].to_numpy()
    for form, market in {"plain": plain_market, "lean": lean_market}.items():
        print(f"{form} SimPy: same winner on {np.mean(ours == market(*few)):.4%} of {options.simpy_orders:,} orders")
    print(f"{(ours >= 0).mean():.1%} of the orders leased; now {len(many[0]):,} orders against 100 providers, medians")
    time = medians(
        options.rounds,
        {
            "plain": lambda: seconds(plain_market, *few) / options.simpy_orders * 1e6,
            "lean": lambda: seconds(lean_market, *few) / options.simpy_orders * 1e6,
            "here": lambda: seconds(simulate_market, *many),  # a million orders: seconds are microseconds an order
        },
    )
    forms = {"plain": "SimPy, plain", "lean": "SimPy, lean", "here": "here"}
    table(
        {"": "<12", "us an order": "8.3f", "over here": "8.0f"},
        [(name, time[side], time[side] / time["here"]) for side, name in forms.items()],
    )
    ratios = [
        Ratio("SimPy, plain / here", time["plain"] / time["here"], at_least=AT_LEAST_OVER_PLAIN),
        Ratio("SimPy, lean / here", time["lean"] / time["here"], at_least=AT_LEAST_OVER_LEAN),
    ]
    print("\ngrowth with orders, and with providers")
    counts = [count for count in (10_000, 100_000, 1_000_000, 10_000_000) if count <= options.most_orders]
    *_, less, more = growth([(count, 100) for count in counts])
    name = f"time an order, {more[0]:,} / {less[0]:,} orders"
    ratios.append(Ratio(name, more[-1] / less[-1], at_most=AT_MOST_GROWTH))
    _, hundred, _, most = growth([(1_000_000, providers) for providers in (10, 100, 1_000, 10_000)])
    name = "time an order, 10,000 / 100 providers"
    ratios.append(Ratio(name, most[-1] / hundred[-1], at_most=AT_MOST_PROVIDERS))
    conclude("auction", ratios, partial=options.most_orders < 10_000_000)


if __name__ == "__main__":
    main()

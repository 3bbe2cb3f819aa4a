"""The market simulator against the same model in SimPy, and its growth with orders and providers.

Run with SimPy installed (extra ``bench``): ``python benchmarks/bench_auction.py``. Times are medians of rounds in
which both sides take turns; SimPy's time is per order on fewer orders, since its cost grows linearly.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import simpy

from researchlib.pricing.auction import simulate_market
from researchlib.pricing.market_inputs import linear_bids, poisson_orders, price_levels

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
    unit_prices = pd.DataFrame(np.outer(levels, LIST_PRICE), columns=RESOURCES)
    bids = linear_bids(SHAPES, unit_prices)
    orders = poisson_orders(
        count, rate=1.1 * providers, mean_duration=10.0, ceilings=1.5 * np.median(bids, axis=1),
        ceiling_spread=0.3, mix=[4, 3, 3, 1, 2, 0.3, 2, 0.2], seed=rng,
    )  # fmt: skip
    return orders, SHAPES, capacity, bids


def simpy_market(orders: pd.DataFrame, shapes: pd.DataFrame, capacity: pd.DataFrame, bids: np.ndarray) -> list[int]:
    """Run the same market as SimPy processes: a source of orders, and one process a lease."""
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


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--simpy-orders", type=int, default=50_000)
    parser.add_argument("--most-orders", type=int, default=10_000_000)
    options = parser.parse_args()

    few, many = market_tables(options.simpy_orders, 100), market_tables(1_000_000, 100)
    ours = simulate_market(*few, tie_break="first")
    agree = np.mean(ours["provider"].to_numpy() == simpy_market(*few))
    print(f"same winner on {agree:.4%} of {options.simpy_orders:,} orders, {(ours['provider'] >= 0).mean():.1%} leased")

    slow, fast = [], []
    for _ in range(options.rounds):
        slow.append(seconds(lambda: simpy_market(*few)) / options.simpy_orders)
        fast.append(seconds(lambda: simulate_market(*many)) / 1_000_000)
    ratio = statistics.median(slow) / statistics.median(fast)
    print("1,000,000 orders against 100 providers, microseconds an order (median):")
    print(
        f"  SimPy {statistics.median(slow) * 1e6:.1f}   here {statistics.median(fast) * 1e6:.3f}   ratio {ratio:.0f}x"
    )

    print("orders     providers  seconds  microseconds an order")
    sizes = [(n, 100) for n in (10_000, 100_000, 1_000_000, 10_000_000) if n <= options.most_orders]
    for count, providers in [*sizes, *((1_000_000, p) for p in (10, 1_000, 10_000))]:
        tables = market_tables(count, providers)
        median = statistics.median(seconds(lambda tables=tables: simulate_market(*tables)) for _ in range(3))
        print(f"{count:>10,} {providers:>9,} {median:>8.3f} {median / count * 1e6:>8.3f}")


if __name__ == "__main__":
    main()

"""What buying into a subnet costs on its pool, and what it yields: the chain's swap on the reserves as read.

One pool is followed by the exact rule, all of a day by the same curve on arrays. Amounts are TAO and alpha. Weights
are equal, as everywhere on the chain so far as known; `weights_moved` shows why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.bittensor import alpha, emission, liquidity, payout, pool, pool_arrays, swap
from researchlib.data.limits import limit
from researchlib.models import subnet_checks as checks
from researchlib.models import subnets

__all__ = [
    "Attack", "Bought", "agreement", "all_pools", "attack", "attacks", "buy", "curves", "miners_pay", "payback_days",
    "pool_of", "pools", "rules", "spot_against_sale", "tao_price", "trade", "weights_moved", "yields",
]  # fmt: skip

RAO = emission.RAO_PER_TAO
BLOCKS_A_DAY = 7200
EPOCH = 360


class Bought(NamedTuple):
    """Alpha for TAO: amounts, the spot price before and the price paid, and the TAO that selling it at once brings."""

    day: pd.Timestamp
    tao: float
    fee: float
    alpha: float
    spot: float
    paid: float
    back: float
    frames: tuple[pd.DataFrame, ...]

    @property
    def slippage(self) -> float:
        """Price paid, fee included, over the spot price before, less one."""
        return self.paid / self.spot - 1


class Attack(NamedTuple):
    """Buying alpha to raise a subnet's share: what it takes, what it gives, and what comes back.

    ``tao`` is paid, fee included; ``back`` returns if the alpha is sold while nobody else traded, ``back_at_spot`` if
    others had sold the price back to where it was. ``share`` and ``share_after`` are of the block emission, the second
    once the moving price has followed; ``followed`` is the part of the way that it has gone after one, two ... days.
    """

    tao: float
    alpha: float
    back: float
    back_at_spot: float
    share: float | None
    share_after: float | None
    followed: tuple[float, ...]


def _since(table: pd.DataFrame) -> pd.Timestamp:
    """Return the day of a state, or the first day of the pool's rules if that is later."""
    first = data.parameter_history("bittensor", "max_input_per_reserve")["valid_from"].min()
    return pd.Timestamp(max(table["date"].iloc[0], first))


def rules(table: pd.DataFrame) -> swap.SwapParameters:
    """Return the swap's rules on a state's day, or those of the pool's first day if that is later."""
    return data.parameters(swap.SwapParameters, _since(table))


def pools(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a state that have a pool.

    Raises ValueError for a day of which no reserves were read.
    """
    found = table[(table["tao_in_pool"] > 0) & (table["alpha_in_pool"] > 0)]
    if found.empty:
        day = f"{table['date'].iloc[0]:%Y-%m-%d}"
        raise ValueError(f"as_of: {day} given, a day with the reserves of pools allowed")
    return found


def pool_of(table: pd.DataFrame, netuid: int) -> pool.Pool:
    """Return the pool of a subnet in rao; ValueError for one that is not there that day."""
    there = pools(table)
    if netuid not in there.index:
        day = f"{table['date'].iloc[0]:%Y-%m-%d}"
        listed = subnets.numbers(there.index)
        raise ValueError(f"netuid: {netuid!r} given, a subnet with a pool on {day} ({listed}) allowed")
    tao, held = (float(there[name][netuid]) for name in ("tao_in_pool", "alpha_in_pool"))
    return pool.Pool(round(tao * RAO), round(held * RAO))


def trade(
    at: pool.Pool,
    side: str,
    amount: float,
    given: swap.SwapParameters,
    name: str = "amount",
    limit: float | None = None,
) -> swap.Swap:
    """Return a swap of an amount of TAO (``side`` buy) or alpha (sell), up to a price limit if one is given.

    Raises ValueError in the name of the amount, with what the pool takes.
    """
    reserve = (at.tao_reserve if side == "buy" else at.alpha_reserve) / RAO
    most = given.max_input_per_reserve * reserve
    unit = "TAO" if side == "buy" else "alpha"
    if not 1 / RAO <= amount <= most:
        raise ValueError(
            f"{name}: {amount!r} given, above 0 and at most {most:,.0f} {unit} allowed: "
            f"{given.max_input_per_reserve:,} times the {reserve:,.3f} in the pool"
        )
    return swap.swap(at, side, round(amount * RAO), given, price_limit=limit)


def buy(netuid: int, tao: float = 1000.0, *, as_of: str | None = None) -> Bought:
    """Return what a purchase of alpha for so much TAO gives on a day, the newest with pools if none is named.

    >>> found = buy(64, 1000, as_of="2026-08-07")
    >>> round(found.alpha), round(found.slippage, 4)
    (11438, 0.005)

    Raises ValueError for a day without pools, a subnet without one, and an amount that the pool does not take.
    """
    table = subnets.state(limit("subnet_days tao_in_pool")[-1] if as_of is None else as_of, netuid)
    at, given = pool_of(table, netuid), rules(table)
    made = trade(at, "buy", tao, given, "tao")
    back = swap.swap(made.pool, "sell", made.amount_out, given)
    received = made.amount_out / RAO
    return Bought(
        table["date"].iloc[0], tao, made.fee / RAO, received, pool.price(at), tao / received, back.amount_out / RAO,
        (table, data.parameter_rows(swap.SwapParameters, _since(table))),
    )  # fmt: skip


def curves(table: pd.DataFrame, amounts: Sequence[float]) -> pd.DataFrame:
    """Return the price paid over the spot price, less one, by amount of TAO (rows) and subnet (columns)."""
    there, given = pools(table), rules(table)
    tao, held = (there[name].to_numpy(float)[None, :] for name in ("tao_in_pool", "alpha_in_pool"))
    asked = np.asarray(amounts, float)[:, None]
    made = pool_arrays.swap("buy", tao, held, asked, fee_rate_u16=given.swap_fee_rate_u16)
    paid = asked / made.amount_out / pool_arrays.price(tao, held) - 1
    return pd.DataFrame(paid, index=list(amounts), columns=there.index)


def agreement(table: pd.DataFrame, amounts: Sequence[float]) -> float:
    """Return the largest difference between the exact rule, which cuts to whole rao, and the arrays, in rao.

    Every pool is bought from with each amount of TAO, and sold to with as much alpha as that is worth.
    """
    there = pools(table)
    given = [pool_of(table, int(netuid)) for netuid in there.index]
    tao, held = (np.array([getattr(at, name) for at in given], float) for name in ("tao_reserve", "alpha_reserve"))
    worst = 0.0
    for amount in amounts:
        for side in pool.SIDES:
            paid = np.round(amount * RAO / (np.ones(len(tao)) if side == "buy" else tao / held))
            exact = np.array([pool.output(at, side, int(each)) for at, each in zip(given, paid, strict=True)], float)
            worst = max(worst, float(np.abs(pool_arrays.output(side, tao, held, paid) - exact).max()))
    return worst


def all_pools(table: pd.DataFrame, move: float = 0.1) -> pd.DataFrame:
    """Return how deep each pool is.

    Columns: tao (in the pool), price, move_tao (to raise the price by a part of it, fee included), injected_day (TAO
    that the emission puts in a day, missing where not read), days (of that for the move, missing where nothing comes).
    """
    there, rate = pools(table), rules(table).swap_fee_rate_u16
    found = pd.DataFrame({"tao": there["tao_in_pool"], "price": there["tao_in_pool"] / there["alpha_in_pool"]})
    cost = []
    for netuid in there.index:
        at = pool_of(table, netuid)
        spot = pool.price(at)
        net = pool.limit_delta("buy", at.tao_reserve, at.quote_weight, spot, spot * (1 + move))
        cost.append((net + pool.fee_on_top(net, rate)) / RAO)
    put = there["tao_injected_per_block"] * BLOCKS_A_DAY
    found = found.assign(move_tao=cost, injected_day=put)
    return found.assign(days=found["move_tao"] / put.where(put > 0))


def attack(table: pd.DataFrame, netuid: int, factor: float) -> Attack:
    """Return what it takes to multiply a subnet's price, what share that brings, and what comes back.

    Raises ValueError for a subnet without a pool and a factor that is none above 1.
    """
    if not factor > 1:
        raise ValueError(f"factor: {factor!r} given, a number above 1 allowed")
    at, given = pool_of(table, netuid), rules(table)
    spot = pool.price(at)
    most = given.max_input_per_reserve * at.tao_reserve / RAO
    made = trade(at, "buy", most, given, limit=spot * factor)
    ends = [swap.swap(where, "sell", made.amount_out, given).amount_out / RAO for where in (made.pool, at)]
    rule = subnets.in_force(table).emission_share_rule
    now, then = (subnets.rule_shares(table, rule, moved={netuid: each}) for each in (1.0, factor))
    average = data.parameters(alpha.MovingPriceParameters, table["date"].iloc[0])
    born, block = int(table["registered_block"].fillna(1)[netuid]), int(table["block"].iloc[0])
    followed, moving = [], spot
    for _ in range(3):
        moving = alpha.moving_price(moving, spot * factor, block, born, average, updates=BLOCKS_A_DAY)
        way = min(spot * factor, 1) - spot  # of a price above 1 the average takes in 1
        followed.append((moving - spot) / way if way > 0 else 1.0)
    return Attack(
        tao=made.taken / RAO,
        alpha=made.amount_out / RAO,
        back=ends[0],
        back_at_spot=ends[1],
        share=None if now is None else float(now[netuid]),
        share_after=None if then is None else float(then[netuid]),
        followed=tuple(followed),
    )


def attacks(table: pd.DataFrame, netuid: int, factors: Sequence[float]) -> pd.DataFrame:
    """Return, by the factor on the price, what `attack` takes and loses, TAO.

    Columns: paid, lost (if others sell the price back to where it was first), lost_quiet (if nobody trades), gained
    (TAO of emission a day that the subnet gets more once the average has followed; missing where shares are not known).
    """
    rows = {}
    a_day = subnets.in_force(table).block_emission * BLOCKS_A_DAY
    for factor in factors:
        made = attack(table, netuid, factor)
        more = np.nan if made.share is None or made.share_after is None else (made.share_after - made.share) * a_day
        rows[factor] = (made.tao, made.tao - made.back_at_spot, made.tao - made.back, more)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["paid", "lost", "lost_quiet", "gained"])


def _created(table: pd.DataFrame) -> pd.Series:
    """Return the alpha-rao that a block creates outside the pool for each subnet, by its alpha issued.

    A subnet known not to have started creates none. Where its day lacks the alpha issued, that of the nearest day with
    the same occupant stands in: it decides only whether a halving has passed.
    """
    rule = data.parameters(emission.EmissionParameters, table["date"].iloc[0])
    issued = checks.issued_nearby(table)
    on = table["started"].fillna(True).astype(bool)
    found = [
        np.nan if np.isnan(each) else emission.block_emission(round(each * RAO), rule) if runs else 0
        for each, runs in zip(issued, on, strict=True)
    ]
    return pd.Series(found, table.index, dtype=float)


def miners_pay(table: pd.DataFrame) -> pd.Series:
    """Return the alpha that the miners of each subnet get a day, also where owners withhold a part of it."""
    cut = data.parameters(payout.PayoutParameters, table["date"].iloc[0])
    return _created(table).map(
        lambda created: payout.pending_split(int(created), 0, 1, cut).server_rao / RAO * BLOCKS_A_DAY,
        na_action="ignore",
    )


def spot_against_sale(table: pd.DataFrame, netuid: int) -> pd.DataFrame:
    """Return what alpha is worth at the spot price, and what selling it at once would bring, TAO.

    Rows: a day's, a month's and a year's pay of the miners, and all alpha outside the pool, where known. Columns: spot,
    sale and lost (the part of the first; of one subnet, missing where its alpha is not known), and all_spot, all_sale,
    all_lost (of every pool where it is).
    """
    there, given = pools(table), rules(table)
    pay, spans = miners_pay(there), (("a day", 1), ("30 days", 30), ("a year", 365))
    amounts: dict[str, pd.Series] = {f"miners' pay of {name}": pay * days for name, days in spans}
    if there["alpha_outside_pool"].notna().any():
        amounts["all alpha outside the pool"] = there["alpha_outside_pool"]
    tao, held = there["tao_in_pool"].to_numpy(), there["alpha_in_pool"].to_numpy()
    rows = {}
    for name, amount in amounts.items():
        sold = amount.fillna(0).to_numpy(float)
        sale = pool_arrays.swap("sell", tao, held, sold, fee_rate_u16=given.swap_fee_rate_u16).amount_out
        values = pd.DataFrame({"spot": sold * tao / held, "sale": sale}, index=there.index)
        one, every = values.where(amount.notna()).loc[netuid], values.sum()
        lost = [(each["spot"] - each["sale"]) / (each["spot"] or 1.0) for each in (one, every)]
        rows[name] = (one["spot"], one["sale"], lost[0], every["spot"], every["sale"], lost[1])
    columns = ["spot", "sale", "lost", "all_spot", "all_sale", "all_lost"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


@dataclass(frozen=True)
class Take:
    """What a validator keeps of its stakers' dividends by default, of 65,535."""

    network: ClassVar[str] = "bittensor"

    delegate_take_u16: int


def yields(table: pd.DataFrame) -> tuple[pd.DataFrame, float | None] | None:
    """Return what alpha staked in each subnet earns a year, and what TAO on root earns; None if not known that day.

    The validators' and root's pots of an epoch are split as if dividends followed stake, less the usual take. Columns:
    earned (alpha an alpha, without compounding), grown (new alpha outside the pool an alpha there), staked (alpha).
    Alpha staked is what wallets hold, where read, else all outside the pool. Root's alpha is valued at the spot price
    and None while the prices of the emitting subnets do not add up to more than 1, when root gets none.
    """
    root = subnets.root_stake(table)
    if root.empty or table["alpha_issued"].isna().all() or table["alpha_outside_pool"].isna().all():
        return None
    day = table["date"].iloc[0]
    cut = data.parameters(payout.PayoutParameters, day)
    kept = 1 - data.parameters(Take, day).delegate_take_u16 / 65_535
    weight, root_rao = cut.tao_weight_u64 / (2**64 - 1), round(root["value"].iloc[0] * RAO)
    staked = table["alpha_staked"].fillna(table["alpha_outside_pool"])
    created, rows, to_root = _created(table), {}, 0.0
    for row in table.assign(held=staked, created=created)[(staked > 0) & (created > 0)].to_dict("records"):
        held, netuid = row["held"], row["netuid"]
        parts = payout.pending_split(int(row["created"]), root_rao, round(row["alpha_issued"] * RAO), cut)
        of_alpha = payout.HotkeyStake(round(held * RAO), 0, round(held * RAO))
        of_root = payout.HotkeyStake(0, root_rao, round(root_rao * weight))
        pots = parts.validator_rao * EPOCH, parts.root_rao * EPOCH
        made = payout.dividend_split(*pots, weight, [of_alpha, of_root])
        a_year = 365 * BLOCKS_A_DAY / EPOCH * kept / RAO
        grown = row["created"] / RAO * 365 * BLOCKS_A_DAY / row["alpha_outside_pool"]
        rows[netuid] = (made.alpha_rao[0] * a_year / held, grown, held)
        if row["alpha_price_tao"] > 0:  # alpha without a pool cannot be sold
            to_root += made.root_rao[1] * a_year * row["alpha_price_tao"]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["earned", "grown", "staked"])
    on = table["emission_enabled"].fillna(True).astype(bool)
    pays = subnets.prices(table)[0][on].sum() > 1
    return found, to_root / (root_rao / RAO) if pays else None


def payback_days(bought: Bought, earned: float) -> float | None:
    """Return the days after which what alpha earns makes up for buying it and selling it at once; None for never."""
    a_day = bought.alpha * earned / 365 * bought.spot
    return (bought.tao - bought.back) / a_day if a_day > 0 else None


def weights_moved(table: pd.DataFrame) -> pd.Series | None:
    """Return how far a day's emission, put in at once, would move the weight of TAO in each pool from one half.

    None where the alpha put in was not read. The exact rule gives the largest, the arrays the others.
    """
    there = pools(table)
    if there["alpha_injected_per_block"].isna().all():
        return None
    put = there[["tao_injected_per_block", "alpha_injected_per_block"]].fillna(0) * BLOCKS_A_DAY
    tao, held = there["tao_in_pool"].to_numpy(), there["alpha_in_pool"].to_numpy()
    moved = pd.Series(pool_arrays.reweighted(tao, held, *put.to_numpy().T) - 0.5, there.index)
    most = int(there["netuid"].iloc[int(moved.abs().argmax())])
    exact = liquidity.reweighted(pool_of(table, most), *(round(float(put[name][most]) * RAO) for name in put))
    moved[most] = exact.quote_weight / pool.WEIGHT_ONE - 0.5
    return moved


def tao_price(day: pd.Timestamp, most_days: int = 60) -> pd.DataFrame:
    """Return the last price of TAO read up to a day and at most so long before: one row or none."""
    rows = data.current("token_prices").query("network == 'bittensor'").dropna(subset="price_usd")
    near = rows["date"].between(day - pd.Timedelta(days=most_days), day)
    found: pd.DataFrame = rows[near].sort_values("date").iloc[-1:]
    return found

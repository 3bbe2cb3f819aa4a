"""Alpha pools: what buying into a subnet costs, what it yields, and what its price is worth when sold."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "attacked", "depth", "earning", "sale", "slips"]


def answer(found: Found) -> Answer:
    """Say what the purchase costs over the price and what alpha staked earns, or what is not known."""
    day, netuid = found["day"], found["netuid"]
    sentence = f"Buying into subnet {netuid} on {day} costs {found['slippage']} over the price" + (
        f", and alpha staked there earns {found['yield_alpha']} a year in new alpha."
        if "yield_alpha" in found
        else "; what alpha staked there earns is not known of that day."
    )
    bullets = [
        f"{found['amount']} buys {found['alpha_bought']}; sold again at once it brings all but {found['round_trip']}.",
        _yields(found),
        f"Raising the price by {found['move']} takes {found['move_cost']} there and {found['move_cost_median']} in the "
        f"median pool.",
        _attack(found),
        _sold(found),
    ]
    return Answer(sentence, tuple(bullets))


def _yields(found: Found) -> str:
    if "yield_alpha" not in found:
        return "Not known: yields, as the alpha issued was not read that day."
    grows = words.compared(
        found["yield_alpha"], found["alpha_growth"], "so that a staker's part of all of it grows",
        "so that even a staker's part of all of it shrinks", "so that a staker's part of all of it stays",
    )  # fmt: skip
    root = f"TAO on root earns {found['yield_root']}" if "yield_root" in found else "root earns nothing then"
    return (
        f"New alpha adds {found['alpha_growth']} a year to what is outside that pool, {grows}; {root}, valued at spot "
        f"prices."
    )


def _attack(found: Found) -> str:
    said = (
        f"Multiplying the price by {found['price_factor']} takes {found['attack_paid']}; of that "
        f"{found['attack_lost']} are lost if others sell the price back first, {found['attack_lost_quiet']} if nobody "
        f"trades."
    )
    if "share_after" not in found:
        return f"{said} What share that brings is not known of that day."
    return f"{said} The share would go from {found['share']} to {found['share_after']}."


def _sold(found: Found) -> str:
    rest = ""
    if "lost_in_sale_all" in found:
        rest = f" All alpha outside the pools, sold at once, brings {found['lost_in_sale_all']} less than that."
    if "lost_in_sale_day" not in found:
        return f"Not known: what a day's pay of its miners brings against the spot price.{rest}"
    return (
        f"Selling a day's pay of its miners at once brings {found['lost_in_sale_day']} less than the spot price says, "
        f"a year's {found['lost_in_sale_year']} less.{rest}"
    )


def slips(paid: pd.Series, netuid: int, amount: float) -> str:
    """Say what a purchase costs over the price in one pool and in the median one, and in how many over a tenth."""
    return (
        f"For {amount:,.0f} TAO subnet {netuid} costs {paid[netuid]:.2%} over the price, the median pool "
        f"{paid.median():.1%}; in {int((paid > 0.1).sum())} of {words.count(len(paid), 'pool')} it is over a tenth."
    )


def depth(rows: pd.DataFrame) -> str:
    """Say how many pools get TAO at all, and how many days of it a move of the price is worth in their median."""
    if rows["injected_day"].isna().all():
        return "Not known: what the emission put into the pools that day."
    known = rows["days"].dropna()
    return (
        f"{len(known)} of {words.count(len(rows), 'pool')} get TAO; in their median the move takes as much as "
        f"{known.median():,.0f} days of it bring, in the fastest {known.min():,.0f}."
    )


def earning(rows: pd.DataFrame, root: float | None) -> str:
    """Say what the median subnet's alpha earns beside root, and where it outruns the new alpha."""
    ahead = int((rows["earned"] > rows["grown"]).sum())
    beside = f"TAO on root {root:.1%}" if root is not None else "root nothing"
    return (
        f"In the median subnet staked alpha earns {rows['earned'].median():.0%} a year and {beside}; it earns more "
        f"than alpha outside the pool grows in {ahead} of {words.count(len(rows), 'subnet')}."
    )


def attacked(rows: pd.DataFrame) -> str:
    """Say how many days of the emission gained pay for what is lost, where most is gained for it."""
    if rows["gained"].isna().any():
        return "Not known: the shares of that day, so that only the cost is drawn."
    gains = rows[rows["gained"] > 0]
    if gains.empty:
        return "The subnet's share does not follow its price: nothing is gained."
    days = gains["lost"] / gains["gained"]
    best = gains.index.to_numpy(float)[int(days.argmin())]
    return (
        f"Sold back by others, what is lost is {days.min():,.0f} days of the emission gained at best (price times "
        f"{best:.3g}, of those drawn); that emission goes to the subnet's pool, not to the buyer."
    )


def sale(rows: pd.DataFrame) -> str:
    """Say what selling all at once loses against the spot price, for the first and the last amount."""
    first, last = rows.iloc[0], rows.iloc[-1]
    return (
        f"{str(rows.index[0]).capitalize()}: {1 - first['all_sale'] / first['all_spot']:.1%} less than at spot over "
        f"all pools; {rows.index[-1]}: {1 - last['all_sale'] / last['all_spot']:.0%} less."
    )

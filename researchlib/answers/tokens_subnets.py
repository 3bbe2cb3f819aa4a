"""Bittensor's subnets: which of them the block emission feeds, by which rule, and how far the rule is followed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = [
    "answer",
    "bites",
    "day_by_day",
    "doubled",
    "gains",
    "goes_next",
    "lock_prices",
    "shape",
    "through_rules",
    "votes",
]


def answer(found: Found) -> Answer:
    """Say how many subnets the rule feeds and why, or what is not known of that day."""
    day, rule = found["day"], found["rule"]
    if "fed" not in found:
        sentence = f"Not known: what was read of {day} does not tell what the rule “{rule}” looks at."
    else:
        sentence = (
            f"Shared by “{rule}”, the emission of {day} feeds {found['fed']} of {found['subnets']} subnets, and the "
            f"ten largest get {found['top10']} of it."
        )
    bullets = []
    if "share_error_worst" in found:
        bullets.append(
            f"The rule in force that day gives the chain's own shares: the worst of them is off by "
            f"{found['share_error_worst']} of the emission, the median by {found['share_error_median']}."
        )
    elif "injection_error_uncapped" in found:
        bullets.append(
            f"The chain's own shares of that day are not known. What the rule in force puts into the pools without a "
            f"binding cap is off by {found['injection_error_uncapped']} (median)."
        )
    else:
        bullets.append("Not known: the chain's own shares of that day, and what it put into the pools.")
    bullets.append(_of_subnet(found))
    if "effective" in found and "effective_price" in found:
        more = words.compared(
            found["effective"], found["effective_price"], "less concentrated than", "more concentrated than",
            "as concentrated as", near=0.005,
        )  # fmt: skip
        bullets.append(
            f"It spreads the emission as {found['effective']} equal subnets would: {more} by price alone "
            f"({found['effective_price']})."
        )
    if "next_to_go" in found:
        bullets.append(f"The next registrations would replace the subnets {found['next_to_go']}, in this order.")
    else:
        bullets.append("Not known: which subnets would be replaced next, as their age or price was not read that day.")
    bullets.append(
        f"The rule of the lock cost gives {found['lock_within']} of {found['lock_registrations']} prices paid within "
        f"0.05 TAO; the worst is off by {found['lock_worst']}."
    )
    return Answer(sentence, tuple(bullets))


def _of_subnet(found: Found) -> str:
    netuid = found["netuid"]
    if "share" not in found:
        return f"Not known: what subnet {netuid} gets by that rule."
    if "share_after" not in found:
        return f"Subnet {netuid} gets {found['share']}; the rule does not look at its price."
    factor = float(found["price_factor"])
    if factor == 1:
        return f"Subnet {netuid} gets {found['share']}."
    said = words.compared(
        found["share_after"], found["share"], "would raise it to", "would lower it to", "leaves it at"
    )
    return f"Subnet {netuid} gets {found['share']}; a price {factor:g} times as high {said} {found['share_after']}."


def shape(drawn: pd.DataFrame) -> str:
    """Say how many subnets the gate raises, and what those that it starves had and have."""
    if "through the gate" not in drawn:
        return "Not known: the burned parts of that day, so that only the price counts here."
    before, after = drawn["without the gate"], drawn["through the gate"]
    starved = after < before / 2
    return (
        f"The gate raises the shares of {int((after > before).sum())} of {words.count((before > 0).sum(), 'subnet')}; "
        f"the {int(starved.sum())} that lose more than half had {before[starved].sum():.0%} of the emission without it "
        f"and have {after[starved].sum():.1%}."
    )


def replayed(against: pd.DataFrame) -> str:
    """Name the subnet whose share the rule misses most, and by how much."""
    error = against["error"].abs()
    return (
        f"The worst is {100 * error.max():.1g}% of the emission (subnet {error.idxmax()}), the median "
        f"{100 * error.median():.1g}%."
    )


def day_by_day(table: pd.DataFrame) -> str:
    """Say on how many days the chain's shares are known, and how far off the rest is, by which price it rests on."""
    known, put = table.dropna(subset="worst"), table.dropna(subset="uncapped")
    said = [f"The chain's own shares are known on {words.count(len(known), 'day')} of {len(table)}"]
    for kind in ("moving", "spot"):
        some = put.loc[put["price"] == kind, "uncapped"]
        if len(some):
            span = f"{some.min():.1%}" if len(some) == 1 else f"{some.min():.1%} to {some.max():.1%}"
            said.append(f"with {kind} prices the TAO put in is off by {span} (median) where no cap binds")
    return "; ".join(said) + "."


def through_rules(spread: pd.DataFrame, names: dict[str, str]) -> str:
    """Say which of the rules known is the most and the least concentrated."""
    if len(spread) < 2:
        return "Not known: what more than one rule would make of that day."
    ordered = spread["effective"].sort_values()
    return (
        f"Most concentrated is “{names[str(ordered.index[0])]}” (as {ordered.iloc[0]:.1f} equal subnets), least "
        f"“{names[str(ordered.index[-1])]}” ({ordered.iloc[-1]:.1f})."
    )


def gains(table: pd.DataFrame) -> str:
    """Name the subnets that gain and lose most by a rule."""
    best, worst = table["gain"].idxmax(), table["gain"].idxmin()
    return (
        f"Subnet {best} gains most ({100 * table['gain'].max():+.1f} points of the emission against the mean of the "
        f"other rules), subnet {worst} loses most ({100 * table['gain'].min():+.1f})."
    )


def doubled(curve: pd.Series, netuid: int) -> str:
    """Say what share twice the price brings, and whether that is more or less than twice the share."""
    now, twice = float(np.interp(1, curve.index, curve)), float(np.interp(2, curve.index, curve))
    if now == 0:
        return f"Subnet {netuid} gets nothing at today's price" + ("." if twice == 0 else f", {twice:.1%} at twice it.")
    said = words.compared(twice / now, 2, "more than twice", "less than twice", "twice", near=1e-3)
    return f"At twice its price subnet {netuid} would get {twice:.1%} instead of {now:.1%}: {said} as much."


def bites(wide: pd.DataFrame, rank: int, slope: float) -> str:
    """Say between what numbers of equal subnets the slope moves the spread, and the place of the bar."""
    slopes, ranks = wide.loc[rank], wide[slope]
    return (
        f"At place {rank} it runs from {slopes.min():.1f} to {slopes.max():.1f} over the slopes drawn, at slope "
        f"{slope:g} from {ranks.min():.1f} to {ranks.max():.1f} over the places."
    )


def votes(curve: pd.Series) -> str:
    """Say what a tenth and half of root's stake could win for a subnet."""
    tenth, half = (float(np.interp(each, curve.index, curve)) for each in (0.1, 0.5))
    return f"A tenth of root's stake alone won a subnet {tenth:.1%} of the emission, half of it {half:.0%}."


def goes_next(rows: pd.DataFrame) -> str:
    """Say how high the subnets that were replaced stood in the order that the last state before told."""
    known = rows.dropna(subset="place")
    if known.empty:
        return "No replacement is known after a state that tells the order."
    top = int((known["place"] <= 3).sum())
    ranked = words.count(len(known), "replaced subnet")
    return f"Of {ranked} that the state before ranks, {top} stood among the first three."


def lock_prices(rows: pd.DataFrame) -> str:
    """Say how many of the prices paid the rule gives within 0.05 TAO, and what the price ranged over."""
    off = rows["difference"].abs().dropna()
    return (
        f"{int((off <= 0.05).sum())} of {len(off)} prices come out within 0.05 TAO, the others within {off.max():.2f}; "
        f"paid were {rows['paid'].min():,.0f} to {rows['paid'].max():,.0f} TAO."
    )

"""GPU-hours on the networks and elsewhere: how much less they cost, how sure that is, and how it moved."""

from __future__ import annotations

import math

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "by_model", "by_quarter", "cheaper", "index", "left_out", "level", "placed", "span"]

BASES = {"hyperscaler": "hyperscalers", "neocloud": "neoclouds", "marketplace": "marketplaces"}


def cheaper(discount: float) -> str:
    """Say a discount in words: 0.3 is 30% less than, -0.3 is 30% more than."""
    share = f"{abs(discount):.0%}"
    return "as much as" if share == "0%" else f"{share} {'less' if discount > 0 else 'more'} than"


def span(low: float, high: float) -> str:
    """Say a range of discounts in words: 0.1 to 0.3 is between 10% and 30% less, -0.1 to 0.3 between 10% more and ...

    >>> span(0.1, 0.3), span(-0.1, 0.3), span(-0.3, -0.1)
    ('between 10% and 30% less', 'between 10% more and 30% less', 'between 30% and 10% more')
    """
    sides = ["less" if end > 0 else "more" for end in (low, high)]
    first = f" {sides[0]}" if sides[0] != sides[1] else ""
    return f"between {abs(low):.0%}{first} and {abs(high):.0%} {sides[1]}"


def answer(found: Found) -> Answer:
    """Give the networks' discount against each kind of venue that can be compared, its bounds, its move and its n."""
    known = [base for base in BASES if f"discount_to_{base}" in found]
    kind, span = found["kind_of_price"], found["period"]
    if not known:
        return Answer(
            f"Not known: {span} no model was quoted {kind} both on a network and elsewhere.",
            (
                f"{words.count(found['prices_compared'], 'comparable reading')} of this kind of price up to that day.",
                *([str(found["venue_place"])] if "venue_place" in found else []),
            ),
        )
    said = [f"{cheaper(float(found[f'discount_to_{base}']))} {BASES[base]}" for base in known]
    sentence = _sentence(
        f"{span} the networks asked {words.listed(said)}, {kind} and for the same model in the same quarter"
    )
    bullets = [f"The networks compared are {found['networks']}.", _sureness(found, known)]
    moved = [
        f"{found[f'discount_to_{base}_first']} to {found[f'discount_to_{base}_last']} against {BASES[base]}"
        for base in known
        if f"discount_to_{base}_last" in found
    ]
    if moved:
        bullets.append(
            f"From the first to the last quarter with both sides the discount went from {words.listed(moved)}; venues "
            "and models change too."
        )
    bullets += [_own(found)] if any(name.startswith("change_of_") for name in found) else []
    h100 = [
        f"{found[name]} on {BASES.get(kind, 'networks')} (n = {found[f'{name}_venues']})"
        for kind in ("depin", *BASES)
        if (name := f"h100_{kind}_2026_q3") in found
    ]
    if h100:
        bullets.append(
            f"An H100 hour on demand in the third quarter of 2026, median of n venues: {words.listed(h100)}."
        )
    if "venue_place" in found:
        bullets.append(str(found["venue_place"]))
    return Answer(sentence, tuple(bullets))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _own(found: Found) -> str:
    own = [
        f"{result.label} changed its own prices by {result}"
        for name, result in found.items()
        if name.startswith("change_of_")
    ]
    return f"On models quoted in its first and last quarter, {words.listed(own)}."


def _sureness(found: Found, known: list[str]) -> str:
    parts = []
    for base in known:
        if f"discount_to_{base}_low" in found:
            low, high = (float(found[f"discount_to_{base}_{end}"]) for end in ("low", "high"))
            text = f"against {BASES[base]} {span(low, high)} with {found['confidence']} confidence"
            if f"discount_to_{base}_held" in found:
                text += f" (in simulation such intervals held the truth in {found[f'discount_to_{base}_held']})"
            parts.append(text)
        else:
            text = f"against {BASES[base]} too few venues for an interval"
            if f"discount_to_{base}_least" in found:
                least, most = (float(found[f"discount_to_{base}_{end}"]) for end in ("least", "most"))
                text += f" ({span(least, most)} when any one of them is left out)"
            parts.append(text)
    return _sentence(words.listed(parts))


def level(levels: pd.DataFrame, model: str, kinds: dict[str, str]) -> str:
    """Give a model's newest median by kind of venue, with the number of venues."""
    own = levels[levels["gpu_model"] == model]
    if own.empty:
        return f"{model}: no such price."
    last = own[own["period"] == own["period"].max()]
    quarter = pd.Timestamp(last["period"].iloc[0]).to_period("Q")
    said = [f"{row.price:.2f} USD at {kinds[row.venue_kind]} (n = {row.venues})" for row in last.itertuples()]
    return f"{model}, quarter {quarter.quarter} of {quarter.year}: {words.listed(said)}."


def by_quarter(table: pd.DataFrame) -> str:
    """Say how the discount to each kind moved between its first and last quarter."""
    said = []
    for base, own in table.groupby("base", sort=False):
        first, last = own["discount"].iloc[0], own["discount"].iloc[-1]
        if len(own) > 1:
            move = words.compared(round(last, 2), round(first, 2), "rose", "fell", "stayed")
            said.append(f"against {BASES[str(base)]} it {move} from {first:.0%} to {last:.0%}")
    return _sentence(words.listed(said)) if said else "No kind of venue can be compared in two quarters."


def left_out(strips: pd.DataFrame) -> str:
    """Say which single venue moves a discount most."""
    moved = (strips["discount"] - strips["all"]).abs()
    if moved.isna().all():
        return "A side is a single venue: without it nothing is left to compare."
    row = strips.iloc[int(moved.argmax())]
    return (
        f"Most hangs on {row['left_out']}: without it the discount to {BASES[row['base']]} is {row['discount']:.0%} "
        f"instead of {row['all']:.0%}."
    )


def index(chain: pd.DataFrame, kinds: dict[str, str]) -> str:
    """Say what the same offers cost at the end of each kind's chain, with the smallest link."""
    said = []
    for kind, own in chain.groupby("venue_kind", sort=False):
        if len(own) > 1:
            change = own["index"].iloc[-1] - 1
            links = words.count(own["matched"].iloc[1:].min(), "offer")
            said.append(f"{kinds[str(kind)]} {change:+.0%} (thinnest link: {links})")
    return f"The same offers: {words.listed(said)}." if said else "No offer was quoted in two quarters running."


def by_model(table: pd.DataFrame) -> str:
    """Count the models that the networks sell below the median neocloud."""
    if table.empty:
        return "No model is quoted on both sides."
    below = int((table["discount"] > 0).sum())
    return f"Below the median neocloud for {below} of {words.count(len(table), 'model')} quoted on both sides."


def placed(venue: str, table: pd.DataFrame) -> str:
    """Say at how many of its prices a venue is below the median of the others."""
    compared = table[table["others"] > 0]
    if compared.empty:
        return f"{venue} has no price near that day that another venue can be set beside."
    below = int((compared["price"] < compared["median"]).sum())
    middle = float(compared["cheaper"].median())
    assert not math.isnan(middle)
    return (
        f"{venue} asks less than the median of the others for {below} of {words.count(len(compared), 'price')}; "
        f"typically {middle:.0%} of the others are cheaper."
    )

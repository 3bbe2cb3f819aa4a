"""Burn-mint in a crash: whether the breaker holds, from which fall on it does not, and who bears what is missing."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["STATES", "answer", "averages", "curve", "histories", "slowed"]

#: States of the breaker in words.
STATES = {
    "healthy": "stays healthy",
    "warning": "warns",
    "halt_cr": "halts",
    "halt_oracle": "halts for want of a price",
}
_VERDICTS = {"healthy": "Yes", "warning": "Barely", "halt_cr": "No"}


def answer(found: Found) -> Answer:
    """Judge the vault after the fall, with the fall and the credits at which it turns, and what is minted anew."""
    status = str(found["status"].value)
    sentence = (
        f"{_VERDICTS[status]}: with {found['outstanding']} of credits, as assumed, a fall of AKT by {found['drop']} "
        f"leaves the vault worth {found['ratio']} of them, and the breaker {STATES[status]}."
    )
    return Answer(sentence, (_edges(found), _paid(found), _through(found), _oracle(found), _read(found)))


def _edges(found: Found) -> str:
    if float(found["halt_drop"]) <= 0:
        said = "The breaker has halted before any fall"
    elif float(found["warn_drop"]) <= 0:
        said = f"It warns before any fall and halts from {found['halt_drop']} on"
    else:
        said = f"It warns from a fall of {found['warn_drop']} on and halts from {found['halt_drop']}"
    turn = (
        f"a fall of {found['drop']} halts it from {found['most_credits']} of credits on"
        if "most_credits" in found
        else f"a fall of {found['drop']} halts it with no amount of credits bought at this price"
    )
    return f"{said}; {turn}."


def _paid(found: Found) -> str:
    rest = (
        f"If {found['leaving']} of the credits are turned in after the fall, the vault is worth "
        f"{found['ratio_left']} of the rest"
        if float(found["leaving"]) < 1
        else "If all credits are turned in after the fall, none are left to be covered"
    )
    lack = float(found["minted_all"])
    return f"A halt stops new credits; those that exist are still paid in AKT. {rest}; turning in all " + (
        f"would mint {found['minted_all']} anew, {found['minted_share']} of the supply: holders of AKT bear it."
        if lack > 0
        else "would mint no AKT anew."
    )


def _through(found: Found) -> str:
    halted = float(found["worst_halted"])
    return (
        f"Through AKT's steepest fall between two readings ({found['worst']}, {found['worst_drop']}) the vault would "
        f"have come to {found['worst_ratio']} of the credits, "
        + (f"halted on {found['worst_halted']} of {found['worst_days']} days." if halted else "and not have halted.")
    )


def _oracle(found: Found) -> str:
    gain = words.compared(found["lag_planned"], found["spread"], "more", "less", "as much")
    return (
        f"Falling within {found['minutes']}, AKT's average over {found['window']} ends {found['lag']} above the "
        f"market, one over {found['window_planned']}, as proposed, {found['lag_planned']}: {gain} than the "
        f"{found['spread']} spread, which is what making credits at a stale price costs."
    ).replace("as much than", "as much as")


def _read(found: Found) -> str:
    if "read_halt_drop" not in found:
        return "Not in the tables: how many credits are outstanding and what the vault holds; both are assumed here."
    return (
        f"As read on {found['read_day']} the vault was worth {found['read_ratio']} of the credits: the breaker would "
        f"halt from a fall of {found['read_halt_drop']} on."
    )


def curve(ratio: float, warn: float, halt: float) -> str:
    """Say where a vault of this ratio warns and halts."""
    if halt <= 0:
        return f"Worth {ratio:.2f} of the credits today, it has halted."
    return f"Worth {ratio:.2f} of the credits today, it warns from a fall of {warn:.0%} and halts from {halt:.0%}."


def slowed(minutes: pd.Series) -> str:
    """Say between which lengths the epochs lie in which credits are made before the halt."""
    open_ = minutes.dropna()
    if open_.empty:
        return "No credits are made at any of these falls."
    return f"From {open_.iloc[0]:,.1f} minutes between two epochs to {open_.max():,.0f} just before the halt."


def histories(table: pd.DataFrame) -> str:
    """Count the stretches in which the breaker would have halted."""
    halted = int((table["halted"] > 0).sum())
    return f"The breaker would have halted in {halted} of AKT's {words.count(len(table), 'steepest fall')}."


def averages(lags: pd.Series, spread: float) -> str:
    """Say from which of the windows on the average lags by more than the spread."""
    above = lags[lags > spread]
    if above.empty:
        return "No window lags by more than the spread."
    return f"It lags by more than the spread from a window of {above.index[0]:,.0f} seconds on."

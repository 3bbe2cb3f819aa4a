"""The constants behind verdicts: no source gives them, so each stands here with its reason and how far it is moved.

`claims.sensitivity` moves each to its ends and tells which verdicts change, and where they turn.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CONSTANTS", "Constant"]


class Constant(NamedTuple):
    """A value, the ends between which it is moved, what it is, and why it is that."""

    value: float
    low: float
    high: float
    what: str
    why: str


CONSTANTS: dict[str, Constant] = {
    "close": Constant(
        0.05, 0.01, 0.20, "a claimed number holds within", "articles round; a twentieth is two digits of a figure"
    ),
    "correctable": Constant(
        0.25, 0.10, 0.60, "a claimed number can be corrected within", "beyond a quarter a reader would act otherwise"
    ),
    "cpu_heavy": Constant(
        32, 8, 128, "CPU threads a GPU of a fleet heavy in CPUs", "servers built for GPUs come with 8 to 32 a card"
    ),
    "large_fleet": Constant(
        1_000, 100, 10_000, "GPUs of a large fleet", "some hundred servers, more than one owner usually has"
    ),
    "real_share": Constant(
        0.5, 0.01, 0.9, "share of a listed fleet that must be real", "a list that is mostly wrong is no count"
    ),
    "out_of_reach": Constant(
        10, 2, 100, "times demand that would balance supply, up to which low demand is to blame",
        "beyond ten times it is the schedule that decides",
    ),
    "steady": Constant(
        0.5, 0.25, 0.9, "smallest over largest reading of a steady demand", "one that more than halves is not steady"
    ),
    "most_of": Constant(
        0.5, 0.1, 0.9, "share of an effect that its named cause explains", "a cause explains what it makes most of"
    ),
    "days_apart": Constant(
        31, 4, 92, "days between a forecast and the month that was claimed for it", "the article names months"
    ),
    "each_side": Constant(
        3, 2, 6, "readings on each side that show a step", "with two a single odd one decides"
    ),
    "days_before": Constant(
        31, 7, 92, "days before the claim in which counts of a fast-growing fleet count", "io.net doubled in weeks"
    ),
}  # fmt: skip
"""Name to constant. Shares are fractions of one."""

"""What every benchmark shares: medians of sides timed in turn, tables, and ratios held against the recorded ones.

A benchmark measures its sides with ``medians``, prints growth with ``table``, and ends with ``conclude``, which prints
each ratio beside its aim and the one recorded in ``ratios.json``, and exits with an error when a ratio misses its aim
or is worse than the recorded one by more than a factor of ``TOLERANCE``. Only ratios are recorded: seconds belong to a
machine. With ``BENCH_RECORD=1`` in the environment (``run.py --record``) the new ratios are written to ``ratios.json``;
otherwise that file is only read, so that many small falls cannot add up unseen.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

__all__ = ["TOLERANCE", "Ratio", "compared", "conclude", "medians", "seconds", "table", "verdict"]

TOLERANCE = 1.5
RECORDED = Path(__file__).with_name("ratios.json")

Side = TypeVar("Side", bound=Hashable)
Row = TypeVar("Row", bound=Sequence[object])


class Ratio(NamedTuple):
    """A measured ratio and its aim: ``at_least`` where more is better, ``at_most`` where less is."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None


def seconds(call: Callable[..., object], *arguments: object, repeats: int = 1, **named: object) -> float:
    """Return the median wall time of ``repeats`` calls."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        call(*arguments, **named)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def medians(rounds: int, sides: Mapping[Side, Callable[[], float]]) -> dict[Side, float]:
    """Return the median of each side over rounds in which all take turns, so that a busy machine slows all alike.

    A side is a function that returns its own figure: ``lambda: seconds(work)``, or what another process reports.
    """
    taken: dict[Side, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            taken[name].append(side())
    return {name: statistics.median(values) for name, values in taken.items()}


def table(columns: Mapping[str, str], rows: Iterable[Row]) -> list[Row]:
    """Print rows as they come, and return them.

    ``columns`` maps each heading to the format of its cells: alignment to the left if wanted, least width, the rest, as
    in ``"<20"``, ``"12,"`` or ``"9.3f"``. A cell that is None is left empty.
    """
    shapes = []
    for heading, form in columns.items():
        parts = re.fullmatch(r"(<?)(\d+)(.*)", form)
        if parts is None:
            raise ValueError(f"columns: {form!r} given for {heading!r}, a format with a width allowed")
        align, width, rest = parts.groups()
        shapes.append((f"{align or '>'}{max(int(width), len(heading))}", rest))
    print("  ".join(f"{heading:{place}}" for heading, (place, _) in zip(columns, shapes, strict=True)).rstrip())
    kept = []
    for row in rows:
        cells = [
            f"{'':{place}}" if cell is None else f"{cell:{place}{rest}}"
            for cell, (place, rest) in zip(row, shapes, strict=True)
        ]
        print("  ".join(cells).rstrip(), flush=True)
        kept.append(row)
    return kept


def verdict(ratio: Ratio, recorded: float | None) -> str:
    """Return what is wrong with a ratio, given the recorded one if there is any; an empty text if nothing is."""
    if ratio.at_least is not None and ratio.at_most is None:
        met = ratio.value >= ratio.at_least
        kept = recorded is None or ratio.value * TOLERANCE >= recorded
    elif ratio.at_most is not None and ratio.at_least is None:
        met = ratio.value <= ratio.at_most
        kept = recorded is None or ratio.value <= recorded * TOLERANCE
    else:
        raise ValueError(f"{ratio.name}: one of at_least and at_most needed, to say which way is better")
    return "misses its aim" if not met else "worse than recorded" if not kept else ""


def compared(ratios: Sequence[Ratio], recorded: Mapping[str, float], *, partial: bool = False) -> dict[str, str]:
    """Return the verdict on each ratio by name; a recorded one that was not measured is a fault, unless ``partial``."""
    found = {ratio.name: verdict(ratio, recorded.get(ratio.name)) for ratio in ratios}
    if len(found) < len(ratios):
        raise ValueError(f"ratios: {[ratio.name for ratio in ratios]} given, every name once allowed")
    gone = [] if partial else [name for name in recorded if name not in found]
    return found | dict.fromkeys(gone, "not measured")


def conclude(benchmark: str, ratios: Sequence[Ratio], *, partial: bool = False) -> None:
    """Print the ratios of a benchmark with aims, recorded values and verdicts; exit with an error if one is amiss.

    Parameters
    ----------
    benchmark : str
        Name of the benchmark: its script without ``bench_``.
    ratios : sequence of Ratio
        All it measured.
    partial : bool
        Whether it measured a part only, as its command line asked: recorded ratios may then be missing, and stay.
    """
    known = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    recorded = known.get(benchmark, {})
    verdicts = compared(ratios, recorded, partial=partial)
    print(f"\nratios, held against their aims and, within a factor of {TOLERANCE:g}, against the recorded ones")
    measured = {ratio.name: ratio for ratio in ratios}
    width = max(map(len, verdicts))
    table(
        {"": f"<{width}", "now": "8", "recorded": "8", "aim": "<14", "verdict": "<20"},
        [[name, *_shown(measured.get(name), recorded.get(name)), said or "good"] for name, said in verdicts.items()],
    )
    if os.environ.get("BENCH_RECORD"):
        # three digits: a measurement has no more
        new = {ratio.name: float(f"{ratio.value:.3g}") for ratio in ratios}
        known[benchmark] = (recorded if partial else {}) | new
        RECORDED.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    if any(verdicts.values()):
        raise SystemExit(f"{benchmark}: {sum(map(bool, verdicts.values()))} ratio(s) amiss")


def _shown(ratio: Ratio | None, recorded: float | None) -> tuple[str, str, str]:
    """Return a ratio, the recorded one and the aim as text."""
    aim = "" if ratio is None else f"at least {_short(ratio.at_least)}"
    if ratio is not None and ratio.at_most is not None:
        aim = f"at most {_short(ratio.at_most)}"
    return _short(ratio and ratio.value), _short(recorded), aim


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"

"""The four networks side by side, and the statements of an article on them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "by_theme", "cell", "counted", "moved"]

NAMES = {"akash": "Akash", "bittensor": "Bittensor", "ionet": "io.net", "render": "Render"}
VERDICTS = ("holds", "holds with a correction", "supported in part", "does not hold", "cannot be settled")


def answer(found: Found) -> Answer:
    """Say how much of the article holds, and what the networks announce, verify, earn and issue."""
    number = {name: int(float(found[f"verdict_{name.replace(' ', '_')}"])) for name in VERDICTS}
    sentence = (
        f"Of {found['claims_judged']} statements of the article {number['holds']} hold as they stand and "
        f"{number['does not hold']} {'does' if number['does not hold'] == 1 else 'do'} not hold, judged by what was so "
        f"on its day."
    )
    bullets = [
        f"{words.count(number['holds with a correction'], 'statement')} need a correction, "
        f"{number['supported in part']} are supported in part and {number['cannot be settled']} cannot be settled, as "
        f"nobody counted. {found['verdicts_that_turn']} of all verdicts change when one constant behind them moves."
    ]
    return Answer(sentence, (*bullets, *_known(found)))


def _known(found: Found) -> list[str]:
    """Say of each kind of figure what is known on the day and of whom nothing is."""
    kinds = {
        "announced": "Hardware announced or estimated",
        "verified": "Hardware verified",
        "spending": "Customers spend a year",
        "net_inflation": "Supply grew in a year",
    }
    said = []
    for kind, start in kinds.items():
        read = {name: found.get(f"{kind}_{network}") for network, name in NAMES.items()}
        known = [f"{result} ({name})" for name, result in read.items() if result is not None]
        unknown = [name for name, result in read.items() if result is None]
        text = f"{start} as of {found['as_of']}: " + (words.listed(known) if known else "not known of any network")
        said.append(f"{text}; not known of {words.listed(unknown)}." if known and unknown else f"{text}.")
    return said


def cell(row: Mapping[str, object]) -> str:
    """Write a figure of a profile in few words, as in "260 GPUs, measured, May 2026"."""
    value, date, unit = row["value"], row["date"], row["unit"]
    if not isinstance(value, float) or pd.isna(value) or not isinstance(date, pd.Timestamp):
        return "not known"
    if unit == "fraction":
        text = f"{value:.1%}"
    elif unit == "usd" and value < 1_000:
        text = f"{value:,.2f} USD"
    else:
        text = f"{value / 1e6:,.1f} million" if abs(value) >= 1e6 else f"{value:,.0f}"
        text += " USD" if unit == "usd" else ""
    return f"{text} {row['what']}".rstrip() + f", {row['kind']}, {date:%b %Y}"


def counted(announced: pd.Series, verified: pd.Series) -> str:
    """Compare what was announced with what was verified, where both are known."""
    both = pd.DataFrame({"announced": announced, "verified": verified}).dropna()
    if both.empty:
        return "Of no network both are known."
    parts = [
        f"{NAMES[str(name)]} {row['announced'] / row['verified']:,.1f} times"
        for name, row in both.sort_index().iterrows()
    ]
    return f"Announced over verified: {', '.join(parts)}; what is counted differs."


def by_theme(counts: pd.DataFrame) -> str:
    """Say in which theme most statements hold, counting those with a correction, of the statements by theme."""
    share = (counts[["holds", "holds with a correction"]].sum(axis=1) / counts.sum(axis=1)).sort_values()
    least, most = float(share.iloc[0]), float(share.iloc[-1])
    if least == most:
        return f"In every theme {most:.0%} hold, corrected or as they stand."
    return (
        f"Corrected or as they stand, {most:.0%} hold on {share.index[-1]} and {least:.0%} on {share.index[0]}; "
        f"{int(counts['cannot be settled'].sum())} cannot be settled."
    )


def moved(closer: int, usual: int, close: float, correctable: float) -> str:
    """Say how many claimed numbers hold when both distances are moved."""
    return (
        f"Within {close:.0%}, or {correctable:.0%} with a correction, {closer} of the claimed numbers stand, "
        f"{words.compared(closer, usual, 'more than', 'fewer than', 'as many as')} the {usual} of the table."
    )

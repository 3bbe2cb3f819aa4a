"""Every claim of the table to its verdict, and how verdicts hang on the constants behind them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping

import pandas as pd

from researchlib import data
from researchlib.claims import general, pricing, supply, tokens, tokens_bittensor, usage
from researchlib.claims.constants import CONSTANTS
from researchlib.claims.later import afterwards
from researchlib.claims.verdict import CANNOT_BE_SETTLED, Claim, Later, Ruling, Verdict
from researchlib.claims.view import View

__all__ = ["EXAMINERS", "examine", "examine_all", "sensitivity"]

EXAMINERS: Mapping[str, Callable[[Claim, View], Ruling]] = {
    name.replace("_", "-"): function
    for wing in (general, supply, usage, pricing, tokens, tokens_bittensor)
    for name, function in vars(wing).items()
    if list(getattr(function, "__annotations__", ())) == ["claim", "then", "return"]
}
"""Claim to the function of its name that judges it: it sees the tables as of the day of the claim, and no later."""
_STEPS = 10  # halvings of a constant's range: a turning point to a thousandth of it


def examine(claim_id: str, moved: Mapping[str, float] | None = None) -> Verdict:
    """Return the verdict on one claim.

    A claim that cannot be judged for lack of a row is not settled, and its finding says which row.

    Parameters
    ----------
    claim_id : str
        As in the table ``claims``.
    moved : mapping, optional
        Other values for some of ``CONSTANTS``.

    Returns
    -------
    Verdict
        With the finding, what came later, and the rows behind both.

    Raises
    ------
    ValueError
        For a claim that the table does not hold or that no function judges, and for an unknown constant.
    """
    claim, then = _asked(claim_id, moved or {})
    made, later = _ruled(claim, then), _later(claim)
    evidence = (*made.evidence, *later.evidence)
    return Verdict(claim_id, made.verdict, made.finding, evidence, later.text, frozenset(then.asked))


def _asked(claim_id: str, moved: Mapping[str, float]) -> tuple[Claim, View]:
    """Return a claim and what could be seen on its day."""
    table = {str(row["claim_id"]): row for row in data.load("claims").to_dict("records")}
    for name, known in (("claims.csv", list(table)), ("researchlib.claims", list(EXAMINERS))):
        if claim_id not in known:
            near = difflib.get_close_matches(str(claim_id), known, n=3) or known
            raise ValueError(f"claim_id: {claim_id!r} given, a claim of {name} allowed, such as {', '.join(near)}")
    if unknown := set(moved) - set(CONSTANTS):
        raise ValueError(f"moved: {', '.join(sorted(unknown))} given, some of {', '.join(CONSTANTS)} allowed")
    row = table[claim_id]
    claim = Claim(claim_id, row["network"], row["theme"], row["claim"], row["value"], row["as_of"])
    return claim, View(claim.as_of, dict(moved))


def _ruled(claim: Claim, then: View) -> Ruling:
    try:
        return EXAMINERS[claim.claim_id](claim, then)
    except (ValueError, LookupError) as reason:
        return Ruling(CANNOT_BE_SETTLED, f"It cannot be judged by these tables: {_said(reason)}.", ())


def _later(claim: Claim) -> Later:
    try:
        return afterwards(claim, View(pd.Timestamp.max))
    except (ValueError, LookupError) as reason:
        return Later(f"Not known from these tables: {_said(reason)}.", ())


def _said(reason: Exception) -> str:
    return (str(reason.args[0]) if reason.args else type(reason).__name__).split("\n")[0].rstrip(".")


def examine_all() -> pd.DataFrame:
    """Return the verdict on every claim of the table.

    Returns
    -------
    DataFrame
        In the table's order: claim_id, network, theme, claim (in full), as_of, verdict, finding, later, constants
        (that it asked for) and sources (the ``source_id`` of all evidence), both comma-separated.
    """
    rows = []
    for claim in data.load("claims").to_dict("records"):
        judged = examine(str(claim["claim_id"]))
        used = pd.concat([pd.Series(dtype="str"), *(frame["source_id"] for frame in judged.evidence)])
        kept = {name: claim[name] for name in ("claim_id", "network", "theme", "claim", "as_of")}
        kept["claim"] = claim["in_full"] or claim["claim"]
        found = {"verdict": judged.verdict, "finding": judged.finding, "later": judged.later}
        behind = {"constants": ", ".join(sorted(judged.asked)), "sources": ", ".join(used.drop_duplicates())}
        rows.append(kept | found | behind)
    return pd.DataFrame(rows)


def sensitivity() -> pd.DataFrame:
    """Return which verdicts change when a constant is moved to an end of its range, and where they turn.

    Returns
    -------
    DataFrame
        A row a constant, end and claim that changes: constant, value, moved_to, claim_id, verdict, becomes, turns_at
        (the value nearest to the usual one with another verdict).
    """
    rows = []
    for claim_id in data.load("claims")["claim_id"]:
        claim, then = _asked(str(claim_id), {})
        usual = _ruled(claim, then).verdict
        for name in sorted(then.asked):
            each = CONSTANTS[name]
            for end in (each.low, each.high):
                becomes = _ruled(*_asked(claim.claim_id, {name: end})).verdict
                if becomes != usual:
                    turns = _turning(claim.claim_id, name, usual, each.value, end)
                    rows.append((name, each.value, end, claim.claim_id, usual, becomes, turns))
    columns = ["constant", "value", "moved_to", "claim_id", "verdict", "becomes", "turns_at"]
    return pd.DataFrame(rows, columns=columns)


def _turning(claim_id: str, name: str, verdict: str, same: float, other: float) -> float:
    """Return where between two values of a constant a verdict changes."""
    for _ in range(_STEPS):
        middle = (same + other) / 2
        if _ruled(*_asked(claim_id, {name: middle})).verdict == verdict:
            same = middle
        else:
            other = middle
    return other

"""Every claim of the table to its verdict."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping

import pandas as pd

from researchlib import data
from researchlib.claims import pricing, supply, tokens, tokens_bittensor, usage
from researchlib.claims.verdict import Claim, Verdict

__all__ = ["EXAMINERS", "examine", "examine_all"]

EXAMINERS: Mapping[str, Callable[[Claim], Verdict]] = {
    **supply.EXAMINERS,
    **usage.EXAMINERS,
    **pricing.EXAMINERS,
    **tokens.EXAMINERS,
    **tokens_bittensor.EXAMINERS,
}
"""Claim to the function that judges it."""


def examine(claim_id: str) -> Verdict:
    """Return the verdict on one claim.

    Parameters
    ----------
    claim_id : str
        As in the table ``claims``.

    Returns
    -------
    Verdict
        With the finding and the rows it rests on.

    Raises
    ------
    ValueError
        For a claim that the table does not hold, or that no function judges.
    """
    table = {str(row["claim_id"]): row for row in data.load("claims").to_dict("records")}
    for name, known in (("claims.csv", list(table)), ("researchlib.claims", list(EXAMINERS))):
        if claim_id not in known:
            near = difflib.get_close_matches(str(claim_id), known, n=3) or known
            raise ValueError(f"claim_id: {claim_id!r} given, a claim of {name} allowed, such as {', '.join(near)}")
    row = table[claim_id]
    claim = Claim(claim_id, row["network"], row["theme"], row["claim"], row["value"], row["as_of"])
    return EXAMINERS[claim_id](claim)


def examine_all() -> pd.DataFrame:
    """Return the verdict on every claim of the table.

    Returns
    -------
    DataFrame
        In the table's order: claim_id, network, theme, claim, as_of, verdict, finding, sources (the ``source_id`` of
        all evidence, comma-separated).
    """
    rows = []
    for claim in data.load("claims").itertuples():
        judged = examine(str(claim.claim_id))
        used = pd.concat([frame["source_id"] for frame in judged.evidence]).drop_duplicates()
        rows.append(
            {
                "claim_id": claim.claim_id,
                "network": claim.network,
                "theme": claim.theme,
                "claim": claim.claim,
                "as_of": claim.as_of,
                "verdict": judged.verdict,
                "finding": judged.finding,
                "sources": ", ".join(used),
            }
        )
    return pd.DataFrame(rows)

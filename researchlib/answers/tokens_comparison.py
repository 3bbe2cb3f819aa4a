"""Four token economies: what new tokens were worth for each dollar spent, what was taken back, what holders kept."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "holders", "subsidy", "taken_back"]

NAMES = {"akash": "Akash", "render": "Render", "ionet": "io.net", "bittensor": "Bittensor"}


def answer(found: Found) -> Answer:
    """Compare net new tokens with what customers spent, issuance with burns, and staking with dilution."""
    spent = sorted(
        (network for network in NAMES if f"per_dollar_{network}" in found), key=lambda n: -_dollars(found, n)
    )
    most, *rest = (f"on {NAMES[network]}" for network in spent)
    parts = [f"{found[f'per_dollar_{spent[0]}']} dollars {most}"]
    parts += [f"{found[f'per_dollar_{network}']} {where}" for network, where in zip(spent[1:], rest, strict=True)]
    sentence = f"For each dollar that customers spent in the year, net new tokens were worth {words.listed(parts)}."
    ranges = words.listed([_range(found, f"per_dollar_{network}", NAMES[network]) for network in spent])
    apart = all(
        float(found[f"per_dollar_{more}_low"]) > float(found[f"per_dollar_{less}_high"])
        for more, less in pairwise(spent)
    )
    bullets = [
        f"Few prices were read, so the ranges are wide: {ranges}; they {'do not overlap' if apart else 'overlap'}."
    ]
    issued = sorted(NAMES, key=lambda network: -float(found[f"issuance_{network}"]))
    rates = words.listed([f"{NAMES[network]} {found[f'issuance_{network}']}" for network in issued])
    net = words.listed([f"{NAMES[n]} {found[f'net_inflation_{n}']}" for n in issued if f"net_inflation_{n}" in found])
    bullets.append(f"Issued, of the supply at the start: {rates}. After burns and recycling: {net}.")
    bullets.append(
        f"RENDER's supply would have stood still at {found['render_balancing_usage']} of spending in the year, "
        f"{found['render_balance_multiple']} what was spent; on Akash and Bittensor no level of spending does it."
    )
    paid = [network for network in NAMES if f"real_yield_{network}_low" in found]
    kept = [f"{_sign(found, n)} on {_range(found, f'real_yield_{n}', NAMES[n])}" for n in paid]
    without = [NAMES[network] for network in NAMES if network not in paid and network != "render"]
    bullets.append(
        f"After dilution staking {words.listed(kept)}."
        + (f" No reading of {words.listed(without)}'s yield falls into the year." if without else "")
    )
    bullets.append("Not known: what Bittensor's customers spent, and what io.net burned before June 2026.")
    return Answer(sentence, tuple(bullets))


def _dollars(found: Found, network: str) -> float:
    return float(found[f"per_dollar_{network}"])


def _range(found: Found, name: str, network: str) -> str:
    low, high = str(found[f"{name}_low"]), str(found[f"{name}_high"])
    return f"{network} ({low})" if low == high else f"{network} ({low} to {high})"


def _sign(found: Found, network: str) -> str:
    low, high = (float(found[f"real_yield_{network}_{end}"]) for end in ("low", "high"))
    return "gained" if low > 0 else "lost" if high < 0 else "neither surely gained nor lost"


def subsidy(rows: pd.DataFrame) -> str:
    """Say on which networks, by name in the index, new tokens were worth more than was spent, in all of the range."""
    parts = [
        (rows["low"] > 1, "more than customers spent on"),
        (rows["high"] < 1, "less on"),
        ((rows["low"] <= 1) & (rows["high"] >= 1), "either on"),
    ]
    said = [f"{text} {words.listed([NAMES[n] for n in rows.index[holds]])}" for holds, text in parts if holds.any()]
    return f"Net new tokens were worth {', '.join(said)}."


def taken_back(years: Mapping[str, Any]) -> str:
    """Say what share of the issued tokens was burned or recycled, where that is known."""
    shares = {NAMES[name]: year.burned / year.minted for name, year in years.items() if year.burned is not None}
    said = [f"{share:.0%} on {name}" for name, share in sorted(shares.items(), key=lambda item: -item[1])]
    unknown = [NAMES[name] for name, year in years.items() if year.burned is None]
    return f"Of it {words.listed(said)} was taken back; {words.listed(unknown)}: not known."


def holders(years: Mapping[str, Any]) -> str:
    """Say where staking surely beat dilution, where it surely did not, and where that is open."""
    known = {NAMES[name]: year.real for name, year in years.items() if year.real}
    ahead = [name for name, (low, _) in known.items() if low > 0]
    behind = [name for name, (_, high) in known.items() if high < 0]
    unsure = [name for name in known if name not in (*ahead, *behind)]
    parts = [
        f"{text} {words.listed(those)}"
        for those, text in (
            (ahead, "beat dilution on"),
            (behind, "fell behind it on"),
            (unsure, "may have done either on"),
        )
        if those
    ]
    return f"Staking {', '.join(parts)}."

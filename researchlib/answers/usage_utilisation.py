"""How full the networks are: by which definition, for which request, and whether they fill."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "apart", "conflict", "needed", "refused"]


def answer(found: Found) -> Answer:
    """Say how full Akash is by its newest count, what else is called utilisation, and who finds room."""
    sentence = (
        f"By the newest count, of {found['newest_date']}, {found['newest_utilisation']} of Akash's GPUs online are "
        f"leased; other figures called utilisation divide other things."
    )
    told = [
        f"a single {name.removeprefix('refused_one_').replace('_', ' ').upper()} {found[name]}"
        for name in found
        if name.startswith("refused_one_")
    ]
    many = [
        f"{name.removeprefix('refused_').replace('_', ' ').upper()} {found[name]}"
        for name in found
        if name.startswith("refused_") and not name.startswith("refused_one_")
    ]
    enough = float(found["needed_for_service"]) <= float(found["page_online"])
    bullets = [
        f"On 24 May 2026 {found['page_leased']} were leased, {found['page_utilisation']}, while the incentive "
        f"programme said {found['programme_utilisation']} of its own: both hold only if it paid for at most "
        f"{found['programme_at_most']}.",
        f"Requests turned away then, as of random arrivals: {words.listed(told)}; for {found['request_gpus']} at once "
        f"{words.listed(many, 'not known, no model had as many')}.",
        f"To turn away {found['blocked']} as one pool, {found['needed_for_service']} GPUs would do, "
        f"{'no more than' if enough else 'more than'} the {found['page_online']} online.",
        f"Between the first and the last quarterly mean leased GPUs changed by {float(found['leased_change']):+.0%}; "
        f"median date of saturation: {found['saturation_median']}.",
        f"io.net's {found['ionet_live']} is the share of registered GPUs that are live, not use; its compute hours of "
        f"a month are {found['ionet_hours_over_verified']} of what its verified GPUs had, so no share of it.",
    ]
    return Answer(sentence, tuple(bullets))


def apart(table: pd.DataFrame) -> str:
    """Say between which values the counts of the whole network lie, and when."""
    network = table[table["definition"] == "network"]
    ordered = network.sort_values("utilisation")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"Counted for the whole network: from {low['utilisation']:.0%} ({low['date']:%B %Y}) to "
        f"{high['utilisation']:.0%} ({high['date']:%B %Y})."
    )


def refused(shares: pd.Series) -> str:
    """Say which model turns away most and which least."""
    known = shares.dropna().sort_values()
    if known.empty:
        return "No model has as many GPUs."
    if len(known) == 1:
        return f"{known.index[0]} turns away {known.iloc[0]:.1%}."
    return f"From {known.iloc[0]:.1%} ({known.index[0]}) to {known.iloc[-1]:.0%} ({known.index[-1]}) are turned away."


def needed(sizes: pd.Series, online: float) -> str:
    """Say up to which request size the GPUs online are enough."""
    enough = sizes[sizes <= online]
    if enough.empty:
        return f"The {online:,.0f} GPUs online are too few for every size."
    return f"The {online:,.0f} GPUs online are enough for requests of up to {words.count(enough.index.max(), 'GPU')}."


def conflict(hours: float, offered: float) -> str:
    """Say whether the hours of a month fit into those offered."""
    text = f"{hours / 1e6:.1f} million compute hours against {offered / 1e6:.1f} million that the verified GPUs had"
    if hours > offered:
        return f"{text}: more cannot be sold than there was, so the two readings count different things."
    return f"{text}: {hours / offered:.0%} of them."

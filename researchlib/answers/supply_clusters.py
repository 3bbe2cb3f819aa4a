"""Clusters: the largest that is free in one place, what load turns away, and what each assumption decides."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "by_places", "decided_by_zipf", "pooled", "some_place"]


def answer(found: Found) -> Answer:
    """Lead with what was measured: the largest free block at one provider; then the models under load."""
    if "provider_free" in found:
        sentence = (
            f"On {found['provider_day']} the largest block of free H100 with one provider on Akash was "
            f"{found['provider_free']} of {found['provider_free_all']}; none listed more than "
            f"{found['provider_listed']}."
        )
    else:
        sentence = "Where Akash's GPUs stand is not known for this choice."
    bullets = []
    if "model_free" in found:
        bullets.append(
            f"{found['model']}: {found['model_free']} of {found['model_listed']} were free on {found['day']}; "
            f"{words.count(found['models_for_8'], 'model')} had 8 or more free, {found['models_for_64']} had 64, "
            "wherever they stood."
        )
        bullets.append(
            f"With {found['wanted']} of them wanted, a request for {found['large']} is turned away in "
            f"{found['blocked_one']} of cases if all stand in one place, in {found['blocked_places']} over "
            f"{words.count(found['places'], 'place')}; at 72%, the use of the subsidised pilot, it would be "
            f"{found['blocked_pilot']} in one place."
        )
    else:
        bullets.append(f"{found['model']} is not in the table of {found['day']}: what load turns away is not known.")
    bullets.append(
        f"io.net's places are not in the tables. A request for 8 of one model, country and tier finds them in "
        f"{found['ionet_named_8']} of cases if shares fall as 1/rank^{found['zipf']}: from {found['ionet_least']} to "
        f"{found['ionet_most']} as that exponent goes from 0 to 2, so the assumption decides it."
    )
    if "blocked_64_akash" in found:
        gain = float(found["blocked_64_ionet"]) - float(found["blocked_64_pooled"])
        bullets.append(
            f"Akash's tenants with io.net's announced H200: requests for 64 turned away go from "
            f"{found['blocked_64_akash']} to {found['blocked_64_pooled']}, where io.net alone has "
            f"{found['blocked_64_ionet']}: they get the larger fleet, and pooling itself adds "
            f"{'little' if gain < 0.02 else f'{gain:.0%} of requests to it'}."
        )
    return Answer(sentence, tuple(bullets))


def some_place(table: pd.DataFrame, places: int, gpus: int) -> str:
    """Give the chance of a request at a number of places."""
    row = table.xs(places, level="places").loc[[gpus]].iloc[0]
    return (
        f"Over {words.count(places, 'place')}, {gpus} GPUs stand together somewhere with a chance of "
        f"{row['some_cell']:.0%}, in a named place {row['named_cell']:.1%}."
    )


def by_places(table: pd.DataFrame, size: int) -> str:
    """Give the ends of what is turned away over the numbers of places."""
    column = table["blocked"].xs(size, level="size")
    few, many = (f"{column.iloc[end]:.0%} with {words.count(column.index[end], 'place')}" for end in (0, -1))
    return f"For {size} GPUs: {few}, {many}."


def decided_by_zipf(chance: pd.Series) -> str:
    """Say from which exponent on half of the requests are found, if any."""
    reached = chance[chance >= 0.5]
    return f"From {chance.iloc[0]:.0%} to {chance.iloc[-1]:.0%}: " + (
        f"half are found from an exponent of {reached.index[0]:.1f} on." if len(reached) else "half are never found."
    )


def pooled(table: pd.DataFrame) -> str:
    """Compare the largest size alone and pooled with the larger fleet alone."""
    row = table.iloc[-1]
    return (
        f"For {table.index[-1]}: {row['Akash alone']:.0%} on Akash, {row['io.net alone']:.1%} on io.net, "
        f"{row['pooled']:.1%} pooled."
    )

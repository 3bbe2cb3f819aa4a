"""Concentration: how few subnets, validators, owners and providers make up most, and which lists are missing."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "most_equal", "needed", "providers", "tops"]


def answer(found: Found) -> Answer:
    """Lead with the newest lists: subnets' emission, and where known the providers of H100 on Akash."""
    low, high = found["emission_nakamoto_low"], found["emission_nakamoto_high"]
    few = f"{high}" if low.value == high.value else f"At most {high}"
    sentence = (
        f"{few} of {words.count(found['emission_subnets'], 'subnet')}"
        f"{', the root network among them,' if 'root_share' in found else ''} draw more than half of Bittensor's "
        f"emission ({found['emission_day']})"
    )
    if "provider_top_share" in found:
        count = _number(int(float(found["provider_count"])))
        sentence += f", and one of {count} providers lists {found['provider_top_share']} of Akash's H100"
    bullets = [
        f"The largest subnet draws {found['emission_largest']}; the Herfindahl index lies between "
        f"{found['emission_hhi_low']} and {found['emission_hhi_high']}"
        + (f"; {words.count(found['emission_none'], 'subnet')} drew nothing." if "emission_none" in found else ".")
    ]
    if "provider_hhi" in found:
        bullets.append(
            f"Akash, {found['provider_day']}: {words.count(found['provider_gpus'], 'H100', 'H100')} with {count} "
            f"providers, an index of {found['provider_hhi']}; {found['provider_free_top']} of the free ones stand with "
            "one of them."
        )
    if "owner_stake_nakamoto" in found:
        bullets.append(
            f"Bittensor's owners, {found['owner_day']}: {found['owner_stake_nakamoto']} hold more than half of the "
            f"stake and {found['owner_emission_nakamoto']} draw more than half of the emission; by key it is "
            f"{found['stake_keys_nakamoto']} for stake, since owners hold many keys."
        )
    if "stake_nakamoto_low" in found:
        bullets.append(
            f"In October 2024 {_span(found, 'stake_nakamoto')} of {found['stake_holders']} validators held half of the "
            f"delegated stake, and {_span(found, 'stake_blocking')} could block a vote that {found['blocking']} can "
            "stop."
        )
    bullets.append(
        f"Not in the tables: a list of owners for {found['not_in_tables']}. Akash's public API does give owner, place "
        "and models of every provider; only the H100 of one day were read from it."
    )
    return Answer(f"{sentence}.", tuple(bullets))


def _number(count: int) -> str:
    spelt = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return spelt[count] if count < len(spelt) else "many"


def _span(found: Found, name: str) -> str:
    low, high = found[f"{name}_low"], found[f"{name}_high"]
    return f"{low}" if low.value == high.value else f"{low} to {high}"


def needed(share: float, counts: dict[str, tuple[int, int]]) -> str:
    """Say how many of the largest of each list it takes for more than a share."""
    said = [f"{low if low == high else f'{low} to {high}'} for {name}" for name, (low, high) in counts.items()]
    return f"More than {share:.0%} takes {words.listed(said)}."


def tops(ranked: pd.DataFrame, root: pd.Series) -> str:
    """Give the first and last share of the top ten, and the root network's part where it is in the total."""
    ten = ranked[ranked["n"] == 10].sort_values("date")
    first, last = ten.iloc[0], ten.iloc[-1]
    text = (
        f"The ten largest drew {first['value']:.0%} on {first['date'].day} {first['date']:%B %Y} and "
        f"{last['value']:.0%} on {last['date'].day} {last['date']:%B %Y}"
        if len(ten) > 1
        else f"The ten largest drew {last['value']:.0%}"
    )
    for day, share in root.items():
        inside = ten.loc[ten["date"] == day, "value"]
        if len(inside):
            text += f"; of {day:%B %Y}, {inside.iloc[0]:.0%} with the root network in the total is "
            text += f"{inside.iloc[0] / (1 - share):.0%} without"
    return f"{text}."


def most_equal(table: pd.DataFrame) -> str:
    """Name the most and the least concentrated list."""
    ordered = table.sort_values("value")
    few, many = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"As concentrated as {few['value']:.0f} equal holders: {ordered.index[0]}; as {many['value']:,.0f}: "
        f"{ordered.index[-1]}."
    )


def providers(table: pd.DataFrame) -> str:
    """Say how much the largest lists, and where the free ones are."""
    if table.empty:
        return "No list of providers is known for this day."
    free = table["free"].sum()
    text = f"The largest lists {table['listed'].max():.0f} of {table['listed'].sum():.0f}"
    return f"{text}; {table['free'].max():.0f} of {free:.0f} free ones stand with one provider." if free else f"{text}."

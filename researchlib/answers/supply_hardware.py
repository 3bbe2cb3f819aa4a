"""Hardware: what is counted, what anybody verified, and what one fleet is worth in comparable units."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "chips", "counted", "dominant", "fitting", "lent", "spread", "trend"]


def answer(found: Found) -> Answer:
    """Give Akash's listed and rented GPUs, then what is known and not known of the others."""
    sentence = (
        f"Akash listed {words.count(found['akash_listed'], 'GPU')} by model on {found['akash_day']}, "
        f"{found['akash_rented']} of them rented; no other network's models are in the tables."
    )
    name = str(found["reference"])
    bullets = [
        f"They hold {found['akash_memory']} of memory and at least {found['akash_fp16']} of dense FP16 "
        f"({found['akash_fp16_coverage']} of the GPUs have a figure): worth {found['akash_fp16_reference']} {name} by "
        f"throughput and {found['akash_memory_reference']} by memory."
    ]
    if "ionet_verified_newest" in found:
        text = f"io.net: {found['ionet_verified_newest']} verified ({found['ionet_verified_day']})"
        if "ionet_verified_first" in found:
            text += f", {found['ionet_verified_first']} in its first count ({found['ionet_verified_first_day']})"
        bullets.append(f"{text}; the counts differ in method, so they are not subtracted.")
    if "ionet_june_2024_verified" in found:
        bullets.append(
            f"On 10 June 2024 io.net's explorer showed {found['ionet_june_2024_unverified']} unverified and "
            f"{found['ionet_june_2024_verified']} verified GPUs: two counts of different things."
        )
    if "ionet_from_render" in found:
        bullets.append(
            f"Render lent io.net at least {found['ionet_from_render']} nodes over April 2024, by their pay; whether "
            "they were among the GPUs that io.net counted on a day is unknown."
        )
    bullets.append("Render counts wallets and Bittensor places: how many GPUs stand behind them is not published.")
    return Answer(sentence, tuple(bullets))


def spread(rows: pd.DataFrame) -> str:
    """Say how many counts there are, of how many kinds, and the least and largest with their meaning."""
    if rows.empty:
        return "No count is known for this day."
    ordered = rows.sort_values("value", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"{words.count(len(rows), 'count')} of {words.count(rows['kind'].nunique(), 'kind')}, from {low['value']:,.0f} "
        f"({low['words']}) to {high['value']:,.0f} ({high['words']})."
    )


def trend(rows: pd.DataFrame) -> str:
    """Give the first and the newest verified count."""
    verified = rows[rows["kind"] == "verified"].sort_values("date")
    if len(verified) < 2:
        return "Fewer than two verified counts are known up to this day."
    first, last = verified.iloc[0], verified.iloc[-1]
    return (
        f"Verified: {first['value']:,.0f} ({first['words']}) in {first['date']:%B %Y}, {last['value']:,.0f} "
        f"({last['words']}) in {last['date']:%B %Y}."
    )


def counted(rows: pd.DataFrame) -> str:
    """Name the largest and the smallest of the newest counts."""
    top, low = rows.iloc[0], rows.iloc[-1]
    least, most = (f"{each['value']:,.0f} ({each['name']}, {each['what']})" for each in (low, top))
    return f"From {least} to {most}."


def dominant(parts: pd.DataFrame) -> str:
    """Give the two most numerous models' part of the GPUs and of the throughput."""
    two = parts.iloc[:2]
    return (
        f"{words.listed(list(two.index))}: {two['GPUs'].sum():.0%} of the GPUs, {two['dense FP16'].sum():.0%} of the "
        "dense FP16 that is known."
    )


def lent(rows: pd.DataFrame) -> str:
    """Give the month with the most nodes and the last one."""
    if rows.empty:
        return "No payout is known up to this day."
    top, last = rows.sort_values("nodes", kind="stable").iloc[-1], rows.iloc[-1]
    most, end = (f"{each['nodes']:,.0f} in {each['date']:%B %Y}" for each in (top, last))
    return f"At least {most}; {end}, the last known."


def chips(table: pd.DataFrame, reference: str) -> str:
    """Name the chip with the most memory, its bandwidth and its reward."""
    top = table.sort_values("memory", kind="stable").iloc[-1]
    text = (
        f"{top.name}: {top['memory']:.0%} of the memory and {top['bandwidth']:.0%} of the bandwidth of an {reference}"
    )
    return f"{text}; io.net paid it {top['reward']:.0%} of an H100." if pd.notna(top["reward"]) else f"{text}."


def fitting(count: float, total: float, memory: float) -> str:
    """Say how many GPUs have at least some memory."""
    return f"{count:,.0f} of {words.count(total, 'GPU')} have at least {memory:,.0f} GiB."

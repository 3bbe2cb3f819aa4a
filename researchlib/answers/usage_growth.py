"""Growth of use: Render's by regime, what came after its file, and Akash's spend and leases."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["akash_a_day", "answer", "claimed_lead", "pace", "stretch", "tested"]


def pace(rate: float, low: float, high: float) -> str:
    """Say what a growth rate and its interval settle.

    >>> pace(0.2, 0.1, 0.3), pace(0.2, -0.1, 0.3), pace(-0.2, -0.3, -0.1)
    ('it grew', 'even the sign is open', 'it fell')
    """
    return "it grew" if low > 0 else "it fell" if high < 0 else "even the sign is open"


def answer(found: Found) -> Answer:
    """Give growth since the last break, how sure the break is, what came later, the claims, and Akash."""
    rate, low, high = (float(found[name]) for name in ("render_growth", "render_growth_low", "render_growth_high"))
    since = f"Since {found['regime_start']} " if "break_date" in found else ""
    sentence = (
        f"{since}Render's work changed by {rate:+.0%} a year, anywhere from {low:+.0%} to {high:+.0%}: "
        f"{pace(rate, low, high)}."
    )
    bullets = [_break(found), _later(found)]
    if "growth_2024_low" in found:
        told = f"Render's own {found['claimed_2024']} for 2024 comes out at {found['growth_2024_low']} to "
        told += f"{found['growth_2024_high']}"
        if "growth_2025" in found:
            told += f"; its {found['claimed_2025']} for January to October 2025 at {found['growth_2025']} "
            told += f"by {found['growth_2025_to']}"
        bullets.append(f"{told}.")
    bullets.append(_akash(found))
    return Answer(sentence, tuple(bullets))


def _break(found: Found) -> str:
    p, level = float(found["break_p"]), float(found["break_level"])
    whole = f"{found['growth_whole']} a year ({found['growth_whole_low']} to {found['growth_whole_high']})"
    chance = f"a steady path with weeks as clustered shows as large a break in {p:.1%} of simulations"
    if "break_date" in found:
        return (
            f"As one path it would be {whole}, but that is a line across a break: the path falls apart best at "
            f"{found['break_date']}, and {chance}. A break counts up to {level:.0%}; with a limit below {p:.1%} "
            f"all weeks would be one path. The last stretch has {words.count(found['regime_weeks'], 'week')}"
            + (", less than the year that the rate speaks of." if float(found["regime_weeks"]) < 52 else ".")
        )
    return f"All weeks count as one path, {whole}: {chance}, more than the {level:.0%} that would count as a break."


def _later(found: Found) -> str:
    if "later_tokens_per_week" not in found:
        return "Not known: what was burned after the weekly file, since no later total had been read by this day."
    now, before = float(found["later_tokens_per_week"]), float(found["file_tokens_per_week"])
    against = words.compared(now, before, "more than", "less than", "as many as")
    return (
        f"After the file, to {found['later_to']}, about {found['later_tokens_per_week']} RENDER were burned a week "
        f"without the Foundation's own, {against} the {found['file_tokens_per_week']} of the file's last quarter: "
        f"customers spent about {found['render_spend_year']} a year ({found['render_spend_low']} to "
        f"{found['render_spend_high']})."
    )


def _akash(found: Found) -> str:
    spend, leases = float(found["akash_spend_2025"]), float(found["akash_leases_2025"])
    text = f"On Akash spend changed by {spend:+.0%} in 2025 and leases opened by {leases:+.0%}"
    if "akash_spend_fall" in found:
        fall = float(found["akash_spend_fall"])
        said = f"at least {found['akash_spend_fall']} below" if fall > 0 else "not shown to be below"
        text += f"; in the first quarter of 2026 spend was {said} a year before"
    if "akash_spend_newest" in found:
        back = float(found["akash_spend_back"])
        text += (
            f", and {found['akash_spend_newest']} a day on {found['akash_spend_newest_date']}, {back:.0%} of the first "
            f"quarter of 2025 at most"
        )
    return f"{text}."


def tested(tests: pd.DataFrame, level: float) -> str:
    """Say how many breaks the tests leave, and how rare the last one tried is without it."""
    kept = int((tests["p_value"] <= level).sum())
    last = tests.iloc[-1]
    return (
        f"{words.count(kept, 'break')} at a limit of {level:.0%}; the last one tried would be as large in "
        f"{last['p_value']:.1%} of steady paths."
    )


def stretch(weeks: int, rate: float, low: float, high: float) -> str:
    """Say what the last weeks give alone."""
    return f"The last {weeks} weeks alone: {rate:+.0%} a year ({low:+.0%} to {high:+.0%}); {pace(rate, low, high)}."


def claimed_lead(year: pd.DataFrame, said: float) -> str:
    """Say until when growth since January stood at what was claimed, and what it came to."""
    last = year.iloc[-1]
    above = year[year["growth"] >= said]
    if above.empty:
        return f"It never reached the {said:+.0%} claimed; by {last['date']:%d %B %Y} it was {last['growth']:+.0%}."
    until = above["date"].max()
    if until == last["date"]:
        return f"At {last['growth']:+.0%} by {until:%d %B %Y} it is at or above the {said:+.0%} claimed."
    return (
        f"It stood at or above the {said:+.0%} claimed until {until:%d %B %Y}; by {last['date']:%d %B %Y} it was "
        f"{last['growth']:+.0%}."
    )


def akash_a_day(spend: pd.DataFrame, leases: pd.DataFrame) -> str:
    """Hold the newest reading of spend and of leases against the highest quarter of each."""
    said = []
    for name, table in (("spend", spend), ("leases opened", leases)):
        top = table.loc[table["kind"] != "year", "value"].max()
        last = table[table["kind"] != "year"].iloc[-1]
        said.append(f"{name} at {last['value'] / top:.0%} of their highest ({last['date']:%B %Y}, {last['kind']})")
    return f"The newest readings have {words.listed(said)}."

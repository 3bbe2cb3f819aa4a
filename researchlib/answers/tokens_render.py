"""RENDER: what was burned against what was minted and paid to nodes, and the spending that would balance it."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "balance", "paid_for", "since", "week_by_week"]


def answer(found: Found) -> Answer:
    """Judge burns against the schedule and against node pay, and what customers spend against what would balance it."""
    inflates = float(found["net_change"]) > 0
    sentence = (
        f"{'Yes' if inflates else 'No'}: customers burned {found['burned_over_scheduled']} of the RENDER that the "
        f"schedule minted over {words.count(found['complete_epochs'], 'week')}."
    )
    bullets = [
        f"Burned {found['burned']} against {found['scheduled']} scheduled: supply changes by {found['net_change']}."
    ]
    years = [name for name in found if name.startswith("burned_over_node_pay_")]
    said = ", ".join(
        f"{found[name]} in the {name.removeprefix('burned_over_node_pay_').replace('_', ' ')}" for name in years
    )
    bullets.append(f"Against what render nodes were paid the burn was {said}.")
    spent, nodes = float(found["spend_per_week"]), float(found["break_even_node_pay"])
    month = spent * 52 / 12
    against = f"{month / float(found['break_even_minted']):.0%} of it"
    bullets.append(
        f"Supply would stand still at {found['break_even_minted']} if all minted counts; customers spent {against}."
    )
    bullets.append(
        f"If only node pay counts, {found['break_even_node_pay']} would do: customers spent "
        f"{'more' if spent > nodes else 'less' if spent < nodes else 'just that'}, {found['spend_per_week']} USD."
    )
    change = words.compared(
        found["later_burned_per_week"], found["quarter_burned_per_week"], "more than", "less than", "as much as"
    )
    ends = f"{found['later_spend_per_week_low']} to {found['later_spend_per_week_high']}"
    bullets.append(
        f"From the file's end to {found['later_until']} a later total implies {found['later_burned_per_week']} burned "
        f"a week, without a vault's one-off: {change} the {found['quarter_burned_per_week']} of the last quarter here. "
        f"It takes {found['later_spend_per_week']} of spending a week ({ends})."
    )
    return Answer(sentence, tuple(bullets))


def since(later: float, quarter: float) -> str:
    """Compare what was burned a week after the file with its last quarter."""
    if later == quarter:
        return "As much a week as in the last quarter looked at."
    change = f"{abs(later / quarter - 1):.0%} {'more' if later > quarter else 'less'}"
    return f"{change} a week than in the last quarter looked at."


def week_by_week(weeks: pd.DataFrame) -> str:
    """Count the weeks in which burns reached node pay and the schedule, and give the ratio of the last quarter."""
    pay = int((weeks["burned"] >= weeks["node_pay"]).sum())
    schedule = int((weeks["burned"] >= weeks["scheduled"]).sum())
    last = weeks.iloc[-13:]
    return (
        f"Burns reached node pay in {pay} of {len(weeks)} weeks and the schedule in {schedule}; over the last "
        f"{len(last)} weeks they were {last['burned'].sum() / last['node_pay'].sum():.0%} of node pay."
    )


def balance(need: pd.Series) -> str:
    """Say which of the meanings the last entry, what was spent, reaches."""
    *meanings, spent = need.items()
    reached = [str(name) for name, value in meanings if spent[1] >= value]
    if not reached:
        return f"What customers spend reaches none of the {len(meanings)}."
    return f"What customers spend matches {', '.join(reached)}" + (
        "." if len(reached) == len(meanings) else ", and no more."
    )


def paid_for(spent: float, need: pd.Series, price: float) -> str:
    """Say what share of each meaning a spending pays for at a token price."""
    return (
        f"At {price:.2f} USD it pays for {spent / need['minted']:.0%} of what is minted, "
        f"{spent / need['released']:.0%} of what is released and {spent / need['paid_to_nodes']:.0%} of node pay."
    )

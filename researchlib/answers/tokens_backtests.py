"""Back-tests: how far off forecasts of each network's token were, beside rules that need no model."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["FORMS", "SURE", "answer", "beside_published", "of_one", "overall", "printed"]

#: A difference counts as more than chance below this probability of its being none.
SURE = 0.05

#: How an error of each unit is written.
FORMS = {"days": (1, "{:.0f} days"), "TAO": (1e3, "{:.0f} thousand TAO"), "RENDER": (1e3, "{:.0f} thousand RENDER")}
FORMS |= {"IO": (1e3, "{:.0f} thousand IO"), "AKT": (1e6, "{:.1f} million AKT")}


def printed(value: float, unit: str) -> str:
    """Return an amount in the unit of its test as a sentence has it."""
    size, form = FORMS[unit]
    return form.format(value / size)


def answer(found: Found) -> Answer:
    """Say first where trivial rules were better, then what each test says."""
    tests = [name.removeprefix("backtest_").removesuffix("_mae") for name in found if name.endswith("_mae")]
    worse = [name for name in tests if float(found[f"backtest_{name}_mae"]) > float(found[f"trivial_{name}_error"])]
    sure = [name for name in tests if name not in worse and _sure(found, name)]
    sentence = f"In {len(worse)} of {len(tests)} back-tests a rule that needs no model missed less than ours, and " + (
        f"in {len(sure)} ours was better beyond chance." if sure else "in none was ours better beyond chance."
    )
    return Answer(sentence, tuple(_bullets(found, tests, worse)))


def _sure(found: Found, name: str) -> bool:
    return f"p_{name}" in found and float(found[f"p_{name}"]) < SURE


def _bullets(found: Found, tests: list[str], worse: list[str]) -> list[str]:
    bullets = []
    if "bittensor_halving" in tests:
        bullets.append(
            f"TAO's first halving: {_against(found, 'bittensor_halving')}. The "
            f"{found['backtest_bittensor_halving_forecasts']} forecasts are {found['distinct_halving_forecasts']} "
            f"different ones of one outcome; {found['backtest_bittensor_halving_coverage']} of the intervals held it."
        )
    bullets.append(
        f"Beside dates that others printed ours was the nearer in {found['closer_than_published']}; on those days "
        f"ours missed by {found['our_error_beside_published']}, theirs by {found['their_error_beside_published']}."
    )
    bullets.append(
        f"AKT's supply a year ahead: {_against(found, 'akash_supply_12m')}; the bounds of the rule held "
        f"{found['backtest_akash_supply_12m_coverage']}. A vote moved the band in "
        f"{found['akash_years_with_a_vote']} of these years; told of it the model misses by "
        f"{found['akash_supply_mae_told']}."
    )
    bullets.append(f"RENDER burned in a quarter: {_against(found, 'render_burns_13w')}.")
    better = [name for name in tests if name not in worse]
    rest = [f"{found[f'backtest_{name}_what']} ({_against(found, name)})" for name in better]
    bullets.append(
        f"The model missed least in {words.listed(rest, 'no test')}. By {found['ionet_left_on']} "
        f"{found['ionet_shortfall']} less had come out than io.net's schedule in use says."
    )
    return bullets


def _against(found: Found, name: str) -> str:
    """Put the better of model and trivial rule first."""
    ours, theirs = found[f"backtest_{name}_mae"], found[f"trivial_{name}_error"]
    rule = f"the rule '{found[f'trivial_{name}_rule'].value}'"
    first = f"the model missed by {ours}, {rule} by {theirs}"
    if float(theirs) < float(ours):
        first = f"{rule} missed by {theirs}, the model by {ours}"
    if f"p_{name}" not in found:
        return f"{first}, with one outcome to judge by"
    return first + (", more than chance" if _sure(found, name) else ", which may be chance")


def overall(summary: pd.DataFrame) -> str:
    """Count the tests in which the trivial rule missed less, and name the widest gaps."""
    worse = int((summary["ratio"] > 1).sum())
    low, high = summary.sort_values("ratio").iloc[[0, -1]].to_dict("records")
    return (
        f"Above 1 the trivial rule is better: in {worse} of {len(summary)}. From {low['ratio']:.2f} ({low['what']}) to "
        f"{high['ratio']:.2f} ({high['what']})."
    )


def of_one(scored: pd.DataFrame, unit: str, model: str) -> str:
    """Name the rule that missed least in one test, and where the model stands."""
    errors = scored["error"].to_dict()
    place = list(errors).index(model) + 1
    said = f"Least error: {next(iter(errors))}, {printed(min(errors.values()), unit)}"
    if place == 1:
        return f"{said}."
    return f"{said}; the model is number {place} of {len(errors)} with {printed(errors[model], unit)}."


def beside_published(table: pd.DataFrame) -> str:
    """Count where the model was nearer than what was printed, and where the clock was."""
    model = int((table["model"].abs() < table["theirs"].abs()).sum())
    clock = int((table["no_recycling"].abs() < table["theirs"].abs()).sum())
    return (
        f"Of {words.count(len(table), 'printed date')} the model was nearer than {model}, the clock without recycling "
        f"than {clock}."
    )

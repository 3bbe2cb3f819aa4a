"""Forecasts of use: whether any model beats a trivial rule on Render's weeks, and what became of projections."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["TRIVIAL", "answer", "called", "curve", "paired", "projected", "scored"]

#: Rules that need no model.
TRIVIAL = ("naive", "mean_4", "mean_8", "mean_13", "mean_26")
_NAMES = {"naive": "as last week", "ets": "ETS", "arima": "ARIMA", "local_trend": "local trend"}


def called(model: str) -> str:
    """Return the name of a model in words."""
    if model.startswith("mean_"):
        return f"mean of the last {model.removeprefix('mean_')} weeks"
    return _NAMES.get(model, model)


def answer(found: Found) -> Answer:
    """Say first whether a trivial rule or a model missed least, then how sure that is, then what was projected."""
    trivial, model = found["best_trivial_mase"], found["best_model_mase"]
    rule, name = called(str(found["best_trivial"].value)), called(str(found["best_model"].value))
    first = f"the {rule} misses by {trivial} usual weekly changes, the best model ({name}) by {model}"
    if float(model) < float(trivial):
        first = f"the best model ({name}) misses by {model} usual weekly changes, the {rule} by {trivial}"
    sentence = f"Over Render's coming weeks {first.replace('the as last week', 'last week going on')}."
    sure = int(float(found["models_surely_better"]))
    bullets = [
        f"Over {found['horizon']}, against 'as last week' ({found['naive_mase']}) the best model wins on "
        f"{found['best_wins']} of {found['origins']} dates; "
        f"{'no model is' if not sure else words.count(sure, 'model') + ' surely'} better beyond chance. Without its "
        f"best date its lead is {found['best_lead_without']} usual changes.",
        f"Its {found['confidence']} intervals held {found['best_coverage']} of what came.",
        f"Akash's supply stood between {found['akash_supply_last']} and {found['akash_supply_worst']} of the curve of "
        f"2020; io.net's emission was within {found['ionet_emission_ratio']} of its schedule.",
        f"Hopes of demand were not kept: Render's compute nodes were paid {found['render_compute_ratio']} of what was "
        f"foreseen."
        if float(found["render_compute_ratio"]) < 1
        else f"Render's compute nodes were paid {found['render_compute_ratio']} of what was foreseen.",
        f"Not known: {found['open_forecasts']} projections have no outcome yet. Dates of TAO's halving stand in the "
        f"notebook on back-tests.",
    ]
    return Answer(sentence, tuple(bullets))


def scored(table: pd.DataFrame, confidence: float) -> str:
    """Name the best by error and the best by score, and how many intervals keep their promise."""
    kept = int((table["coverage"] >= confidence).sum())
    best = called(str(table["score"].idxmin()))
    return (
        f"Least error: {called(str(table.index[0]))}; best score with its interval: {best}. "
        f"{kept} of {len(table)} hold as often as promised."
    )


def paired(table: pd.DataFrame) -> str:
    """Count the rules that beat 'as last week' beyond chance."""
    better = [called(str(name)) for name in table.index[table["high"] < 0]]
    return f"Better than 'as last week' beyond chance: {words.listed(better)}."


def curve(table: pd.DataFrame) -> str:
    """Give the widest excess over the plan and where it ended."""
    return f"At most {table['over'].max():+.0%}, at the end {table['over'].iloc[-1]:+.0%} against the plan."


def projected(table: pd.DataFrame) -> str:
    """Count the projections within a tenth of what came."""
    near = int(table["ratio"].between(0.9, 1.1).sum())
    low = table.sort_values("ratio").iloc[0].to_dict()
    return f"{near} of {len(table)} came within a tenth; least: {low['what']}, {low['ratio']:.0%} of what was foreseen."

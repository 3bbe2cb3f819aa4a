"""Bittensor's consensus: when copying it pays, what a cabal takes, and what the miners of a subnet share."""

from __future__ import annotations

import math

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "below_cost", "cabal", "copying", "phases"]


def answer(found: Found) -> Answer:
    """Say whether copying pays under what is assumed and where that turns; then miners' pay, praise and cabals."""
    low, high = float(found["copying_low"]), float(found["copying_high"])
    verdict = "pays" if low > 0 else "does not pay" if high < 0 else "cannot be told to pay or not"
    sentence = (
        f"Under the errors and drift assumed here copying the consensus {verdict}: it brings {found['copying']} with "
        f"what is {found['delay']} old, {_turns(found)}."
    )
    bullets = [
        "Neither number was measured: validators' scores are taken to be off by "
        f"{found['measurement_error']}, miners to change by {found['drift']} an epoch. Hidden weights stop copying "
        "only where miners change enough meanwhile.",
        f"With 1 epoch's delay copying brings {found['copying_yuma_1']} under the first rule and "
        f"{found['copying_yuma3_1']} under Yuma3; with 20 it brings {found['copying_yuma_20']} and "
        f"{found['copying_yuma3_20']}.",
        _pay(found),
        f"Praise that nobody shares is cut: a validator that gave {found['friend_praised']} of its weight to a friend "
        f"moved the friend's pay to {found['friend_paid']}.",
        f"A cabal takes {found['cabal_below_half']} of the pay just below half of the stake and "
        f"{found['cabal_above_half']} above.",
    ]
    return Answer(sentence, tuple(bullets))


def _turns(found: Found) -> str:
    if "break_even_drift" in found:
        return f"and stops paying where miners change by more than {found['break_even_drift']} an epoch"
    return f"and would pay at {found['pays_at']} drift that was tried"


def _pay(found: Found) -> str:
    if "miner_emission_tao_per_day" not in found:
        return "What the subnet's miners shared is not known: its alpha had no price that day."
    text = f"On {found['subnet']} the miners shared {found['miner_emission_tao_per_day']} a day, at the spot price"
    if "miner_emission_usd_per_day" not in found:
        text += "; its value in USD is not known, as no price of TAO was read that day"
    else:
        text += f" {found['miner_emission_usd_per_day']}"
        if "gpus_paid_for" in found:
            text += (
                f": enough, for each of {found['paid_keys']} that were paid, for {found['gpus_paid_for']} at "
                f"{found['hardware_usd_per_hour']} an hour if they earned alike"
            )
    return f"{text}. What could be sold at that price is another question."


def phases(table: pd.DataFrame, error: float, drift: float) -> str:
    """Say where copying breaks even at the error nearest to the assumed one, by the age of what is copied."""
    near = table.loc[(table["error"] - error).abs() == (table["error"] - error).abs().min()]
    said = []
    for row in near.sort_values("delay").itertuples():
        age = words.count(row.delay, "epoch")
        if row.drift == 0:
            said.append(f"never after {age}")
        elif math.isinf(row.drift):
            said.append(f"at every drift tried after {age}")
        else:
            said.append(f"up to {row.drift:.1%} an epoch after {age}")
    return f"At an error of {near['error'].iloc[0]:.0%} copying pays {words.listed(said)}; {drift:.1%} is assumed."


def copying(table: pd.DataFrame) -> str:
    """Count the cases in which copying pays, does not, or cannot be told."""
    pays, loses = int((table["low"] > 0).sum()), int((table["high"] < 0).sum())
    rest = len(table) - pays - loses
    return (
        f"Of {words.count(len(table), 'case')} copying pays in {pays}, loses in {loses} and cannot be told in {rest}."
    )


def cabal(below: float, above: float) -> str:
    """Say what a cabal takes just below and just above half of the stake."""
    return f"Just below half of the stake it takes {below:.1%} of the pay, just above {above:.1%}."


def below_cost(share: float, miners: int) -> str:
    """Say how many would earn less than their hardware if the assumptions of the figure held."""
    return (
        f"If so many miners differed so much and each ran that hardware, {share:.0%} of {miners} would earn less than "
        "it costs."
    )

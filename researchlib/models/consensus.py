"""Bittensor's consensus at work: what the miners of a subnet share, and when copying the consensus pays."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from researchlib import data
from researchlib.bittensor import emission, epoch, epoch_fast, payout
from researchlib.pricing import attacks

__all__ = ["DELAYS", "Pot", "break_even_drift", "copied", "copying", "epoch_of", "phases", "pot", "rules", "summary"]

Floats = NDArray[np.float64]
#: Ages of the consensus that is copied, epochs of 72 minutes.
DELAYS = (1, 5, 20)
#: Drifts tried for a break-even, over the error of a measurement.
RATIOS = (0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 1.6)
VALIDATORS, MINERS = 8, 24


@dataclass(frozen=True)
class Pot:
    """What all miners of a subnet shared a day, and what a place cost, on one day.

    ``share`` is the miners' part of the alpha emitted, ``burned`` what of that is destroyed, ``alpha`` what is left a
    day, and ``tao`` its value at the spot price; ``paid`` are the keys that were paid (NaN: not read), ``registration``
    is the cost of a place, TAO, and ``tao_usd`` the price of TAO of the same day (NaN: none read that day).
    """

    share: float
    burned: float
    alpha: float
    tao: float
    paid: float
    registration: float
    tao_usd: float
    frames: tuple[pd.DataFrame, ...]


def pot(subnet: int, day: str) -> Pot | None:
    """Return what the miners of a subnet shared on a day, None where its alpha had no price in the table then."""
    table = data.load("subnets")
    row = table[(table["date"] == day) & (table["netuid"] == subnet)].dropna(subset="alpha_price_tao")
    if row.empty:
        return None
    rule = data.parameters(emission.EmissionParameters, at=day)
    cut = data.parameters(payout.PayoutParameters, at=day)
    one = rule.initial_block_emission * emission.RAO_PER_TAO
    share = payout.pending_split(one, 0, one, cut).server_rao / one
    burned = _known(row["miner_burned_share"].fillna(0.0))
    alpha = emission.blocks_per_day(rule) * rule.initial_block_emission * share * (1 - burned)
    prices = data.current("token_prices").query("network == 'bittensor'")
    usd = prices[prices["date"] == day].dropna(subset="price_usd")
    kinds = (emission.EmissionParameters, payout.PayoutParameters)
    return Pot(
        share=share,
        burned=burned,
        alpha=alpha,
        tao=alpha * float(row["alpha_price_tao"].iloc[0]),
        paid=_known(row["paid_uids"]),
        registration=_known(row["registration_cost_tao"]),
        tao_usd=_known(usd["price_usd"]) if len(usd) else math.nan,
        frames=(row, usd, *(data.parameter_rows(kind, at=day) for kind in kinds)),
    )


def _known(column: pd.Series) -> float:
    value = column.iloc[0]
    return math.nan if pd.isna(value) else float(value)


def rules(day: str) -> dict[str, epoch.EpochParameters]:
    """Return the versions of the epoch's rule by name, with the other parameters of a day; stake is in shares here."""
    given = dataclasses.replace(data.parameters(epoch.EpochParameters, at=day), stake_threshold_rao=0)
    return {
        "Yuma": dataclasses.replace(given, yuma3=False, liquid_alpha=False),
        "Yuma3": dataclasses.replace(given, yuma3=True, liquid_alpha=False),
        "Yuma3, liquid alpha": dataclasses.replace(given, yuma3=True, liquid_alpha=True),
    }


def epoch_of(given: epoch.EpochParameters) -> attacks.EpochFunction:
    """Return the chain's epoch as a function of validators' weights over miners and of their stake."""

    def run(weights: Floats, stake: Floats, memory: epoch_fast.EpochArrays | None) -> attacks.EpochResult:
        m, n = weights.shape
        everyone = np.hstack([np.zeros((m, m)), weights])  # validators come first and give each other nothing
        rao = np.rint(np.concatenate([stake / stake.sum(), np.zeros(n)]) * 1e15).astype(np.uint64)
        stored = ("bonds_u16", "consensus_u16", "validator_permit")
        earlier = {} if memory is None else {name: getattr(memory, name) for name in stored}
        done = epoch_fast.fast_epoch(given, everyone, rao, **earlier)
        return attacks.EpochResult(done.incentive[m:], done.dividends[:m], done.consensus[m:], done)

    return run


def copied(
    given: epoch.EpochParameters, *, drift: float, error: float, delay: int, epochs: int, runs: int, seed: int
) -> Floats:
    """Return a copier's dividends over those who measure, less one: the mean of each run without its first third.

    Equal validators and miners, `VALIDATORS` and `MINERS` of them; the other arguments are those of
    `researchlib.pricing.attacks.weight_copying`.
    """
    paths = [
        attacks.weight_copying(
            epoch_of(given), np.ones(VALIDATORS), copier=0, miners=MINERS, epochs=epochs, drift=drift, error=error,
            delay=delay, seed=seed + run,
        )
        for run in range(runs)
    ]  # fmt: skip
    return np.array([path["advantage"].iloc[epochs // 3 :].mean() for path in paths])


def summary(gains: Floats, coverage: float = 0.95) -> tuple[float, float, float]:
    """Return the mean of some runs and the ends of its interval, by Student's t with one degree less than runs."""
    reach = stats.t.ppf(0.5 + coverage / 2, gains.size - 1) * gains.std(ddof=1) / math.sqrt(gains.size)
    return float(gains.mean()), float(gains.mean() - reach), float(gains.mean() + reach)


def copying(given: Mapping[str, epoch.EpochParameters], delays: Sequence[int], **experiment: float) -> pd.DataFrame:
    """Return what copying brings in each version of the rule and for each age of the consensus, with intervals."""
    rows = [
        (name, delay, *summary(copied(rule, delay=delay, **experiment)))  # type: ignore[arg-type]
        for name, rule in given.items()
        for delay in delays
    ]
    return pd.DataFrame(rows, columns=["rule", "delay", "advantage", "low", "high"])


def break_even_drift(advantages: Sequence[float], drifts: Sequence[float]) -> float:
    """Return the drift at which copying stops paying, between the last that pays and the next; 0 or inf beyond them.

    >>> round(break_even_drift([0.1, -0.1], [1.0, 4.0]), 9), break_even_drift([-1], [1.0]), break_even_drift([1], [1.0])
    (2.0, 0.0, inf)
    """
    paying = np.flatnonzero(np.asarray(advantages) > 0)
    if not paying.size:
        return 0.0
    last = paying[-1]
    if last == len(drifts) - 1:
        return math.inf
    left, right = advantages[last], advantages[last + 1]
    step = math.log(drifts[last + 1] / drifts[last]) * left / (left - right)
    return float(drifts[last] * math.exp(step))


def phases(
    given: epoch.EpochParameters, errors: Sequence[float], delays: Sequence[int], *, epochs: int, runs: int, seed: int
) -> pd.DataFrame:
    """Return the drift at which copying breaks even by error of a measurement and age of what is copied.

    A row a pair: ``error``, ``delay``, ``drift`` (an epoch; 0 or inf where it lies beyond `RATIOS` times the error).
    """
    rows = []
    for error in errors:
        drifts = [ratio * error for ratio in RATIOS]
        for delay in delays:
            gains = [
                float(copied(given, drift=d, error=error, delay=delay, epochs=epochs, runs=runs, seed=seed).mean())
                for d in drifts
            ]
            rows.append((error, delay, break_even_drift(gains, drifts)))
    return pd.DataFrame(rows, columns=["error", "delay", "drift"])

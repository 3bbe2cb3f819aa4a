"""Experiments on a consensus: what copying weights earns, and what a cabal of stake can capture.

The consensus comes in as a function, so that one experiment runs on any rule: ``epoch(weights, stake, memory)`` takes
weights (validators, miners), stake (validators,) and what the epoch before returned as memory (None at first), and
returns an `EpochResult`.

Source: experiments of our own on any consensus function; what theory promises stands with `collusion`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Count, PositiveCount, array, checked, integer, number, rule

__all__ = ["EpochFunction", "EpochResult", "collusion", "weight_copying"]

Size = Annotated[int, integer(minimum=1, maximum=10_000_000)]
Epochs = Annotated[int, integer(minimum=1, maximum=1_000_000)]


class EpochResult(NamedTuple):
    """What an epoch yields: miners' shares, validators' shares, consensus weight by miner, and memory for the next."""

    incentive: NDArray[np.float64]
    dividends: NDArray[np.float64]
    consensus: NDArray[np.float64]
    memory: Any


EpochFunction = Callable[[NDArray[np.float64], NDArray[np.float64], Any], EpochResult]


def _rows(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    total = weights.sum(axis=-1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return shares


@checked
def weight_copying(
    epoch: EpochFunction,
    stake: Annotated[NDArray[np.float64], array(minimum=0, strict=True, min_size=2)],
    *,
    copier: Count,
    miners: Size,
    epochs: Epochs,
    drift: Amount,
    error: Annotated[float, number(minimum=0, maximum=10)],
    delay: PositiveCount = 1,
    seed: Annotated[int | np.random.Generator, rule(check.seed)] = 0,
) -> pd.DataFrame:
    """Compare a validator that copies the consensus of earlier epochs with those that measure.

    Miners' true qualities move as log-normal random walks. A measuring validator sets weights in proportion to the
    quality times an error of its own; the copier repeats the consensus that it could read ``delay`` epochs ago, and
    measures until there is one.

    ``epoch`` is the consensus rule, see the module; ``copier`` the place of the copying validator in the validators'
    ``stake``; ``miners`` and ``epochs`` are numbers; ``drift`` is the standard deviation of the log quality's step in
    an epoch, at most 50 over the root of ``epochs``, ``error`` that of the log error of a measurement; ``delay`` is 1
    without hidden weights, more while weights stay concealed; ``seed`` is that of the draws.

    A row an epoch: ``epoch``, ``copier`` and ``honest`` (dividends per unit of stake over those of an even split, so
    that 1 is the average of all), ``advantage`` (copier over honest, less one; NaN without honest dividends).

    Raises ValueError for a copier that is not among the validators, or a drift too large for so many epochs.
    """
    check.integer("copier", copier, maximum=stake.size - 1)
    # a float holds the exponential of up to 700: walks that end within 14 times this spread are far below
    check.number("drift", drift, maximum=50 / math.sqrt(epochs))
    rng = np.random.default_rng(seed)
    quality = rng.lognormal(0, 1, miners)
    honest = np.arange(stake.size) != copier
    memory: Any = None
    read: list[NDArray[np.float64]] = []
    rows = []
    for now in range(epochs):
        quality = quality * np.exp(rng.normal(0, drift, miners))
        weights = quality * np.exp(rng.normal(0, error, (stake.size, miners)))
        if now >= delay:
            weights[copier] = read[now - delay]
        result = epoch(_rows(weights), stake, memory)
        memory = result.memory
        read.append(result.consensus)
        per_stake = result.dividends * stake.sum() / stake
        ours, theirs = per_stake[copier], np.average(per_stake[honest], weights=stake[honest])
        rows.append((now, ours, theirs, ours / theirs - 1 if theirs > 0 else np.nan))
    return pd.DataFrame(rows, columns=["epoch", "copier", "honest", "advantage"])


@checked
def collusion(
    epoch: EpochFunction,
    *,
    cabal_shares: Annotated[NDArray[np.float64], array(minimum=0, maximum=1, min_size=1)],
    validators: Size,
    miners: Annotated[int, integer(minimum=2, maximum=10_000_000)],
    cabal_miners: PositiveCount = 1,
    cabal_quality: Amount = 0.0,
    epochs: Epochs = 1,
) -> pd.DataFrame:
    """Measure what part of the pay a cabal takes when its validators give all weight to its own miners.

    The other validators agree: equal weight to every honest miner, and ``cabal_quality`` of that to a cabal's miner.
    One validator stands for the cabal's stake, the rest is split evenly.

    ``epoch`` is the consensus rule, see the module; ``cabal_shares`` are shares of stake that the cabal holds, each a
    run; ``validators`` is the number outside the cabal, ``miners`` that of all and ``cabal_miners`` the cabal's among
    them; ``epochs`` pass before the reading, while bonds build up.

    A row a share: ``cabal_share`` (of stake), ``incentive`` (share of the miners' pay to the cabal's miners),
    ``deserved`` (the share that honest weights give), ``dividends`` (share of the validators' pay to the cabal's
    validator).

    Raises ValueError where no miner is outside the cabal.

    Source: Steeves et al., "BitTensor: A Peer-to-Peer Intelligence Market", section on consensus: below half of the
    stake a cabal cannot raise its own miners' pay.
    """
    check.integer("cabal_miners", cabal_miners, maximum=miners - 1)
    fair, own = np.ones(miners), np.zeros(miners)
    fair[:cabal_miners], own[:cabal_miners] = cabal_quality, 1
    weights = _rows(np.vstack([own, np.tile(fair, (validators, 1))]))
    rows = []
    for share in cabal_shares:
        stake = np.concatenate([[share], np.full(validators, (1 - share) / validators)])
        memory: Any = None
        for _ in range(epochs):
            result = epoch(weights, stake, memory)
            memory = result.memory
        captured = float(result.incentive[:cabal_miners].sum())
        rows.append((share, captured, float(_rows(fair)[:cabal_miners].sum()), float(result.dividends[0])))
    return pd.DataFrame(rows, columns=["cabal_share", "incentive", "deserved", "dividends"])

"""Experiments on a consensus: what copying weights earns, and what a cabal of stake can capture.

The consensus comes in as a function, so that one experiment runs on any rule: ``epoch(weights, stake, memory)`` takes
weights (validators, miners), stake (validators,) and what the epoch before returned as memory (None at first), and
returns an `EpochResult`.

Source: experiments of our own on any consensus function; what theory promises stands with `collusion`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["EpochFunction", "EpochResult", "collusion", "weight_copying"]


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


def weight_copying(
    epoch: EpochFunction,
    stake: ArrayLike,
    *,
    copier: int,
    miners: int,
    epochs: int,
    drift: float,
    error: float,
    delay: int = 1,
    seed: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Compare a validator that copies the consensus of earlier epochs with those that measure.

    Miners' true qualities move as log-normal random walks. A measuring validator sets weights in proportion to the
    quality times an error of its own; the copier repeats the consensus that it could read ``delay`` epochs ago, and
    measures until there is one.

    Parameters
    ----------
    epoch : callable
        The consensus rule, see the module.
    stake : array_like, shape (validators,)
        Stake, positive.
    copier : int
        Place of the copying validator.
    miners : int
        Number of miners.
    epochs : int
        Number of epochs.
    drift : float
        Standard deviation of the log quality's step in an epoch, at most 50 over the root of ``epochs``.
    error : float
        Standard deviation of the log error of a measurement, at most 10.
    delay : int
        Epochs between a consensus and its first use: 1 without hidden weights, more while weights stay concealed.
    seed : int or numpy.random.Generator
        Source of the draws.

    Returns
    -------
    DataFrame
        A row an epoch: ``epoch``, ``copier`` and ``honest`` (dividends per unit of stake over those of an even split,
        so that 1 is the average of all), ``advantage`` (copier over honest, less one; NaN without honest dividends).

    Raises
    ------
    ValueError
        A copier that is no validator, numbers that are not positive, or a drift or error too large.
    """
    check.function("epoch", epoch)
    holdings = check.array("stake", stake, minimum=0, strict=True, min_size=2)
    check.integer("copier", copier, minimum=0, maximum=holdings.size - 1)
    check.integer("miners", miners, minimum=1, maximum=10_000_000)
    check.integer("epochs", epochs, minimum=1, maximum=1_000_000)
    check.integer("delay", delay, minimum=1)
    # a float holds the exponential of up to 700: walks that end within 14 times this spread are far below
    check.number("drift", drift, minimum=0, maximum=50 / math.sqrt(epochs))
    check.number("error", error, minimum=0, maximum=10)
    rng = check.seed("seed", seed)
    quality = rng.lognormal(0, 1, miners)
    honest = np.arange(holdings.size) != copier
    memory: Any = None
    read: list[NDArray[np.float64]] = []
    rows = []
    for number in range(epochs):
        quality = quality * np.exp(rng.normal(0, drift, miners))
        weights = quality * np.exp(rng.normal(0, error, (holdings.size, miners)))
        if number >= delay:
            weights[copier] = read[number - delay]
        result = epoch(_rows(weights), holdings, memory)
        memory = result.memory
        read.append(result.consensus)
        per_stake = result.dividends * holdings.sum() / holdings
        ours, theirs = per_stake[copier], np.average(per_stake[honest], weights=holdings[honest])
        rows.append((number, ours, theirs, ours / theirs - 1 if theirs > 0 else np.nan))
    return pd.DataFrame(rows, columns=["epoch", "copier", "honest", "advantage"])


def collusion(
    epoch: EpochFunction,
    *,
    cabal_shares: ArrayLike,
    validators: int,
    miners: int,
    cabal_miners: int = 1,
    cabal_quality: float = 0.0,
    epochs: int = 1,
) -> pd.DataFrame:
    """Measure what part of the pay a cabal takes when its validators give all weight to its own miners.

    The other validators agree: equal weight to every honest miner, and ``cabal_quality`` of that to a cabal's miner.
    One validator stands for the cabal's stake, the rest is split evenly.

    Parameters
    ----------
    epoch : callable
        The consensus rule, see the module.
    cabal_shares : array_like
        Shares of stake that the cabal holds, each a run.
    validators : int
        Number of validators outside the cabal.
    miners : int
        Number of miners in all.
    cabal_miners : int
        Miners of the cabal among them.
    cabal_quality : float
        Weight that an honest validator gives a cabal's miner, relative to another miner.
    epochs : int
        Epochs before the reading, while bonds build up.

    Returns
    -------
    DataFrame
        A row a share: ``cabal_share`` (of stake), ``incentive`` (share of the miners' pay to the cabal's miners),
        ``deserved`` (the share that honest weights give), ``dividends`` (share of the validators' pay to the cabal's
        validator).

    Raises
    ------
    ValueError
        A share outside 0 to 1, or no miner outside the cabal.

    Notes
    -----
    Source: Steeves et al., "BitTensor: A Peer-to-Peer Intelligence Market", section on consensus: below half of the
    stake a cabal cannot raise its own miners' pay.
    """
    check.function("epoch", epoch)
    shares = check.array("cabal_shares", cabal_shares, minimum=0, maximum=1, min_size=1)
    check.integer("validators", validators, minimum=1, maximum=10_000_000)
    check.integer("miners", miners, minimum=2, maximum=10_000_000)
    check.integer("cabal_miners", cabal_miners, minimum=1, maximum=miners - 1)
    check.number("cabal_quality", cabal_quality, minimum=0)
    check.integer("epochs", epochs, minimum=1, maximum=1_000_000)
    fair = np.ones(miners)
    fair[:cabal_miners] = cabal_quality
    own = np.zeros(miners)
    own[:cabal_miners] = 1
    weights = _rows(np.vstack([own, np.tile(fair, (validators, 1))]))
    rows = []
    for share in shares:
        stake = np.concatenate([[share], np.full(validators, (1 - share) / validators)])
        memory: Any = None
        for _ in range(epochs):
            result = epoch(weights, stake, memory)
            memory = result.memory
        captured = float(result.incentive[:cabal_miners].sum())
        rows.append((share, captured, float(_rows(fair)[:cabal_miners].sum()), float(result.dividends[0])))
    return pd.DataFrame(rows, columns=["cabal_share", "incentive", "deserved", "dividends"])

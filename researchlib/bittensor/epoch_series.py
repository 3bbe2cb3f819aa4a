"""Epochs of Yuma consensus one after the other, for experiments on what validators and miners earn.

Weights may answer what happened before: a validator that copies the consensus, miners that collude, a score that
follows income.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check
from researchlib.bittensor.epoch import EpochParameters
from researchlib.bittensor.epoch_fast import EpochArrays, Floats, fast_epoch

__all__ = ["EpochSeries", "Weights", "run_epochs"]

Weights = ArrayLike | Callable[[int, EpochArrays | None], ArrayLike]
"""Weights of every epoch, or a function of the epoch's number and what the epoch before yielded."""


@dataclass(frozen=True)
class EpochSeries:
    """What a run of epochs yields: arrays (epochs, n), and the bonds (validators, n) after the last epoch."""

    consensus: Floats
    validator_trust: Floats
    incentive: Floats
    dividends: Floats
    emission_rao: NDArray[np.int64]
    validator_permit: NDArray[np.bool_]
    bonds_u16: NDArray[np.uint16]


def run_epochs(
    parameters: EpochParameters,
    weights: Weights,
    stake_rao: ArrayLike,
    *,
    epochs: int,
    emission_rao: int = 10**9,
    bonds_u16: ArrayLike | None = None,
    validators: ArrayLike | None = None,
    owner_uid: int | None = None,
    convention: Literal["sparse", "dense"] = "sparse",
) -> EpochSeries:
    """Run epochs one after the other, carrying bonds and permits, with all neurons active and none replaced.

    Parameters
    ----------
    parameters : EpochParameters
        Of the subnet.
    weights : array_like (m, n) or (epochs, m, n), or callable
        Weights of every epoch; or ``weights(epoch, last)`` that returns those of an epoch (m, n) from its number
        (from 0) and the `EpochArrays` of the epoch before (None at first), so that a validator can copy the
        consensus, or a miner's score can answer its income.
    stake_rao : array_like of int (n,) or (epochs, n)
        Stake weight of each neuron in rao.
    epochs : int
        How many.
    emission_rao : int
        Budget of each epoch in alpha-rao.
    bonds_u16 : array_like of int (m, n), optional
        Bonds before the first epoch, none by default.
    validators : array_like of int (m,), optional
        UID of each row of weights; by default the first m.
    owner_uid : int, optional
        The subnet owner's neuron.
    convention : {"sparse", "dense"}
        Whether a weight of 0 is absent or present: matters under liquid alpha only.

    Returns
    -------
    EpochSeries

    Raises
    ------
    ValueError
        For a number of epochs below one or that weights or stake do not have, and as `fast_epoch` does.

    Source: subtensor, epoch/run_epoch.rs, as `researchlib.bittensor.epoch.yuma_epoch`.

    Examples
    --------
    A validator of a tenth of the stake that copies the consensus of the epoch before earns a tenth of the dividends:

    >>> import numpy as np
    >>> parameters = EpochParameters(
    ...     kappa_u16=32767, bonds_penalty_u16=65535, bonds_moving_average=900_000, yuma3=True, liquid_alpha=False,
    ...     alpha_low_u16=45875, alpha_high_u16=58982, alpha_sigmoid_steepness=1000, max_allowed_validators=64,
    ...     activity_cutoff=5000, tempo=360, stake_threshold_rao=0)
    >>> def weights(epoch, last):
    ...     honest = np.array([0.0, 0.0, 0.5, 0.3, 0.2])
    ...     return [honest, honest if last is None else last.consensus]
    >>> run = run_epochs(parameters, weights, stake_rao=[9 * 10**12, 10**12, 0, 0, 0], epochs=50)
    >>> run.dividends[-1].round(3).tolist()
    [0.9, 0.1, 0.0, 0.0, 0.0]
    """
    check.instance("parameters", parameters, EpochParameters)
    epochs = check.integer("epochs", epochs, minimum=1, maximum=1_000_000)
    stakes = check.raw("stake_rao", stake_rao, kinds="iufO", allowed="integers >= 0")
    table: Any = weights
    if not callable(weights):
        table = check.raw("weights", weights, kinds="iuf", allowed="numbers >= 0 or a function")
    for name, array, through_time in (("stake_rao", stakes, 2), ("weights", table, 3)):
        if not callable(array) and array.ndim == through_time and len(array) != epochs:
            raise ValueError(f"{name}: {len(array)} epoch(s) given, {epochs} allowed")
    last: EpochArrays | None = None
    run: list[EpochArrays] = []
    for epoch in range(epochs):
        last = fast_epoch(
            parameters,
            table(epoch, last) if callable(table) else table[epoch] if table.ndim == 3 else table,
            stakes[epoch] if stakes.ndim == 2 else stakes,
            emission_rao=emission_rao,
            bonds_u16=bonds_u16 if last is None else last.bonds_u16,
            validator_permit=None if last is None else last.validator_permit,
            validators=validators,
            owner_uid=owner_uid,
            convention=convention,
        )
        run.append(last)
    return EpochSeries(
        consensus=np.array([step.consensus for step in run]),
        validator_trust=np.array([step.validator_trust for step in run]),
        incentive=np.array([step.incentive for step in run]),
        dividends=np.array([step.dividends for step in run]),
        emission_rao=np.array([step.emission_rao for step in run]),
        validator_permit=np.array([step.validator_permit for step in run]),
        bonds_u16=run[-1].bonds_u16,
    )

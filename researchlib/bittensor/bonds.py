"""Bonds of validators with miners, and the dividends they bring: Yuma2 (classic), Yuma3 (relative), liquid alpha.

Numbers are I32F32, matrices rows of present entries (see `consensus`).

Source: subtensor, pallets/subtensor/src/epoch/run_epoch.rs (epoch_mechanism, compute_bonds_sparse, alpha_sigmoid) and
epoch/math.rs (interpolate_sparse, mat_ema_sparse, mat_ema_alpha_sparse).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from researchlib.bittensor import i32f32
from researchlib.bittensor.consensus import Matrix, matrix_vector

__all__ = [
    "LiquidAlpha",
    "bond_ema",
    "classic_bonds",
    "column_normalise",
    "fixed_alpha",
    "interpolate_weights",
    "liquid_alpha",
    "relative_bonds",
    "reset_bonds",
]


@dataclass(frozen=True)
class LiquidAlpha:
    """Bounds and steepness of the bonds' speed, in I32F32."""

    low: int
    high: int
    steepness: int


def fixed_alpha(bonds_moving_average: int) -> int:
    """Return the share of the new bond in the moving average, in I32F32.

    Parameters
    ----------
    bonds_moving_average : int
        Share of the old bond in millionths.

    Returns
    -------
    int

    Examples
    --------
    >>> round(i32f32.to_float(fixed_alpha(900_000)), 9)
    0.1
    """
    return i32f32.ONE - (bonds_moving_average << i32f32.FRACTION_BITS) // 1_000_000


def interpolate_weights(weights: Matrix, clipped: Matrix, penalty: int) -> Matrix:
    """Return the weights that bonds are bought with: between a validator's own and the clipped ones.

    Parameters
    ----------
    weights, clipped : list of dict
        Rows in I32F32.
    penalty : int
        I32F32; 0 gives the weights and 1 the clipped ones as they are. Between them a missing entry counts as 0, and
        results not above 0 are left out.

    Returns
    -------
    list of dict
    """
    if penalty == 0:
        return weights
    if penalty == i32f32.ONE:
        return clipped
    result: Matrix = []
    for own, cut in zip(weights, clipped, strict=True):
        between = {
            j: i32f32.saturate(own.get(j, 0) + i32f32.multiply(penalty, cut.get(j, 0) - own.get(j, 0)))
            for j in sorted(own.keys() | cut.keys())
        }
        result.append({j: value for j, value in between.items() if value > 0})
    return result


def column_normalise(matrix: Matrix) -> Matrix:
    """Return the matrix with each column divided by its sum, columns of sum 0 as they are; fractions in I32F32."""
    total: dict[int, int] = {}
    for row in matrix:
        for j, value in row.items():
            total[j] = total.get(j, 0) + value
    return [{j: i32f32.divide(value, total[j]) if total[j] else value for j, value in row.items()} for row in matrix]


def _fixed_ema(new: Matrix, old: Matrix, alpha: int) -> Matrix:
    result: Matrix = []
    for new_row, old_row in zip(new, old, strict=True):
        mixed = {
            j: i32f32.multiply(alpha, new_row.get(j, 0)) + i32f32.multiply(i32f32.ONE - alpha, old_row.get(j, 0))
            for j in sorted(new_row.keys() | old_row.keys())
        }
        result.append({j: value for j, value in mixed.items() if value > 0})
    return result


def bond_ema(new: Matrix, old: Matrix, alpha: Matrix) -> Matrix:
    """Return the moving average of the bonds where each entry has its own speed, capped at one.

    Parameters
    ----------
    new, old : list of dict
        Rows in I32F32. An old entry whose new one is absent is gone at once; where the new one is present with 0 it
        decays.
    alpha : list of dict
        Share of the new value, I32F32, for every entry present in ``new``.

    Returns
    -------
    list of dict
        Entries above 0.
    """
    result: Matrix = []
    for new_row, old_row, alpha_row in zip(new, old, alpha, strict=True):
        mixed = {
            j: min(
                i32f32.multiply(i32f32.ONE - alpha_row[j], old_row.get(j, 0))
                + max(i32f32.multiply(alpha_row[j], value), 0),
                i32f32.ONE,
            )
            for j, value in new_row.items()
        }
        result.append({j: value for j, value in mixed.items() if value > 0})
    return result


def liquid_alpha(consensus: int, weight: int, bond: int, bounds: LiquidAlpha) -> int:
    """Return the speed of one bond: faster the further the weight is from the consensus, or the bond above the weight.

    Parameters
    ----------
    consensus : int
        Consensus weight of the miner, I32F32.
    weight : int
        The validator's weight for bonds, I32F32.
    bond : int
        The bond before, I32F32.
    bounds : LiquidAlpha
        Bounds and steepness.

    Returns
    -------
    int
        I32F32 within the bounds.

    Examples
    --------
    >>> bounds = LiquidAlpha(low=0, high=i32f32.ONE, steepness=10 * i32f32.ONE)
    >>> i32f32.to_float(liquid_alpha(0, i32f32.ONE // 2, 0, bounds))
    0.5
    """
    distance = max(0, min(i32f32.ONE, weight - consensus if weight >= bond else bond - weight))
    # the chain divides the stored integer by -100; here the steepness is already a number
    argument = i32f32.multiply(-bounds.steepness, distance - i32f32.ONE // 2)
    sigmoid = i32f32.divide(i32f32.ONE, i32f32.saturate(i32f32.ONE + i32f32.exp(argument)))
    speed = bounds.low + i32f32.multiply(sigmoid, bounds.high - bounds.low)
    return max(bounds.low, min(bounds.high, speed))


def classic_bonds(
    weights: Matrix, stored: Matrix, stake: Sequence[int], incentive: Sequence[int], alpha: int
) -> tuple[Matrix, list[int]]:
    """Return bonds and dividends of Yuma2: shares of each miner, bought with stake.

    Parameters
    ----------
    weights : list of dict
        Weights for bonds, I32F32.
    stored : list of dict
        Bonds of the epoch before, I32F32 of any scale: columns are scaled to a sum of one.
    stake : sequence of int
        Active stake, I32F32.
    incentive : sequence of int
        Of each miner, I32F32.
    alpha : int
        Share of the new bonds, I32F32.

    Returns
    -------
    bonds : list of dict
        I32F32, the largest of each column one.
    dividends : list of int
        I32F32, sum one or zero.
    """
    bought = column_normalise(
        [
            {j: i32f32.multiply(value, share) for j, value in row.items()}
            for row, share in zip(weights, stake, strict=True)
        ]
    )
    bonds = column_normalise(_fixed_ema(bought, column_normalise(stored), alpha))
    dividends = i32f32.normalise(matrix_vector(bonds, incentive))
    largest: dict[int, int] = {}
    for row in bonds:
        for j, value in row.items():
            largest[j] = max(largest.get(j, 0), value)
    upscaled = [{j: i32f32.divide(value, largest[j]) for j, value in row.items()} for row in bonds]
    return upscaled, dividends


def relative_bonds(
    weights: Matrix,
    stored: Matrix,
    stake: Sequence[int],
    incentive: Sequence[int],
    consensus: Sequence[int],
    alpha: int | LiquidAlpha,
) -> tuple[Matrix, list[int]]:
    """Return bonds and dividends of Yuma3: a validator's bond follows its own weight, stake counts in the dividend.

    Parameters
    ----------
    weights : list of dict
        Weights for bonds, I32F32.
    stored : list of dict
        Bonds of the epoch before, I32F32 between 0 and 1.
    stake : sequence of int
        Active stake, I32F32.
    incentive, consensus : sequence of int
        Of each miner, I32F32.
    alpha : int or LiquidAlpha
        Share of the new bonds in I32F32, or the bounds of liquid alpha, which works only while some consensus is not 0.

    Returns
    -------
    bonds : list of dict
        I32F32 between 0 and 1.
    dividends : list of int
        I32F32, sum one or zero.
    """
    if isinstance(alpha, LiquidAlpha):
        speeds = [
            {j: liquid_alpha(consensus[j], weight, old.get(j, 0), alpha) for j, weight in row.items()}
            for row, old in zip(weights, stored, strict=True)
        ]
        bonds = bond_ema(weights, stored, speeds)
    else:
        bonds = _fixed_ema(weights, stored, alpha)
    held = matrix_vector(column_normalise(bonds), incentive)
    return bonds, i32f32.normalise([i32f32.multiply(part, share) for part, share in zip(held, stake, strict=True)])


def reset_bonds(stored: Sequence[dict[int, int]], uids: Sequence[int]) -> list[dict[int, int]]:
    """Return stored bonds without those to miners that committed new metadata (the switch ``BondsReset``).

    Parameters
    ----------
    stored : sequence of dict
        Rows of bonds by UID, in u16 (of 65,535).
    uids : sequence of int
        Miners whose incoming bonds are dropped.

    Returns
    -------
    list of dict

    Examples
    --------
    >>> reset_bonds([{1: 65535, 2: 100}], [1])
    [{2: 100}]
    """
    dropped = set(uids)
    return [{j: bond for j, bond in row.items() if j not in dropped} for row in stored]

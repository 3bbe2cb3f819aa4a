"""Bonds of validators with miners, and the dividends they bring: Yuma2 (classic), Yuma3 (relative), liquid alpha.

Numbers are I32F32, matrices rows of present entries (see `consensus`).

Source: subtensor, pallets/subtensor/src/epoch/run_epoch.rs (epoch_mechanism, compute_bonds_sparse, alpha_sigmoid) and
epoch/math.rs (interpolate_sparse, mat_ema_sparse, mat_ema_alpha_sparse).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from researchlib.bittensor import i32f32
from researchlib.bittensor.consensus import Matrix, matrix_vector
from researchlib.bittensor.fixed import Integers
from researchlib.bounds import checked, integer, rule

__all__ = [
    "LiquidAlpha", "bond_ema", "classic_bonds", "column_normalise", "fixed_alpha", "interpolate_weights",
    "liquid_alpha", "relative_bonds",
]  # fmt: skip


@checked
@dataclass(frozen=True)
class LiquidAlpha:
    """Bounds and steepness of the bonds' speed, in I32F32."""

    low: int
    high: int
    steepness: int


def _speed(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, LiquidAlpha)):
        raise ValueError(f"{name}: {value!r} given, an integer or LiquidAlpha allowed")


Speed = Annotated[int | LiquidAlpha, rule(_speed)]


@checked
def fixed_alpha(bonds_moving_average: Annotated[int, integer(minimum=0, maximum=1_000_000)]) -> int:
    """Return the new bond's share of the moving average, from the old one's, ``bonds_moving_average``, in millionths.

    >>> round(fixed_alpha(900_000) / i32f32.ONE, 9)
    0.1
    """
    return i32f32.ONE - (bonds_moving_average << i32f32.FRACTION_BITS) // 1_000_000


@checked
def interpolate_weights(weights: Matrix, clipped: Matrix, penalty: int) -> Matrix:
    """Return the weights that bonds are bought with: between a validator's own and the ``clipped`` ones.

    A ``penalty`` of 0 gives the weights and one of 1 the clipped ones as they are. Between them a missing entry counts
    as 0, and results not above 0 are left out.
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


@checked
def column_normalise(matrix: Matrix) -> Matrix:
    """Return the ``matrix`` with each column divided by its sum, columns of sum 0 as they are."""
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


@checked
def bond_ema(new: Matrix, old: Matrix, alpha: Matrix) -> Matrix:
    """Return the moving average of the bonds where each entry has its own speed, capped at one; entries above 0.

    ``alpha`` is the share of the new value for every entry present in ``new``. An ``old`` entry whose new one is absent
    is gone at once; where the new one is present with 0 it decays.
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


@checked
def liquid_alpha(consensus: int, weight: int, bond: int, bounds: LiquidAlpha) -> int:
    """Return the speed of one bond: faster the further the weight is from the consensus, or the bond above the weight.

    ``consensus`` is that of the miner, ``weight`` the validator's for bonds, ``bond`` the one before; ``bounds`` are
    those of the speed.

    >>> bounds = LiquidAlpha(low=0, high=i32f32.ONE, steepness=10 * i32f32.ONE)
    >>> liquid_alpha(0, i32f32.ONE // 2, 0, bounds) / i32f32.ONE
    0.5
    """
    distance = max(0, min(i32f32.ONE, weight - consensus if weight >= bond else bond - weight))
    # the chain divides the stored integer by -100; here the steepness is already a number
    argument = i32f32.multiply(-bounds.steepness, distance - i32f32.ONE // 2)
    sigmoid = i32f32.divide(i32f32.ONE, i32f32.saturate(i32f32.ONE + i32f32.exp(argument)))
    speed = bounds.low + i32f32.multiply(sigmoid, bounds.high - bounds.low)
    return max(bounds.low, min(bounds.high, speed))


@checked
def classic_bonds(
    weights: Matrix, stored: Matrix, stake: Integers, incentive: Integers, alpha: int
) -> tuple[Matrix, list[int]]:
    """Return bonds (the largest of each column one) and dividends of Yuma2: shares of each miner, bought with stake.

    ``weights`` are those for bonds; ``stored`` bonds of the epoch before may have any scale, their columns are scaled
    to a sum of one; ``stake`` is the active one, ``incentive`` that of each miner, ``alpha`` the share of the new
    bonds. Dividends add up to one or zero.
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


@checked
def relative_bonds(
    weights: Matrix, stored: Matrix, stake: Integers, incentive: Integers, consensus: Integers, alpha: Speed
) -> tuple[Matrix, list[int]]:
    """Return bonds (0 to 1) and dividends of Yuma3: a bond follows its validator's own weight, stake counts later.

    ``weights``, ``stake`` and ``incentive`` as for `classic_bonds`, ``stored`` bonds between 0 and 1; ``alpha`` is the
    share of the new bonds, or the bounds of liquid alpha, which looks at the ``consensus`` of each miner.
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

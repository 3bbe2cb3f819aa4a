"""What validators' weights agree on: weights on the grid, their weighted median, the clip, the incentive.

Numbers are I32F32 (see `i32f32`): integers, the value times 2^32. A matrix is a list of rows, one a validator's UID;
a row is a dict from the weighted UID to the value, in ascending order, so that an entry that is present with value 0
differs from an absent one.

Source: subtensor, pallets/subtensor/src/epoch/math.rs (weighted_median, col_clip_sparse) and epoch/run_epoch.rs
(epoch_mechanism).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from researchlib import _validate as check
from researchlib.bittensor import i32f32
from researchlib.bittensor.fixed import Integers
from researchlib.bounds import Count, checked, sequence

__all__ = [
    "Matrix", "clip", "masked_weights", "matrix_vector", "vector_matrix", "weighted_median",
    "weighted_median_columns",
]  # fmt: skip

Matrix = Annotated[list[dict[int, int]], sequence(kind=dict)]
"""Rows of present entries: column -> I32F32."""


@checked
def masked_weights(
    stored: Matrix,
    permits: Annotated[Sequence[bool], sequence(kind=bool)],
    owner_uid: Count | None,
    is_outdated: Callable[..., bool],
) -> Matrix:
    """Return the weights that count in an epoch, each row scaled to a sum of one.

    ``stored`` are u16 weights; rows without one of the ``permits`` of the epoch before are left empty. Only the
    subnet's owner (``owner_uid``) keeps a weight on itself. ``is_outdated(i, j)`` tells whether i's weight on j is
    older than the neuron j.
    """
    kept: Matrix = [
        {
            j: weight << i32f32.FRACTION_BITS
            for j, weight in sorted(row.items())
            if permits[i] and (i != j or i == owner_uid) and not is_outdated(i, j)
        }
        for i, row in enumerate(stored)
    ]
    return [dict(zip(row, i32f32.normalise(list(row.values())), strict=True)) for row in kept]


@checked
def vector_matrix(vector: Integers, matrix: Matrix) -> list[int]:
    """Return for each column j the sum over i of ``vector[i] * matrix[i][j]``; as many columns as rows."""
    result = [0] * len(matrix)
    for factor, row in zip(vector, matrix, strict=True):
        for j, value in row.items():
            result[j] += i32f32.multiply(factor, value)
    return result


@checked
def matrix_vector(matrix: Matrix, vector: Integers) -> list[int]:
    """Return for each row i the sum over j of ``matrix[i][j] * vector[j]``, I32F32."""
    return [sum(i32f32.multiply(value, vector[j]) for j, value in row.items()) for row in matrix]


@checked
def weighted_median(stake: Integers, score: Integers, minority: int, total: int) -> int:
    """Return the score up to which more than the ``minority`` of the ``total`` stake lies; 0 if there is none.

    The minority is the total less the majority. The chain searches by halves: it takes the score in the middle of the
    list as pivot, and goes on with the scores below or above it as long as the wanted stake lies there. Raises
    ValueError if stake and score differ in length.

    >>> one = i32f32.ONE
    >>> weighted_median([one // 4, one // 4, one // 2], [10, 20, 30], minority=one * 49 // 100, total=one)
    20
    """
    check.same_length(stake=stake, score=score)
    low, high = 0, total
    left = list(range(len(score)))
    while len(left) > 1:
        pivot = score[left[len(left) // 2]]
        below = [i for i in left if score[i] < pivot]
        above = [i for i in left if score[i] > pivot]
        below_stake = sum(stake[i] for i in below)
        above_stake = sum(stake[i] for i in above)
        if below and minority < low + below_stake:
            left, high = below, low + below_stake
        elif above and high - above_stake <= minority:
            left, low = above, high - above_stake
        else:
            return pivot
    return score[left[0]] if left else 0


@checked
def weighted_median_columns(stake: Integers, weights: Matrix, majority: int, columns: Count) -> list[int]:
    """Return the consensus weight of all ``columns``: the weight that a ``majority`` (kappa) of the stake supports.

    ``stake`` is the active stake of each row of ``weights``; rows without are left out and the rest scaled to a sum of
    one. A missing weight counts as 0. Raises ValueError for another number of rows.
    """
    rows = [row for row, share in zip(weights, stake, strict=True) if share > 0]
    shares = i32f32.normalise([share for share in stake if share > 0])
    total = sum(shares)
    return [weighted_median(shares, [row.get(j, 0) for row in rows], total - majority, total) for j in range(columns)]


@checked
def clip(weights: Matrix, consensus: Integers) -> Matrix:
    """Return the ``weights`` cut to the ``consensus`` of each column; a weight above a consensus of 0 is dropped."""
    return [
        {j: min(value, consensus[j]) for j, value in row.items() if value <= consensus[j] or consensus[j] > 0}
        for row in weights
    ]

"""What validators' weights agree on: weights on the grid, their weighted median, the clip, the incentive.

Numbers are I32F32 (see `i32f32`): integers, the value times 2^32. A matrix is a list of rows, one a validator's UID;
a row is a dict from the weighted UID to the value, in ascending order, so that an entry that is present with value 0
differs from an absent one.

Source: subtensor, pallets/subtensor/src/epoch/math.rs (weighted_median, col_clip_sparse, vec_max_upscale_to_u16,
sigmoid_safe) and epoch/run_epoch.rs (epoch_mechanism).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from researchlib.bittensor import i32f32

__all__ = [
    "Matrix",
    "clip",
    "consensus_sigmoid",
    "masked_weights",
    "matrix_vector",
    "max_upscale_u16",
    "row_normalise",
    "row_sums",
    "vector_matrix",
    "weighted_median",
    "weighted_median_columns",
]

Matrix = list[dict[int, int]]
"""Rows of present entries: column -> I32F32."""


def max_upscale_u16(values: Sequence[int]) -> list[int]:
    """Scale weights so that the largest is 65,535, as the chain does on submission.

    Parameters
    ----------
    values : sequence of int
        Weights in I32F32, none negative.

    Returns
    -------
    list of int
        Parts of 65,535, rounded half up; all 0 if all are 0.

    Raises
    ------
    ValueError
        For a negative weight.

    Examples
    --------
    >>> max_upscale_u16([0, i32f32.ONE, 2 * i32f32.ONE])
    [0, 32768, 65535]
    """
    if any(value < 0 for value in values):
        raise ValueError(f"values: {min(values)} given, integers >= 0 allowed")
    largest = max(values, default=0)
    if largest == 0:
        return [0] * len(values)
    full = i32f32.U16_MAXIMUM * i32f32.ONE
    if largest > 32_768 * i32f32.ONE:  # the product of a large weight and 65,535 would saturate: divide first
        factor = i32f32.divide(full, largest)
        scaled = [i32f32.multiply(value, factor) for value in values]
    else:
        scaled = [i32f32.divide(i32f32.multiply(value, full), largest) for value in values]
    return [min((value + i32f32.ONE // 2) >> i32f32.FRACTION_BITS, i32f32.U16_MAXIMUM) for value in scaled]


def masked_weights(
    stored: Sequence[dict[int, int]], permits: Sequence[bool], owner_uid: int | None, is_outdated: Callable[..., bool]
) -> Matrix:
    """Return the weights that count in an epoch, each row scaled to a sum of one.

    Parameters
    ----------
    stored : sequence of dict
        Rows of u16 weights by UID.
    permits : sequence of bool
        Permits of the epoch before; other rows are left out.
    owner_uid : int, optional
        The subnet owner's neuron: the only one whose weight on itself stays.
    is_outdated : callable
        ``is_outdated(i, j)``: whether i's weight on j is older than the neuron j.

    Returns
    -------
    list of dict
        Rows in I32F32.
    """
    kept: Matrix = [
        {
            j: weight << i32f32.FRACTION_BITS
            for j, weight in sorted(row.items())
            if permits[i] and (i != j or i == owner_uid) and not is_outdated(i, j)
        }
        for i, row in enumerate(stored)
    ]
    return row_normalise(kept)


def row_normalise(matrix: Matrix) -> Matrix:
    """Return the matrix with each row divided by its sum, rows of sum 0 as they are; fractions in I32F32."""
    return [dict(zip(row, i32f32.normalise(list(row.values())), strict=True)) for row in matrix]


def row_sums(matrix: Matrix) -> list[int]:
    """Return the sum of each row of ``matrix``, I32F32."""
    return [i32f32.saturate(sum(row.values())) for row in matrix]


def vector_matrix(vector: Sequence[int], matrix: Matrix) -> list[int]:
    """Return for each column j the sum over i of ``vector[i] * matrix[i][j]``, I32F32; as many columns as rows."""
    result = [0] * len(matrix)
    for factor, row in zip(vector, matrix, strict=True):
        for j, value in row.items():
            result[j] += i32f32.multiply(factor, value)
    return result


def matrix_vector(matrix: Matrix, vector: Sequence[int]) -> list[int]:
    """Return for each row i the sum over j of ``matrix[i][j] * vector[j]``, I32F32."""
    return [sum(i32f32.multiply(value, vector[j]) for j, value in row.items()) for row in matrix]


def weighted_median(stake: Sequence[int], score: Sequence[int], minority: int, total: int) -> int:
    """Return the score up to which more than the minority of the stake lies.

    The chain searches by halves: it takes the score in the middle of the list as pivot, and goes on with the scores
    below or above it as long as the wanted stake lies there.

    Parameters
    ----------
    stake, score : sequence of int
        Stake and score of each validator in I32F32.
    minority : int
        Stake that has to be passed, in I32F32: the total minus the majority.
    total : int
        Stake of all, in I32F32.

    Returns
    -------
    int
        One of the scores, 0 if there is none.

    Raises
    ------
    ValueError
        If the two lists differ in length.

    Examples
    --------
    >>> one = i32f32.ONE
    >>> weighted_median([one // 4, one // 4, one // 2], [10, 20, 30], minority=one * 49 // 100, total=one)
    20
    """
    if len(stake) != len(score):
        raise ValueError(f"score: {len(score)} value(s) given, {len(stake)} allowed, one for each stake")
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


def weighted_median_columns(stake: Sequence[int], weights: Matrix, majority: int, columns: int) -> list[int]:
    """Return the consensus weight of every column: the weight that a majority of the stake supports.

    Parameters
    ----------
    stake : sequence of int
        Active stake of each row in I32F32; rows without stake are left out and the rest scaled to a sum of one.
    weights : list of dict
        Rows of weights in I32F32; a missing weight counts as 0.
    majority : int
        The share kappa in I32F32.
    columns : int
        Number of columns.

    Returns
    -------
    list of int
        I32F32, one a column.

    Raises
    ------
    ValueError
        If there is not one row for each stake.
    """
    rows = [row for row, share in zip(weights, stake, strict=True) if share > 0]
    shares = i32f32.normalise([share for share in stake if share > 0])
    total = sum(shares)
    return [weighted_median(shares, [row.get(j, 0) for row in rows], total - majority, total) for j in range(columns)]


def clip(weights: Matrix, consensus: Sequence[int]) -> Matrix:
    """Return the weights cut to the consensus; a weight above a consensus of 0 is dropped.

    Parameters
    ----------
    weights : list of dict
        Rows in I32F32.
    consensus : sequence of int
        Consensus weight of each column in I32F32.

    Returns
    -------
    list of dict
    """
    return [
        {j: min(value, consensus[j]) for j, value in row.items() if value <= consensus[j] or consensus[j] > 0}
        for row in weights
    ]


def consensus_sigmoid(trust: int, rho: int, kappa: int) -> int:
    """Return the consensus of the rule before the weighted median: 1 / (1 + exp(-rho * (trust - kappa))).

    Parameters
    ----------
    trust : int
        Stake share that gives the neuron any weight, in I32F32.
    rho : int
        Steepness in I32F32.
    kappa : int
        Trust at which the consensus is one half, in I32F32.

    Returns
    -------
    int
        I32F32 between 0 and 1.

    Examples
    --------
    >>> i32f32.to_float(consensus_sigmoid(i32f32.ONE // 2, 10 * i32f32.ONE, i32f32.ONE // 2))
    0.5
    """
    argument = i32f32.multiply(-rho, i32f32.saturate(trust - kappa))
    return i32f32.divide(i32f32.ONE, i32f32.saturate(i32f32.exp(argument) + i32f32.ONE))

"""When a subnet's epoch runs, and how its budget is split among the mechanisms of the subnet.

Source: subtensor, pallets/subtensor/src/coinbase/run_coinbase.rs (blocks_until_next_epoch,
blocks_until_next_auto_epoch, get_next_epoch_start_block) and subnets/mechanism.rs (split_emissions).
"""

from __future__ import annotations

from collections.abc import Sequence

from researchlib import _validate as check

__all__ = ["NEVER", "blocks_until_epoch", "blocks_until_epoch_modulo", "mechanism_split", "next_epoch_block"]

NEVER = (1 << 64) - 1
"""Blocks to the next epoch of a subnet whose tempo is 0."""

_U64 = 1 << 64


def blocks_until_epoch_modulo(netuid: int, tempo: int, block: int) -> int:
    """Return the blocks left until an epoch under the rule that held until runtime 422 (June 2026).

    The epoch runs in blocks where block + netuid + 1 leaves the rest tempo over tempo + 1, so the period is tempo + 1.
    (The comment of the chain's function names the rest 0; its code and the table under that comment say tempo.)

    Parameters
    ----------
    netuid : int
        The subnet.
    tempo : int
        In blocks.
    block : int
        The current block.

    Returns
    -------
    int
        Blocks; 0 in the block of an epoch, `NEVER` for a tempo of 0.

    Raises
    ------
    ValueError
        For a negative argument or one beyond its type.

    Examples
    --------
    >>> blocks_until_epoch_modulo(netuid=1, tempo=360, block=300)
    58
    """
    netuid = check.integer("netuid", netuid, minimum=0, maximum=65_535)
    tempo = check.integer("tempo", tempo, minimum=0, maximum=65_535)
    block = check.integer("block", block, minimum=0, maximum=NEVER)
    if tempo == 0:
        return NEVER
    return tempo - (block + netuid + 1) % _U64 % (tempo + 1)


def next_epoch_block(tempo: int, last_epoch_block: int, pending_epoch_at: int = 0) -> int | None:
    """Return the block of the next epoch under the rule since runtime 423 (25 June 2026).

    Parameters
    ----------
    tempo : int
        In blocks; the period itself.
    last_epoch_block : int
        Block of the last epoch.
    pending_epoch_at : int
        Block for which the owner asked for an epoch, 0 if none.

    Returns
    -------
    int or None
        None for a tempo of 0: the subnet runs no epoch. At most two epochs run in a block; a later one moves on.

    Raises
    ------
    ValueError
        For a negative argument or one beyond its type.

    Examples
    --------
    >>> next_epoch_block(tempo=360, last_epoch_block=1000)
    1360
    """
    tempo = check.integer("tempo", tempo, minimum=0, maximum=65_535)
    last_epoch_block = check.integer("last_epoch_block", last_epoch_block, minimum=0, maximum=NEVER)
    pending_epoch_at = check.integer("pending_epoch_at", pending_epoch_at, minimum=0, maximum=NEVER)
    if tempo == 0:
        return None
    due = min(last_epoch_block + tempo, NEVER)
    return min(due, pending_epoch_at) if pending_epoch_at else due


def blocks_until_epoch(tempo: int, block: int, last_epoch_block: int) -> int:
    """Return the blocks left until the automatic epoch under the rule since runtime 423 (25 June 2026).

    An epoch that the owner asked for may come sooner: see `next_epoch_block`.

    Parameters
    ----------
    tempo : int
        In blocks.
    block : int
        The current block.
    last_epoch_block : int
        Block of the last epoch.

    Returns
    -------
    int
        Blocks; 0 when the epoch is due, `NEVER` for a tempo of 0.

    Raises
    ------
    ValueError
        For a negative argument or one beyond its type.
    """
    block = check.integer("block", block, minimum=0, maximum=NEVER)
    due = next_epoch_block(tempo, last_epoch_block)
    return NEVER if due is None else max(due - block, 0)


def mechanism_split(alpha_rao: int, mechanism_count: int, split_u16: Sequence[int] | None = None) -> list[int]:
    """Split a subnet's epoch budget among its mechanisms.

    Parameters
    ----------
    alpha_rao : int
        Budget of the epoch in alpha-rao.
    mechanism_count : int
        Number of mechanisms (at most 2 on mainnet).
    split_u16 : sequence of int, optional
        Parts of 65,535; equal parts if not set. Mechanisms without a part get nothing, parts without a mechanism are
        left out.

    Returns
    -------
    list of int
        Alpha-rao of each mechanism; what rounding and short parts leave over goes to the first one.

    Raises
    ------
    ValueError
        For a negative budget, no mechanism, or a part outside 0 to 65,535.

    Examples
    --------
    >>> mechanism_split(100, 2, [16384, 49151])
    [26, 74]
    """
    if split_u16 is not None:
        check.sequence("split_u16", split_u16, int)
    alpha_rao = check.integer("alpha_rao", alpha_rao, minimum=0, maximum=NEVER)
    mechanism_count = check.integer("mechanism_count", mechanism_count, minimum=1, maximum=255)
    if split_u16 is None:
        parts = [alpha_rao // mechanism_count] * mechanism_count
    else:
        shares = [check.integer("split_u16", share, minimum=0, maximum=65_535) for share in split_u16]
        parts = [alpha_rao * share // 65_535 for share in shares[:mechanism_count]]
        parts += [0] * (mechanism_count - len(parts))
    parts[0] += max(alpha_rao - sum(parts), 0)
    return parts

"""Who gets the alpha of a subnet: owner, miners, validators and root.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/coinbase/run_coinbase.rs (emit_to_subnets,
calculate_dividend_distribution).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from researchlib.bittensor.alpha import root_proportion_raw
from researchlib.bittensor.fixed import U16, U16_MAXIMUM, U64, U96F32, ExactAmount
from researchlib.bounds import checked

__all__ = ["DividendSplit", "HotkeyStake", "PayoutParameters", "PendingSplit", "dividend_split", "pending_split"]


@checked
@dataclass(frozen=True)
class PayoutParameters:
    """Share of the subnet's owner, of 65,535, and weight of a TAO on root, of 2^64 - 1."""

    network: ClassVar[str] = "bittensor"

    subnet_owner_cut_u16: U16
    tao_weight_u64: U64


class PendingSplit(NamedTuple):
    """Alpha-rao of a block that each side is owed; a rao or two of each block is lost to rounding."""

    owner_rao: int
    server_rao: int
    validator_rao: int
    root_rao: int


@checked
@dataclass(frozen=True)
class HotkeyStake:
    """A validator's stake in a subnet and on root, rao, and the dividend (any unit: a weight)."""

    alpha_stake: U64
    root_stake: U64
    dividend: U64


class DividendSplit(NamedTuple):
    """Alpha-rao of each hotkey from the validators' and from root's pot, with the sums before take, all cut."""

    alpha_rao: list[int]
    root_rao: list[int]
    alpha_total_rao: int
    root_total_rao: int


@checked
def pending_split(
    alpha_emission_rao: U64,
    root_tao_rao: U64,
    alpha_issuance: U64,
    parameters: PayoutParameters,
    *,
    owner_cut_enabled: bool = True,
) -> PendingSplit:
    """Return the split of what a block creates for a subnet, ``alpha_emission_rao`` in alpha-rao.

    ``root_tao_rao`` is staked on root; ``alpha_issuance``, in alpha-rao, is that of the subnet in its pool and outside;
    ``owner_cut_enabled`` tells whether its owner is paid. Root's part is always split off here: since November 2025
    root gets it only while the moving prices of the emitting subnets add up to more than 1, else it is recycled.

    >>> pending_split(10**9, 0, 10**15, PayoutParameters(11_796, 0))
    PendingSplit(owner_rao=179995422, server_rao=410002288, validator_rao=410002288, root_rao=0)
    """
    grid = U96F32
    created = alpha_emission_rao * grid.one
    share = root_proportion_raw(root_tao_rao, alpha_issuance, parameters.tao_weight_u64)
    cut = grid.divide(parameters.subnet_owner_cut_u16, U16_MAXIMUM) if owner_cut_enabled else 0
    owner = grid.multiply(created, cut)
    rest = created - owner
    half = grid.one // 2
    root = grid.multiply(grid.multiply(share, rest), half)
    server = grid.multiply(rest, half)
    return PendingSplit(*(grid.to_int(part) for part in (owner, server, rest - server - root, root)))


@checked
def dividend_split(
    pending_alpha_rao: U64, pending_root_alpha_rao: U64, tao_weight: ExactAmount, hotkeys: Sequence[HotkeyStake]
) -> DividendSplit:
    """Return the split of two pots of an epoch, the validators' and root's, among the ``hotkeys``.

    The pots are ``pending_alpha_rao`` and ``pending_root_alpha_rao``. A hotkey's dividend counts for root in the
    proportion of its weighted root stake to all its stake, and for the validators' pot in the rest; ``tao_weight`` is a
    fraction. Shares are cut at 32 fraction bits, so up to about a thousand alpha-rao of a pot stay over.

    >>> split = dividend_split(10**9, 10**9, "0.5", [HotkeyStake(100, 0, 10), HotkeyStake(100, 200, 10)])
    >>> split.alpha_total_rao, split.root_rao
    (999999999, [0, 1000000000])
    """
    grid = U96F32
    weight = grid.parse("tao_weight", tao_weight)
    alpha_parts, root_parts = [], []
    for hotkey in hotkeys:
        weighted = grid.multiply(hotkey.root_stake * grid.one, weight)
        proportion = grid.divide(weighted, grid.add(hotkey.alpha_stake * grid.one, weighted))
        of_root = grid.multiply(hotkey.dividend * grid.one, proportion)
        root_parts.append(of_root)
        alpha_parts.append(grid.subtract(hotkey.dividend * grid.one, of_root))

    def paid(whole: int, parts: list[int]) -> list[int]:
        total = grid.saturate(sum(parts))
        return [grid.multiply(whole * grid.one, grid.divide(part, total)) for part in parts]

    alpha_paid, root_paid = paid(pending_alpha_rao, alpha_parts), paid(pending_root_alpha_rao, root_parts)
    return DividendSplit(
        [grid.to_int(amount) for amount in alpha_paid],
        [grid.to_int(amount) for amount in root_paid],
        grid.to_int(sum(alpha_paid)),
        grid.to_int(sum(root_paid)),
    )

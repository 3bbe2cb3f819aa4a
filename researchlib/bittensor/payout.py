"""Who gets the alpha of a subnet: owner, miners, validators and root.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/coinbase/run_coinbase.rs (emit_to_subnets,
calculate_dividend_distribution).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from researchlib import _validate as check
from researchlib.bittensor.alpha import root_proportion_raw
from researchlib.bittensor.fixed import U64_MAXIMUM, U96F32, Number

__all__ = [
    "DividendSplit",
    "HotkeyStake",
    "PayoutParameters",
    "PendingSplit",
    "TakeSplit",
    "dividend_split",
    "keeps_root_part",
    "pending_split",
    "take_split",
]

U16_MAXIMUM = 65_535


@dataclass(frozen=True)
class PayoutParameters:
    """Shares of the payout.

    Parameters
    ----------
    subnet_owner_cut_u16 : int
        Share of the subnet's owner, of 65,535.
    tao_weight_u64 : int
        Weight of a TAO on root, of 2^64 - 1.
    """

    network: ClassVar[str] = "bittensor"

    subnet_owner_cut_u16: int
    tao_weight_u64: int

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("subnet_owner_cut_u16", self.subnet_owner_cut_u16, minimum=0, maximum=U16_MAXIMUM)
        check.integer("tao_weight_u64", self.tao_weight_u64, minimum=0, maximum=U64_MAXIMUM)


class PendingSplit(NamedTuple):
    """Alpha-rao of a block that each side is owed; a rao or two of each block is lost to rounding."""

    owner_rao: int
    server_rao: int
    validator_rao: int
    root_rao: int


class HotkeyStake(NamedTuple):
    """A validator's stake in a subnet and on root, rao, and the dividend (any unit: a weight)."""

    alpha_stake: int
    root_stake: int
    dividend: int


class DividendSplit(NamedTuple):
    """Alpha-rao of each hotkey from the validators' and from root's pot, with the sums before take, all cut."""

    alpha_rao: list[int]
    root_rao: list[int]
    alpha_total_rao: int
    root_total_rao: int


class TakeSplit(NamedTuple):
    """What a validator keeps of its nominators' dividend, and what is left to them, rao."""

    take_rao: int
    nominators_rao: int


def pending_split(
    alpha_emission_rao: int,
    root_tao_rao: int,
    alpha_issuance: int,
    parameters: PayoutParameters,
    *,
    owner_cut_enabled: bool = True,
) -> PendingSplit:
    """Split the alpha that a block creates for a subnet.

    Parameters
    ----------
    alpha_emission_rao : int
        What the block creates, in alpha-rao.
    root_tao_rao : int
        TAO staked on root, in rao.
    alpha_issuance : int
        Alpha of the subnet in its pool and outside, in alpha-rao.
    parameters : PayoutParameters
        Owner's share and the weight of root.
    owner_cut_enabled : bool
        Whether the subnet pays an owner's share.

    Returns
    -------
    PendingSplit
        Alpha-rao. Root's part is always split off here; see `keeps_root_part` for when root gets it.

    Raises
    ------
    ValueError
        For a negative argument or one beyond 64 bits.

    Examples
    --------
    >>> pending_split(10**9, 0, 10**15, PayoutParameters(11_796, 0))
    PendingSplit(owner_rao=179995422, server_rao=410002288, validator_rao=410002288, root_rao=0)
    """
    check.instance("parameters", parameters, PayoutParameters)
    check.flag("owner_cut_enabled", owner_cut_enabled)
    grid = U96F32
    created = check.integer("alpha_emission_rao", alpha_emission_rao, minimum=0, maximum=U64_MAXIMUM) * grid.one
    share = root_proportion_raw(root_tao_rao, alpha_issuance, parameters.tao_weight_u64)
    cut = grid.divide(parameters.subnet_owner_cut_u16, U16_MAXIMUM) if owner_cut_enabled else 0
    owner = grid.multiply(created, cut)
    rest = created - owner
    half = grid.one // 2
    root = grid.multiply(grid.multiply(share, rest), half)
    server = grid.multiply(rest, half)
    return PendingSplit(*(grid.to_int(part) for part in (owner, server, rest - server - root, root)))


def keeps_root_part(moving_prices: Sequence[float]) -> bool:
    """Return whether root gets its part: if the moving prices of the emitting subnets add up to more than 1.

    Otherwise the part is recycled (rule since v3.2.12, November 2025).

    Parameters
    ----------
    moving_prices : sequence of float
        TAO per alpha, one an emitting subnet.

    Raises
    ------
    ValueError
        For a negative price.

    Examples
    --------
    >>> keeps_root_part([0.4, 0.7]), keeps_root_part([0.5, 0.5])
    (True, False)
    """
    prices = check.array("moving_prices", moving_prices, minimum=0)
    return sum(U96F32.parse("moving_prices", float(price)) for price in prices) > U96F32.one


def dividend_split(
    pending_alpha_rao: int, pending_root_alpha_rao: int, tao_weight: Number, hotkeys: Sequence[HotkeyStake]
) -> DividendSplit:
    """Split the validators' and root's pot of an epoch among the hotkeys.

    A hotkey's dividend counts for root in the proportion of its weighted root stake to all its stake, and for the
    validators' pot in the rest.

    Parameters
    ----------
    pending_alpha_rao : int
        Validators' pot in alpha-rao.
    pending_root_alpha_rao : int
        Root's pot in alpha-rao.
    tao_weight : number
        Weight of a TAO on root, a fraction.
    hotkeys : sequence of HotkeyStake
        Stakes and dividends.

    Returns
    -------
    DividendSplit
        Alpha-rao. Shares are cut at 32 fraction bits, so up to about a thousand alpha-rao of a pot stay over.

    Raises
    ------
    ValueError
        For a negative argument or one beyond 64 bits.

    Examples
    --------
    >>> split = dividend_split(10**9, 10**9, "0.5", [HotkeyStake(100, 0, 10), HotkeyStake(100, 200, 10)])
    >>> split.alpha_total_rao, split.root_rao
    (999999999, [0, 1000000000])
    """
    check.sequence("hotkeys", hotkeys, HotkeyStake)
    grid = U96F32
    pot = check.integer("pending_alpha_rao", pending_alpha_rao, minimum=0, maximum=U64_MAXIMUM) * grid.one
    root_pot = check.integer("pending_root_alpha_rao", pending_root_alpha_rao, minimum=0, maximum=U64_MAXIMUM)
    weight = grid.parse("tao_weight", tao_weight, minimum=0)
    alpha_parts, root_parts = [], []
    for hotkey in hotkeys:
        for name, value in hotkey._asdict().items():
            check.integer(name, value, minimum=0, maximum=U64_MAXIMUM)
        weighted = grid.multiply(hotkey.root_stake * grid.one, weight)
        proportion = grid.divide(weighted, grid.add(hotkey.alpha_stake * grid.one, weighted))
        of_root = grid.multiply(hotkey.dividend * grid.one, proportion)
        root_parts.append(of_root)
        alpha_parts.append(grid.subtract(hotkey.dividend * grid.one, of_root))

    def paid(whole: int, parts: list[int]) -> list[int]:
        total = grid.saturate(sum(parts))
        return [grid.multiply(whole, grid.divide(part, total)) for part in parts]

    alpha_paid, root_paid = paid(pot, alpha_parts), paid(root_pot * grid.one, root_parts)
    return DividendSplit(
        [grid.to_int(amount) for amount in alpha_paid],
        [grid.to_int(amount) for amount in root_paid],
        grid.to_int(sum(alpha_paid)),
        grid.to_int(sum(root_paid)),
    )


def take_split(dividend_rao: int, take_u16: int) -> TakeSplit:
    """Split a validator's dividend into its take and what its nominators share by stake.

    Parameters
    ----------
    dividend_rao : int
        Alpha-rao.
    take_u16 : int
        Take, of 65,535 (default 11,796, 18 %).

    Returns
    -------
    TakeSplit
        Alpha-rao, adding up to the dividend.

    Raises
    ------
    ValueError
        For a negative dividend or a take above 65,535.

    Examples
    --------
    >>> take_split(1000, 11_796)
    TakeSplit(take_rao=179, nominators_rao=821)
    """
    grid = U96F32
    dividend = check.integer("dividend_rao", dividend_rao, minimum=0, maximum=U64_MAXIMUM)
    share = grid.divide(check.integer("take_u16", take_u16, minimum=0, maximum=U16_MAXIMUM), U16_MAXIMUM)
    take = grid.to_int(grid.multiply(dividend * grid.one, share))
    return TakeSplit(take, dividend - take)

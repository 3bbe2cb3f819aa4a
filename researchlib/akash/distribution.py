"""Who receives what a block mints: validators, delegators, the community pool.

Source: Cosmos SDK, x/distribution/keeper/allocation.go (release without a proposer bonus).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number

__all__ = ["DistributionParameters", "Rewards", "ValidatorReward", "distribute_rewards", "staking_return"]


@dataclass(frozen=True)
class DistributionParameters:
    """Community tax and minimum commission, fractions."""

    network: ClassVar[str] = "akash"
    community_tax: Decimal
    min_commission_rate: Decimal


@dataclass(frozen=True)
class ValidatorReward:
    """Reward of one validator and how it splits, u-amounts with 18 digits."""

    reward: Decimal
    commission: Decimal
    delegators: Decimal


@dataclass(frozen=True)
class Rewards:
    """Distribution of one block: the community pool's part and one entry a validator."""

    community_pool: Decimal
    validators: tuple[ValidatorReward, ...]


def distribute_rewards(
    fees: int,
    community_tax: Number,
    powers: Sequence[int],
    commissions: Sequence[Number],
    *,
    total_power: int | None = None,
) -> Rewards:
    """Split block rewards and fees between validators, their delegators and the community pool.

    Every multiplication is cut after the 18th digit, and the pool receives what is left over, so that nothing is lost.

    Parameters
    ----------
    fees : int
        Minted amount plus transaction fees, whole uakt.
    community_tax : number
        Fraction that goes to the pool before validators are paid, 0 to 1.
    powers : sequence of int
        Voting power of each validator that signed.
    commissions : sequence of number
        Commission of each validator, 0 to 1.
    total_power : int, optional
        Power of the whole set; the sum of ``powers`` by default. What absent validators miss goes to the pool.

    Returns
    -------
    Rewards

    Raises
    ------
    ValueError
        For negative fees or powers, a fraction outside 0 to 1, lists of different length, or powers above the total.

    Notes
    -----
    Source: x/distribution/keeper/allocation.go, AllocateTokens and AllocateTokensToValidator.

    Examples
    --------
    >>> distribute_rewards(10, 0, [1], ["0.5"]).validators[0].delegators
    Decimal('5.000000000000000000')
    """
    check.sequence("powers", powers, int)
    check.sequence("commissions", commissions)
    collected = check.integer("fees", fees, minimum=0) * dec18.ONE
    tax = dec18.parse("community_tax", community_tax, minimum=0, maximum=1)
    rates = [dec18.parse("commissions", rate, minimum=0, maximum=1) for rate in commissions]
    weights = [check.integer("powers", power, minimum=0) for power in powers]
    if len(rates) != len(weights):
        raise ValueError(f"commissions: {len(rates)} value(s) given, one for each of {len(weights)} powers allowed")
    total = check.integer("total_power", sum(weights) if total_power is None else total_power, minimum=sum(weights))
    if total == 0:
        return Rewards(dec18.to_decimal(collected), tuple(ValidatorReward(*[Decimal(0)] * 3) for _ in weights))

    shared = dec18.mul_truncate(collected, dec18.ONE - tax)
    rewards = [dec18.mul_truncate(shared, dec18.from_ratio(weight, total)) for weight in weights]
    commission = [dec18.mul(reward, rate) for reward, rate in zip(rewards, rates, strict=True)]
    return Rewards(
        community_pool=dec18.to_decimal(collected - sum(rewards)),
        validators=tuple(
            ValidatorReward(dec18.to_decimal(r), dec18.to_decimal(c), dec18.to_decimal(r - c))
            for r, c in zip(rewards, commission, strict=True)
        ),
    )


def staking_return(inflation: float, bonded_ratio: float, community_tax: float) -> float:
    """Return the nominal yearly yield of a bonded token before commission, a fraction.

    Parameters
    ----------
    inflation : float
        Fraction of the total supply minted a year.
    bonded_ratio : float
        Bonded tokens over total supply, above 0 and at most 1.
    community_tax : float
        Fraction of rewards that goes to the community pool; 0 reproduces the forum's figures of 2021.

    Raises
    ------
    ValueError
        For a value outside these ranges.

    Notes
    -----
    Source: Akash Console, apps/api dashboard statistics.

    Examples
    --------
    >>> round(staking_return(0.13, 0.45, 0.40), 4)
    0.1733
    """
    rate = check.number("inflation", inflation, minimum=0)
    tax = check.number("community_tax", community_tax, minimum=0, maximum=1)
    bonded = check.number("bonded_ratio", bonded_ratio, minimum=0, maximum=1, strict=True)
    return rate * (1 - tax) / bonded

"""Who holds the tokens: allocation, transfer restrictions, and what can circulate.

Shares are of the final 800 million tokens, not of the 500 million that existed at launch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from researchlib import _validate as check
from researchlib.bounds import Amount, AnyAmounts, AnyNumbers, Count, Date, Positive, PositiveCount, Share, checked
from researchlib.ionet.emission import AnyCounts

__all__ = [
    "AllocationParameters",
    "Group",
    "LooseParameters",
    "VestingParameters",
    "allocation",
    "circulating_supply",
    "genesis_community",
    "genesis_tokens",
    "months_since",
    "unlocked_fraction",
]

Group: TypeAlias = Literal["investor", "employee"]


@checked
@dataclass(frozen=True)
class AllocationParameters:
    """Shares of the final supply (tokens) by group, and the emissions that are part of the community's."""

    network: ClassVar[str] = "ionet"
    max_supply: PositiveCount
    total_emission: Count
    share_community: Share
    share_ecosystem: Share
    share_seed: Share
    share_series_a: Share
    share_core: Share


@checked
@dataclass(frozen=True)
class VestingParameters:
    """Months without unlock and equal monthly steps after them."""

    network: ClassVar[str] = "ionet"
    investor_cliff: Count
    investor_steps: PositiveCount
    core_cliff: Count
    core_steps: PositiveCount


@checked
@dataclass(frozen=True)
class LooseParameters:
    """Unlocking of the community's and the ecosystem's genesis tokens, as third parties report it."""

    network: ClassVar[str] = "ionet"
    launchpool_tokens: Amount
    community_at_listing: Share
    community_linear_months: PositiveCount
    ecosystem_at_listing: Share
    ecosystem_unlock_year: Amount


@checked
def allocation(share: Share, max_supply: Positive) -> float:
    """Return a group's tokens: its ``share`` of the final supply, ``max_supply``.

    Source: io.net documentation, IO Coin Allocation, pro forma table.

    Examples
    --------
    >>> allocation(0.125, 800_000_000)
    100000000.0
    """
    return share * max_supply


@checked
def genesis_community(community_share: Share, max_supply: Positive, emissions: Amount) -> float:
    """Return the community's tokens at launch: its allocation less the ``emissions`` that are part of it.

    ``community_share`` is of ``max_supply``, tokens. Raises ValueError for emissions above the allocation.

    Source: io.net documentation, IO Coin Allocation, pro forma table.
    """
    tokens = allocation(community_share, max_supply)
    return tokens - check.number("emissions", emissions, minimum=0, maximum=tokens)


@checked
def genesis_tokens(parameters: AllocationParameters) -> dict[str, float]:
    """Return the tokens of each group at launch; together the genesis supply.

    Source: io.net documentation, IO Coin Allocation, pro forma table.
    """
    supply = parameters.max_supply
    return {
        "community": genesis_community(parameters.share_community, supply, parameters.total_emission),
        "ecosystem": allocation(parameters.share_ecosystem, supply),
        "seed": allocation(parameters.share_seed, supply),
        "series_a": allocation(parameters.share_series_a, supply),
        "core": allocation(parameters.share_core, supply),
    }


@checked
def months_since(distribution: Date, at: Date) -> int:
    """Return the whole months that have ended at a day ``at`` since that of the initial ``distribution``; 0 before.

    Source: io.net documentation, Coin Restrictions (steps fall at the end of a month counted from that date).

    Examples
    --------
    >>> months_since("2024-06-11", "2025-07-10"), months_since("2024-06-11", "2025-07-11")
    (12, 13)
    """
    begun = (at.year - distribution.year) * 12 + at.month - distribution.month
    return max(0, begun - (1 if at.day < distribution.day else 0))


@checked
def unlocked_fraction(group: Group, months: AnyCounts, parameters: VestingParameters) -> AnyNumbers:
    """Return the share of a group's restricted tokens that can be transferred.

    Nothing through the cliff, then a step at the end of each month: ``months`` have ended since the initial
    distribution. The ``group`` is that of Seed and Series A investors, or of employees and core contributors.

    Source: io.net documentation, Coin Restrictions.
    """
    if group == "investor":
        cliff, steps = parameters.investor_cliff, parameters.investor_steps
    else:
        cliff, steps = parameters.core_cliff, parameters.core_steps
    return np.clip(months - cliff, 0, steps) / steps


@checked
def circulating_supply(
    months: AnyCounts,
    emitted: AnyAmounts,
    allocation_: AllocationParameters,
    vesting: VestingParameters,
    loose: LooseParameters,
) -> AnyNumbers:
    """Return the tokens that can circulate ``months`` after the distribution: unlocked ones and those ``emitted``.

    Restrictions of investors and core contributors are documented (``vesting``). Those of the community and the
    ecosystem are third parties' figures (``loose``), and that the ecosystem's first-year pace goes on is an assumption.
    Burns are not taken off. Raises ValueError for shapes that do not fit.

    Source: io.net documentation, IO Coin Allocation and Coin Restrictions; project review of March 2026 (community,
    ecosystem at listing); dbjr.com.cn, June 2024 (ecosystem in the first year).
    """
    check.broadcast(months=months, emitted=emitted)
    genesis = genesis_tokens(allocation_)
    investor = unlocked_fraction("investor", months, vesting) * (genesis["seed"] + genesis["series_a"])
    core = unlocked_fraction("employee", months, vesting) * genesis["core"]
    locked_community = (genesis["community"] - loose.launchpool_tokens) * (1 - loose.community_at_listing)
    community = genesis["community"] - locked_community * np.clip(1 - months / loose.community_linear_months, 0, 1)
    ecosystem = np.minimum(
        genesis["ecosystem"] * loose.ecosystem_at_listing + loose.ecosystem_unlock_year * months / 12,
        genesis["ecosystem"],
    )
    return investor + core + community + ecosystem + emitted

"""Who holds the tokens: allocation, transfer restrictions, and what can circulate.

Shares are of the final 800 million tokens, not of the 500 million that existed at launch.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

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
Numbers: TypeAlias = float | NDArray[np.float64]


@dataclass(frozen=True)
class AllocationParameters:
    """Shares of the final supply by group, and the emissions that are part of the community's."""

    network: ClassVar[str] = "ionet"
    max_supply: int
    total_emission: int
    share_community: float
    share_ecosystem: float
    share_seed: float
    share_series_a: float
    share_core: float


@dataclass(frozen=True)
class VestingParameters:
    """Months without unlock and equal monthly steps after them."""

    network: ClassVar[str] = "ionet"
    investor_cliff: int
    investor_steps: int
    core_cliff: int
    core_steps: int


@dataclass(frozen=True)
class LooseParameters:
    """Unlocking of the community's and the ecosystem's genesis tokens, as third parties report it."""

    network: ClassVar[str] = "ionet"
    launchpool_tokens: float
    community_at_listing: float
    community_linear_months: int
    ecosystem_at_listing: float
    ecosystem_unlock_year: float


def allocation(share: float, max_supply: float) -> float:
    """Return a group's tokens: its ``share`` (a fraction) of the final supply, ``max_supply``.

    Raises
    ------
    ValueError
        For a share outside [0, 1] or no supply.

    Source: io.net documentation, IO Coin Allocation, pro forma table.

    Examples
    --------
    >>> allocation(0.125, 800_000_000)
    100000000.0
    """
    part = check.number("share", share, minimum=0, maximum=1)
    return part * check.number("max_supply", max_supply, minimum=0, strict=True)


def genesis_community(community_share: float, max_supply: float, emissions: float) -> float:
    """Return the community's tokens at launch: its allocation less the ``emissions`` that are part of it.

    ``community_share`` is a fraction of ``max_supply``, tokens.

    Raises
    ------
    ValueError
        As `allocation`, and for emissions below 0 or above the allocation.

    Source: io.net documentation, IO Coin Allocation, pro forma table.
    """
    check.number("community_share", community_share, minimum=0, maximum=1)
    tokens = allocation(community_share, max_supply)
    return tokens - check.number("emissions", emissions, minimum=0, maximum=tokens)


def genesis_tokens(parameters: AllocationParameters) -> dict[str, float]:
    """Return the tokens of each group at launch; together the genesis supply.

    Raises ValueError for ``parameters`` of another kind or out of range.

    Source: io.net documentation, IO Coin Allocation, pro forma table.
    """
    check.instance("parameters", parameters, AllocationParameters)
    supply = parameters.max_supply
    return {
        "community": genesis_community(parameters.share_community, supply, parameters.total_emission),
        "ecosystem": allocation(parameters.share_ecosystem, supply),
        "seed": allocation(parameters.share_seed, supply),
        "series_a": allocation(parameters.share_series_a, supply),
        "core": allocation(parameters.share_core, supply),
    }


def months_since(distribution: str | datetime.date, at: str | datetime.date) -> int:
    """Return the whole months that have ended since the initial distribution date; 0 before it.

    Raises
    ------
    ValueError
        For text that is no date.

    Source: io.net documentation, Coin Restrictions (steps fall at the end of a month counted from that date).

    Examples
    --------
    >>> months_since("2024-06-11", "2025-07-10"), months_since("2024-06-11", "2025-07-11")
    (12, 13)
    """
    first, day = _day("distribution", distribution), _day("at", at)
    months = (day.year - first.year) * 12 + day.month - first.month - (1 if day.day < first.day else 0)
    return max(0, months)


def unlocked_fraction(group: Group, months: ArrayLike, parameters: VestingParameters) -> Numbers:
    """Return the share of a group's restricted tokens that can be transferred.

    Parameters
    ----------
    group : {"investor", "employee"}
        Seed and Series A investors, or employees and core contributors.
    months : array_like
        Whole months ended since the initial distribution date, at least 0.
    parameters : VestingParameters
        Cliffs and steps.

    Returns
    -------
    float or array
        Share in [0, 1]: nothing through the cliff, then a step at the end of each month.

    Raises
    ------
    ValueError
        For an unknown group, or months that are negative or not whole.

    Source: io.net documentation, Coin Restrictions.
    """
    check.instance("parameters", parameters, VestingParameters)
    check.one_of("group", group, ("investor", "employee"))
    ended = check.array("months", months, ndim=None, minimum=0)
    if (ended != np.floor(ended)).any():
        raise ValueError(f"months: {months!r} given, whole months allowed")
    cliff, steps = (
        (parameters.investor_cliff, parameters.investor_steps)
        if group == "investor"
        else (parameters.core_cliff, parameters.core_steps)
    )
    return np.clip(ended - cliff, 0, steps) / steps


def circulating_supply(
    months: ArrayLike,
    emitted: ArrayLike,
    allocation_: AllocationParameters,
    vesting: VestingParameters,
    loose: LooseParameters,
) -> Numbers:
    """Return the tokens that can circulate: unlocked genesis tokens and all emissions.

    Restrictions of investors and core contributors are documented. Those of the community and the ecosystem are third
    parties' figures, and that the ecosystem's first-year pace goes on is an assumption. Burns are not taken off.

    Parameters
    ----------
    months : array_like
        Whole months ended since the initial distribution date.
    emitted : array_like
        Tokens emitted by then.
    allocation_, vesting, loose
        Shares, restrictions, and the third parties' figures.

    Returns
    -------
    float or array
        Tokens.

    Raises
    ------
    ValueError
        As `unlocked_fraction`, and for negative emission.

    Source: io.net documentation, IO Coin Allocation and Coin Restrictions; project review of March 2026 (community,
    ecosystem at listing); dbjr.com.cn, June 2024 (ecosystem in the first year).
    """
    check.instance("allocation_", allocation_, AllocationParameters)
    check.instance("vesting", vesting, VestingParameters)
    check.instance("loose", loose, LooseParameters)
    genesis = genesis_tokens(allocation_)
    investor = unlocked_fraction("investor", months, vesting) * (genesis["seed"] + genesis["series_a"])
    core = unlocked_fraction("employee", months, vesting) * genesis["core"]
    ended = check.array("months", months, ndim=None, minimum=0)
    mined = check.array("emitted", emitted, ndim=None, minimum=0)
    check.broadcast(months=ended, emitted=mined)
    locked_community = (genesis["community"] - loose.launchpool_tokens) * (1 - loose.community_at_listing)
    community = genesis["community"] - locked_community * np.clip(1 - ended / loose.community_linear_months, 0, 1)
    ecosystem = np.minimum(
        genesis["ecosystem"] * loose.ecosystem_at_listing + loose.ecosystem_unlock_year * ended / 12,
        genesis["ecosystem"],
    )
    return investor + core + community + ecosystem + mined


def _day(name: str, value: str | datetime.date) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return value.date()
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else value + datetime.timedelta(0)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} given, a date or its text YYYY-MM-DD allowed") from None

"""The move of the token from Ethereum (RNDR) to Solana (RENDER): who earned how much for upgrading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from researchlib import _validate as check

__all__ = ["UpgradeParameters", "upgrade_points", "upgrade_reward", "upgraded_share"]


@dataclass(frozen=True)
class UpgradeParameters:
    """Bands of the cumulative count of upgraded tokens, and the points a token of each band earns."""

    network: ClassVar[str] = "render"
    upgrade_points_top_1: int
    upgrade_points_top_2: int
    upgrade_points_top_3: int
    upgrade_points_top_4: int
    upgrade_points_top_5: int
    upgrade_points_1: int
    upgrade_points_2: int
    upgrade_points_3: int
    upgrade_points_4: int
    upgrade_points_5: int

    @property
    def bands(self) -> tuple[tuple[int, int], ...]:
        """Upper bound (excluded) and points of each band, earliest tokens first."""
        return (
            (self.upgrade_points_top_1, self.upgrade_points_1),
            (self.upgrade_points_top_2, self.upgrade_points_2),
            (self.upgrade_points_top_3, self.upgrade_points_3),
            (self.upgrade_points_top_4, self.upgrade_points_4),
            (self.upgrade_points_top_5, self.upgrade_points_5),
        )


def upgrade_points(token_position: int, parameters: UpgradeParameters) -> int:
    """Return the points of the token that stands at a place in the order of upgrades.

    Parameters
    ----------
    token_position : int
        Count of the token among all that were upgraded, from 1.
    parameters : UpgradeParameters
        Bands and points.

    Returns
    -------
    int
        Points; 0 beyond the last band.

    Raises
    ------
    ValueError
        For a position below 1.

    Source: RNP-006, rewards for upgrading.
    """
    check.instance("parameters", parameters, UpgradeParameters)
    position = check.integer("token_position", token_position, minimum=1)
    return next((points for top, points in parameters.bands if position < top), 0)


def upgrade_reward(tokens: float, points_per_token: float, total_points: float, monthly_pool: float) -> float:
    """Return a holder's part of a month's upgrade reward.

    Parameters
    ----------
    tokens : float
        Tokens the holder upgraded.
    points_per_token : float
        Points each of them earned.
    total_points : float
        Points of all holders so far.
    monthly_pool : float
        RENDER shared in the month.

    Returns
    -------
    float
        RENDER.

    Raises
    ------
    ValueError
        For a negative number, no points at all, or a holder with more points than all together.

    Source: RNP-006, rewards for upgrading.

    Examples
    --------
    >>> round(upgrade_reward(100_000, 5, 50_000_000, 95_071), 2)
    950.71
    """
    held = check.number("tokens", tokens, minimum=0)
    points = held * check.number("points_per_token", points_per_token, minimum=0)
    total = check.number("total_points", total_points, minimum=0, strict=True)
    if points > total:
        raise ValueError(f"total_points: {total_points!r} given, at least the holder's {points!r} needed")
    return check.number("monthly_pool", monthly_pool, minimum=0) * points / total


def upgraded_share(upgraded: float, total_supply: float) -> float:
    """Return the share of all tokens that has moved to Solana.

    Parameters
    ----------
    upgraded : float
        RNDR upgraded so far.
    total_supply : float
        Tokens of both chains together; RNDR locked by the bridge counts once.

    Returns
    -------
    float
        Share of 1.

    Raises
    ------
    ValueError
        For a negative count, no supply, or more upgraded than there is.

    Source: RNP-018 and RNP-022 (their percentages use supplies of 545M and 549M).
    """
    supply = check.number("total_supply", total_supply, minimum=0, strict=True)
    return check.number("upgraded", upgraded, minimum=0, maximum=supply) / supply

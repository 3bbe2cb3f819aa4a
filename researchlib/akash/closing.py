"""How a lease ends: reason codes, and the notice a provider must give since 11 June 2026 (reclamation).

Source: chain-sdk, market reason codes; AEP-82 (v2.1.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from researchlib import _validate as check

__all__ = ["ReclamationRange", "close_reason_class", "reclamation_check", "reclamation_deadline"]

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class ReclamationRange:
    """Shortest and longest notice that governance allows, hours."""

    network: ClassVar[str] = "akash"
    reclamation_window_min: int
    reclamation_window_max: int


def close_reason_class(code: int) -> str:
    """Return who ended a lease: ``tenant``, ``provider``, ``network`` or ``unknown``; ``code`` is its reason's number.

    Raises ValueError for a code that is no integer.

    Notes
    -----
    Source: chain-sdk, lease close reasons.

    Examples
    --------
    >>> close_reason_class(10001)
    'provider'
    """
    number = check.integer("code", code)
    if 1 <= number <= 9999:
        return "tenant"
    return {1: "provider", 2: "network"}.get(number // 10_000, "unknown")


def reclamation_check(order_min_window: int | None, bid_window: int | None, allowed: ReclamationRange) -> str:
    """Return what the chain says to the notice window of a bid.

    Parameters
    ----------
    order_min_window : int, optional
        Shortest notice that the tenant asks for, seconds; None if it asks for none.
    bid_window : int, optional
        Notice that the provider offers, seconds; None if it offers none.
    allowed : ReclamationRange

    Returns
    -------
    str
        ``ok``, ``required``, ``too_short`` or ``outside_governance_range``, the first that applies in this order.

    Raises
    ------
    ValueError
        For a negative window.

    Notes
    -----
    Source: AEP-82.
    """
    check.instance("allowed", allowed, ReclamationRange)
    asked = None if order_min_window is None else check.integer("order_min_window", order_min_window, minimum=0)
    if bid_window is None:
        return "ok" if asked is None else "required"
    offered = check.integer("bid_window", bid_window, minimum=0)
    if asked is not None and offered < asked:
        return "too_short"
    shortest, longest = allowed.reclamation_window_min, allowed.reclamation_window_max
    within = shortest * SECONDS_PER_HOUR <= offered <= longest * SECONDS_PER_HOUR
    return "ok" if within else "outside_governance_range"


def reclamation_deadline(started_at: int, window: int, now: int) -> tuple[int, bool]:
    """Return when a reclamation ends, and whether the provider may close the lease now.

    ``started_at`` and ``now`` are times and ``window`` a length, all in seconds. The tenant may close at any time, and
    pays the full rate until then. Raises ValueError for a negative window or a time that is no integer.

    Notes
    -----
    Source: AEP-82.

    Examples
    --------
    >>> reclamation_deadline(1000, 3600, 4600)
    (4600, True)
    """
    deadline = check.integer("started_at", started_at) + check.integer("window", window, minimum=0)
    return deadline, check.integer("now", now) >= deadline

"""Reason codes and reclamation."""

from __future__ import annotations

import pytest

from researchlib.akash.closing import ReclamationRange, close_reason_class, reclamation_check, reclamation_deadline

RANGE = ReclamationRange(1, 720)
HOUR = 3600


@pytest.mark.parametrize(
    ("code", "who"),
    [
        (-1, "unknown"),
        (0, "unknown"),
        (1, "tenant"),
        (9999, "tenant"),
        (10_000, "provider"),
        (19_999, "provider"),
        (20_000, "network"),
        (29_999, "network"),
        (30_000, "unknown"),
    ],
)
def test_reason_codes(code: int, who: str) -> None:
    assert close_reason_class(code) == who


@pytest.mark.parametrize(
    ("asked", "offered", "result"),
    [
        (None, None, "ok"),
        (None, HOUR, "ok"),
        (HOUR, None, "required"),
        (2 * HOUR, HOUR, "too_short"),
        (2 * HOUR, 2 * HOUR, "ok"),
        (None, HOUR - 1, "outside_governance_range"),
        (None, 720 * HOUR, "ok"),
        (None, 720 * HOUR + 1, "outside_governance_range"),
    ],
)
def test_notice_window(asked: int | None, offered: int | None, result: str) -> None:
    assert reclamation_check(asked, offered, RANGE) == result


def test_deadline_is_inclusive() -> None:
    assert reclamation_deadline(0, HOUR, HOUR - 1) == (HOUR, False)
    assert reclamation_deadline(0, HOUR, HOUR) == (HOUR, True)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"code: 1\.5 given"):
        close_reason_class(1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"bid_window: -1 given"):
        reclamation_check(None, -1, RANGE)
    with pytest.raises(ValueError, match=r"window: -1 given"):
        reclamation_deadline(0, -1, 0)

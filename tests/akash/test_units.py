"""Prices per block in other units, against published figures and the inverse."""

from __future__ import annotations

import pytest

from researchlib.akash import units


def test_one_uakt_is_0438_akt_a_month() -> None:
    assert units.price_per_month(1, 6, 30.436875) == pytest.approx(0.438, abs=5e-4)


def test_blocks_of_the_price_script() -> None:
    assert int(units.blocks_per_period(30.437 * 86_400, 6.117)) == 429_909


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: units.price_per_month(1, 6, 0), "days_per_month"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]

"""Distribution of a block: the SDK's cases, conservation, bad input."""

from __future__ import annotations

import pytest

from researchlib.akash.distribution import staking_return


@pytest.mark.parametrize(
    ("inflation", "bonded", "tax", "expected"),
    [(0.4773, 0.8434, 0, 0.5659), (0.40, 0.8434, 0, 0.4743), (0.13, 0.45, 0.4, 0.13 * 0.6 / 0.45)],
)
def test_staking_return(inflation: float, bonded: float, tax: float, expected: float) -> None:
    """The first two are the forum's figures of July 2021."""
    assert staking_return(inflation, bonded, tax) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("bonded", [0, -0.1, 1.1, float("nan")])
def test_impossible_bonded_ratio_is_refused(bonded: float) -> None:
    with pytest.raises(ValueError, match=r"bonded_ratio: "):
        staking_return(0.1, bonded, 0)

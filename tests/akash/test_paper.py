"""The paper's schedule against its published figures, closed forms and numerical integration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from researchlib.akash import paper

AKT = paper.PaperSchedule(100e6, 1.0, 2.0)


def test_limit_is_the_published_maximum() -> None:
    assert math.floor(paper.supply_limit(AKT)) == 388_539_008
    assert paper.supply(math.inf, AKT) == paper.supply_limit(AKT)


def test_emission_halves_every_half_life() -> None:
    np.testing.assert_allclose(paper.annual_emission([0, 2, 4], AKT), [100e6, 50e6, 25e6])


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 40), st.floats(0.5, 1))
def test_supply_is_the_integral_of_emission(years: float, factor: float) -> None:
    emitted, _ = integrate.quad(lambda t: paper.annual_emission(t, AKT, mean_lock_factor=factor), 0, years)
    assert paper.supply(years, AKT, mean_lock_factor=factor) == pytest.approx(100e6 + emitted, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.5, 1))
def test_locks_stretch_emission_but_keep_the_limit(factor: float) -> None:
    assert paper.supply(1e4, AKT, mean_lock_factor=factor) == pytest.approx(paper.supply_limit(AKT))
    assert paper.supply(3, AKT, mean_lock_factor=factor) <= paper.supply(3, AKT)


@pytest.mark.parametrize(("months", "expected"), [(0, 0.5), (1, 0.54), (12, 1.0), (24, 1.0)])
def test_lock_factor(months: float, expected: float) -> None:
    assert paper.lock_factor(months / 12, 1) == pytest.approx(expected, abs=0.005)


def test_half_life_stretches_to_four_years() -> None:
    assert paper.stretched_half_life(2, 0.5) == 4


def test_other_examples_of_the_paper() -> None:
    assert paper.adjusted_inflation(140, 0.6) == pytest.approx(350)
    assert paper.validator_limit(64, 10) == 277
    assert paper.weighted_mean([1, 1.5, 2, 4, 12], [0.3, 0.2, 0.3, 0.1, 0.1]) == pytest.approx(2.8)
    assert paper.exchange_rate_lock(100, 2.0, 2.5) == 80


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: paper.supply(-1, AKT), "years"),
        (lambda: paper.supply([1, math.nan], AKT), "years"),
        (lambda: paper.supply(1, AKT, mean_lock_factor=0), "mean_lock_factor"),
        (lambda: paper.PaperSchedule(0, 1, 2), "paper_initial_supply"),
        (lambda: paper.PaperSchedule(1, 1, 0), "paper_half_life"),
        (lambda: paper.lock_factor(-1, 1), "remaining_lock_years"),
        (lambda: paper.adjusted_inflation(1, 1), "1 - locked_share"),
        (lambda: paper.adjusted_inflation(1, -0.1), "locked_share"),
        (lambda: paper.validator_limit(64, 0.1), "years"),
        (lambda: paper.weighted_mean([1], [1, 2]), "weights"),
        (lambda: paper.weighted_mean([1], [0]), "sum of weights"),
        (lambda: paper.exchange_rate_lock(1, 1, 0), "current_rate"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]

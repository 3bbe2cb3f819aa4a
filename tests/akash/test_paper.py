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

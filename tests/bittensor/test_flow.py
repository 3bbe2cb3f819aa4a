"""Subnet shares by flow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import flow
from researchlib.bittensor.flow import FlowParameters


def test_protocol_flow_counts_up_to_what_users_put_in() -> None:
    assert flow.net_flows([0.25, 0.25], [0.5, 0.0]).tolist() == [-0.25, 0.25]
    assert flow.net_flows([0.25, 0.0], [0.5, 0.5]).tolist() == [0.125, -0.125]
    assert flow.net_flows([3.0, 1.0], [-0.5, 0.0]).tolist() == [3.5, 1.0]


RULES = FlowParameters(29_597_889_189_277, 1, 0)
flows = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=12)


def test_average_has_a_half_life_of_thirty_days() -> None:
    weight = 29_597_889_189_277 / (2**63 - 1)
    assert math.log(2) / -math.log1p(-weight) == pytest.approx(216_000, rel=1e-4)
    value = np.array([1.0])
    for _ in range(1000):
        value = flow.flow_ema(value, [0.0], RULES)
    assert value[0] == pytest.approx(2 ** (-1000 / 216_000), rel=1e-6)


def test_net_flow_by_hand() -> None:
    # users brought 300 in all, the protocol put in 600: each protocol flow counts half
    assert flow.net_flows([200, 100, -50], [400, 200, -30]).tolist() == [0, 0, -20]
    assert flow.net_flows([200], [50]).tolist() == [150]
    assert flow.net_flows([10, 20], [0, -5]).tolist() == [10, 25]


def test_lower_limit() -> None:
    assert flow.flow_shares([300, 100, -1], RULES).tolist() == [0.75, 0.25, 0]
    low = FlowParameters(RULES.flow_smoothing, 1, -1000)
    assert flow.flow_shares([-100, -300, -400], low).tolist() == [0.75, 0.25, 0]
    high = FlowParameters(RULES.flow_smoothing, 1, 200)
    assert flow.flow_shares([300, 100], high).tolist() == [1, 0]
    assert flow.flow_shares([], RULES).tolist() == []


@settings(max_examples=50, deadline=None)
@given(flows, st.floats(0.5, 4))
def test_shares_add_up_and_follow_the_flow(values: list[float], exponent: float) -> None:
    got = flow.flow_shares(values, FlowParameters(RULES.flow_smoothing, exponent, 0))
    assert got.sum() == pytest.approx(1) if max(values) > 0 else got.sum() == 0
    order = np.argsort(values, kind="stable")
    assert (np.diff(got[order]) >= -1e-12).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1e99), min_size=1, max_size=12), st.floats(1, 4))
def test_power_does_not_depend_on_the_unit(values: list[float], exponent: float) -> None:
    once = flow.power_normalise(values, exponent)
    assert flow.power_normalise(np.array(values) * 0.5, exponent) == pytest.approx(once, abs=1e-9)


def test_parameters_come_from_the_data() -> None:
    assert data.parameters(FlowParameters, "2026-01-01") == RULES


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="protocol_flow: 1 value"):
        flow.net_flows([1, 2], [1])
    with pytest.raises(ValueError, match="flow: 1 value"):
        flow.flow_ema([1, 2], [1], RULES)

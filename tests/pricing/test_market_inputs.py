import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.pricing import market_inputs as inputs


def test_orders_follow_the_stated_distributions():
    orders = inputs.poisson_orders(
        40_000, rate=5.0, mean_duration=3.0, ceilings=[1.0, 4.0], ceiling_spread=0.2, mix=[1, 3], seed=8
    )
    gaps = np.diff(orders["arrival"])
    assert stats.kstest(gaps, stats.expon(scale=0.2).cdf).pvalue > 0.001
    assert stats.kstest(orders["duration"], stats.expon(scale=3.0).cdf).pvalue > 0.001
    assert orders["shape"].mean() == pytest.approx(0.75, abs=0.01)
    logs = np.log(orders.loc[orders["shape"] == 1, "ceiling"] / 4.0)
    assert stats.kstest(logs, stats.norm(scale=0.2).cdf).pvalue > 0.001


def test_same_seed_same_orders():
    arguments = {"rate": 1.0, "mean_duration": 1.0, "ceilings": [2.0]}
    pd.testing.assert_frame_equal(
        inputs.poisson_orders(50, **arguments, seed=4), inputs.poisson_orders(50, **arguments, seed=4)
    )


def test_price_levels_have_the_stated_median_and_spread():
    logs = np.log(inputs.price_levels(20_000, spread=0.3, median=2.0, seed=1))
    assert stats.kstest(logs, stats.norm(np.log(2.0), 0.3).cdf).pvalue > 0.001
    assert inputs.price_levels(3, spread=0.0).tolist() == [1.0, 1.0, 1.0]


def test_bids_by_hand():
    shapes = pd.DataFrame({"cpu": [2.0, 0.0, 0.5], "gpu": [0.0, 3.0, 1.0]})
    prices = pd.DataFrame({"cpu": [0.5, np.nan, 0.0], "gpu": [np.nan, 2.0, 0.0]})
    bids = inputs.linear_bids(shapes, prices)
    np.testing.assert_allclose(bids, [[1, np.nan, 0], [np.nan, 6, 0], [np.nan, np.nan, 0]])


def test_filters_by_hand():
    required = pd.DataFrame({"audited": [True, False, True], "eu": [True, False, False]})
    offered = pd.DataFrame({"eu": [True, False], "audited": [True, True], "other": [False, False]})
    expected = [[True, False], [True, True], [True, True]]
    assert inputs.eligible_providers(required, offered).tolist() == expected


def test_ceilings_without_spread_are_the_medians_and_shapes_come_evenly():
    orders = inputs.poisson_orders(4_000, rate=2.0, mean_duration=1.0, ceilings=[1.5, 4.0], seed=1)
    assert orders["ceiling"].tolist() == np.where(orders["shape"] == 0, 1.5, 4.0).tolist()
    assert orders["shape"].mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(4_000))
    assert orders["arrival"].is_monotonic_increasing
    assert orders["arrival"].iloc[-1] == pytest.approx(2_000, abs=4 * np.sqrt(4_000) / 2)
    never = inputs.poisson_orders(50, rate=1, mean_duration=1, ceilings=[1.0, 1.0], mix=[0, 0.25])
    assert (never["shape"] == 1).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: inputs.poisson_orders(0, rate=1, mean_duration=1, ceilings=[1]), "count: 0 given"),
        (lambda: inputs.poisson_orders(1, rate=0, mean_duration=1, ceilings=[1]), "rate: 0 given"),
        (lambda: inputs.poisson_orders(1, rate=1, mean_duration=1, ceilings=[0]), "ceilings: .*0.0.* given"),
        (lambda: inputs.poisson_orders(1, rate=1, mean_duration=1, ceilings=[1], mix=[1, 2]), "mix: .* one weight"),
        (lambda: inputs.poisson_orders(1, rate=1, mean_duration=1, ceilings=[1], mix=[0]), "mix: .* not all zero"),
        (lambda: inputs.poisson_orders(1, rate=1, mean_duration=1, ceilings=[]), "ceilings: 0 value"),
        (lambda: inputs.price_levels(3, spread=-0.1), "spread: -0.1 given"),
        (
            lambda: inputs.linear_bids(pd.DataFrame({"cpu": [1]}), pd.DataFrame({"gpu": [1]})),
            r"unit_prices: columns \['gpu'\] given",
        ),
        (
            lambda: inputs.linear_bids(pd.DataFrame({"cpu": [1]}), pd.DataFrame({"cpu": [-1.0]})),
            "unit_prices: .*-1.0.* given",
        ),
        (
            lambda: inputs.eligible_providers(pd.DataFrame({"audited": [True]}), pd.DataFrame({"region": [True]})),
            "required: attribute audited given, region allowed",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

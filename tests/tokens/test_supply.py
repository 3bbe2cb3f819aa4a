"""Simulated supply: independent of workers and of what is kept, equal to closed forms where there are some."""

from __future__ import annotations

import numpy as np
import pytest

from researchlib.tokens.drivers import GeometricBrownian, Given
from researchlib.tokens.supply import quantiles, simulate


def burn(_day, state, drivers):
    """A fixed revenue of 100 USD a day is burned at the day's price."""
    state["supply"] -= 100.0 / drivers["price"]
    state["burned"] += 100.0 / drivers["price"]


START = {"supply": 1e6, "burned": 0.0}


def test_constant_price_gives_the_closed_form():
    result = simulate(burn, START, {"price": Given(4.0)}, at=[0, 10, 365], paths=3, seed=1, keep=("supply", "burned"))
    assert result["supply"][:, 0].tolist() == [1e6, 1e6 - 250, 1e6 - 25 * 365]
    assert (result["supply"] + result["burned"] == 1e6).all()


def test_expected_burn_under_geometric_brownian_price():
    """E[1/S] = e^((sigma^2 - mu) t) / S0 for a geometric Brownian motion."""
    days = np.arange(1, 101) / 365.25
    expected = (100 / 4 * np.exp((0.6**2 - 0.1) * days)).sum()
    drivers = {"price": GeometricBrownian(4.0, 0.1, 0.6)}
    burned = simulate(burn, START, drivers, at=[100], paths=20_000, seed=2, keep=("burned",))["burned"]
    assert burned.mean() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("workers", [2, 5])
def test_workers_and_kept_days_change_nothing(workers):
    drivers = {"price": GeometricBrownian(4.0, 0.1, 0.6)}
    one = simulate(burn, START, drivers, at=[50, 100], paths=1000, seed=3, chunk=64)["supply"]
    many = simulate(burn, START, drivers, at=[10, 50, 100], paths=1000, seed=3, chunk=64, workers=workers)["supply"]
    assert (many[1:] == one).all()


def test_defaults_keep_supply_and_draw_ten_thousand_together():
    drivers = {"price": GeometricBrownian(4.0, 0.1, 0.6)}
    plain = simulate(burn, START, drivers, at=[2], paths=10_500, seed=3)
    said = simulate(burn, START, drivers, at=[2], paths=10_500, seed=3, keep=("supply",), chunk=10_000, workers=1)
    assert plain.keys() == {"supply"}
    assert (plain["supply"] == said["supply"]).all()
    # the second chunk is drawn apart from the first
    assert np.unique(plain["supply"]).size == 10_500
    assert simulate(burn, START, drivers, at=[0], paths=2, seed=3)["supply"].tolist() == [[1e6, 1e6]]


def test_days_are_numbered_from_one():
    seen = []

    def note(day, state, _drivers):
        seen.append(day)
        state["supply"] += day

    result = simulate(note, {"supply": 0.0}, {}, at=[0, 2, 3], paths=1, seed=0)
    assert seen == [1, 2, 3]
    assert result["supply"][:, 0].tolist() == [0, 3, 6]


def test_quantiles_are_numpys():
    values = np.random.default_rng(0).normal(size=(3, 501))
    table = quantiles(values, ["a", "b", "c"], [0.1, 0.5])
    assert table.index.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(table.to_numpy(), np.quantile(values, [0.1, 0.5], axis=1).T)


def test_names_days_and_labels_that_do_not_fit_are_named():
    for change, message in (
        ({"at": [5, 3]}, "ascending"),
        ({"at": [1, 1, 2]}, "ascending"),
        ({"at": [-1]}, "at: -1"),
        ({"keep": ("price",)}, "keep: 'price' given, one of burned, supply"),
        ({"start": {"supply": float("nan")}}, "start"),
        ({"drivers": {"price": 1.0}}, "drivers: 1.0 given for 'price', a mapping to GeometricBrownian or"),
        ({"drivers": {"cost": Given(1.0)}}, r"step: asks for 'price', .* start \(supply.*\) nor in drivers \(cost\)"),
    ):
        arguments = {"start": START, "drivers": {"price": Given(1.0)}, "at": [1], "paths": 1, "seed": 0} | change
        with pytest.raises(ValueError, match=message):
            simulate(burn, **arguments)
    with pytest.raises(ValueError, match="index: 1 labels"):
        quantiles(np.zeros((2, 3)), ["a"])


def test_correlated_drivers_have_that_correlation_and_their_own_moments():
    def keep(_day, state, drawn):
        state["one"][:], state["other"][:], state["alone"][:] = drawn["one"], drawn["other"], drawn["alone"]

    walk = GeometricBrownian(1.0, 0.0, 0.5)
    start = dict.fromkeys(("one", "other", "alone"), 1.0)
    drivers = {"alone": walk, "one": walk, "other": GeometricBrownian(1.0, 0.0, 0.9)}
    found = simulate(
        keep, start, drivers, at=[300], paths=30_000, seed=9, keep=tuple(start), correlations={("one", "other"): -0.6}
    )
    one, other, alone = (np.log(found[name][0]) for name in start)
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(-0.6, abs=0.02)
    assert np.corrcoef(one, alone)[0, 1] == pytest.approx(0.0, abs=0.02)
    assert one.std() == pytest.approx(0.5 * np.sqrt(300 / 365.25), rel=0.02)
    assert other.std() == pytest.approx(0.9 * np.sqrt(300 / 365.25), rel=0.02)


@pytest.mark.parametrize(
    ("correlations", "message"),
    [
        ({("price", "band"): 0.1}, "correlations: 'band' given"),
        ({("price", "fees"): 1.5}, "correlations: 1.5 given"),
        ({("price", "price"): 0.5}, "joint distribution"),
        ({("price", "fees"): 0.9, ("fees", "use"): 0.9, ("price", "use"): -0.9}, "joint distribution"),
    ],
)
def test_correlations_that_cannot_be_are_named(correlations, message):
    walk = GeometricBrownian(1.0, 0.0, 0.5)
    drivers = {"price": walk, "fees": walk, "use": walk, "band": Given(1.0)}
    with pytest.raises(ValueError, match=message):
        simulate(burn, START, drivers, at=[1], paths=2, seed=1, correlations=correlations)

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from researchlib.pricing.hedonic import hedonic_regression

ATTRIBUTES = ("memory_gib", "memory_bandwidth_gb_s", "fp16_tensor_tflops")


@pytest.fixture
def specs():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({name: np.exp(rng.normal(4, 1, 14)) for name in ATTRIBUTES})
    return frame.assign(gpu_model=[f"gpu{i}" for i in range(14)])


@pytest.fixture
def prices(specs):
    """Price = 0.05 * memory^0.3 * bandwidth^0.5 * throughput^0.1, times 2 at hyperscalers and 0.8 a quarter."""
    rng = np.random.default_rng(4)
    rows = []
    for quarter, day in enumerate(["2024-02-01", "2024-05-01", "2024-08-01"]):
        for venue, kind, level in (
            ("a", "depin", 1.0),
            ("b", "depin", 1.0),
            ("c", "hyperscaler", 2.0),
            ("d", "hyperscaler", 2.0),
        ):
            for gpu in specs.itertuples():
                worth = gpu.memory_gib**0.3 * gpu.memory_bandwidth_gb_s**0.5 * gpu.fp16_tensor_tflops**0.1
                price = 0.05 * worth * level * 0.8**quarter * np.exp(rng.normal(0, 0.02))
                rows.append((day, venue, kind, gpu.gpu_model, price))
    return pd.DataFrame(rows, columns=["date", "venue", "venue_kind", "gpu_model", "price_usd_per_gpu_hour"])


def test_known_elasticities_are_found(prices, specs):
    fit = hedonic_regression(prices, specs)
    truth = {
        **dict(zip(ATTRIBUTES, (0.3, 0.5, 0.1), strict=True)),
        "venue_kind_hyperscaler": np.log(2),
        "period_2024-07-01": 2 * np.log(0.8),
    }
    for term, value in truth.items():
        row = fit.coefficients.loc[term]
        assert row["estimate"] == pytest.approx(value, abs=0.02)
        assert row["low"] < row["estimate"] < row["high"]
    assert (fit.observations, fit.models) == (168, 14)
    assert fit.r_squared > 0.99


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_intervals_are_students_by_models_and_for_effects_of_venues_by_venues(prices, specs, confidence):
    noise = np.exp(np.random.default_rng(5).normal(0, 0.4, len(prices)))
    noisy = prices.assign(price_usd_per_gpu_hour=prices["price_usd_per_gpu_hour"] * noise)
    fit = hedonic_regression(noisy, specs, **({"confidence": 0.9} if confidence == 0.9 else {}))
    frame = noisy.merge(specs, on="gpu_model").sort_values(["date", "gpu_model", "venue"])
    terms = " + ".join(f"np.log({name})" for name in ATTRIBUTES)
    model = smf.ols(f"np.log(price_usd_per_gpu_hour) ~ {terms} + venue_kind + date", frame)
    clustered = {
        by: model.fit(cov_type="cluster", cov_kwds={"groups": frame[by].astype("category").cat.codes})
        for by in ("gpu_model", "venue")
    }
    other = clustered["gpu_model"]
    theirs = ["Intercept", *(f"np.log({name})" for name in ATTRIBUTES)]
    ours = fit.coefficients.loc[["constant", *ATTRIBUTES]]
    estimate, error = other.params[theirs].to_numpy(), other.bse[theirs].to_numpy()
    np.testing.assert_allclose(ours["standard_error"], error, rtol=1e-7)
    reach = stats.t.ppf(0.5 + confidence / 2, 13) * error
    np.testing.assert_allclose(ours["low"], estimate - reach, rtol=1e-6)
    np.testing.assert_allclose(ours["high"], estimate + reach, rtol=1e-6)
    # two venues of either kind, four in each quarter: one and three degrees of freedom
    for term, name, freedom in (
        ("venue_kind_hyperscaler", "venue_kind[T.hyperscaler]", 1), ("period_2024-07-01", "date[T.2024-08-01]", 3)
    ):  # fmt: skip
        row, sure = fit.coefficients.loc[term], clustered["venue"]
        wide = stats.t.ppf(0.5 + confidence / 2, freedom) * sure.bse[name]
        assert (row["low"], row["high"]) == pytest.approx(
            (sure.params[name] - wide, sure.params[name] + wide), rel=1e-6
        )
    assert fit.attributes == ATTRIBUTES
    assert fit.r_squared == pytest.approx(other.rsquared)
    assert fit.bases == {"venue_kind": "depin", "period": "2024-01-01"}


def test_one_venue_of_a_kind_bounds_nothing(prices, specs):
    row = hedonic_regression(prices[prices["venue"] != "d"], specs).coefficients.loc["venue_kind_hyperscaler"]
    assert row["clusters"] == 1
    assert row[["low", "high"]].isna().all()


def test_as_many_models_as_attributes_and_two_are_enough(prices, specs):
    few = prices[prices["gpu_model"].isin([f"gpu{i}" for i in range(5)])]
    assert hedonic_regression(few, specs).models == 5
    with pytest.raises(ValueError, match="4 models with all attributes given, 5 or more allowed"):
        hedonic_regression(few[few["gpu_model"] != "gpu0"], specs)


def test_models_without_an_attribute_are_left_out(prices, specs):
    specs.loc[0, "memory_gib"] = np.nan
    assert hedonic_regression(prices, specs).models == 13


def test_bad_tables_are_named(prices, specs):
    with pytest.raises(ValueError, match=r"memory_gib: .*0\.0.* given"):
        hedonic_regression(prices, specs.assign(memory_gib=0.0))
    twice = specs.assign(memory_gb=specs["memory_gib"] * 1.07)
    with pytest.raises(ValueError, match="attributes: .* independent ones allowed"):
        hedonic_regression(prices, twice, attributes=["memory_gib", "memory_gb"])
    with pytest.raises(ValueError, match="attributes: 'vram' given"):
        hedonic_regression(prices, specs, attributes=["vram"])
    with pytest.raises(ValueError, match="controls: 'colour' given"):
        hedonic_regression(prices, specs, controls=["colour"])

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from researchlib.pricing import discounts
from researchlib.pricing.comparison import price_level


def reading(date, venue, kind, price, model):
    return {
        "date": date,
        "venue": venue,
        "venue_kind": kind,
        "gpu_model": model,
        "price_usd_per_gpu_hour": price,
    }


@pytest.fixture
def panel():
    """Known discount: depin venues sell at 40 % of the hyperscalers' price, times noise with mean one in logs."""
    rng = np.random.default_rng(7)
    rows = []
    for month in pd.date_range("2024-01-01", periods=18, freq="MS"):
        for model, level in (("H100 SXM 80GB", 8.0), ("A100 SXM 80GB", 4.0)):
            for kind, factor in (("hyperscaler", 1.0), ("depin", 0.4)):
                for i in range(5):
                    price = level * factor * np.exp(rng.normal(0, 0.05))
                    rows.append(reading(month, f"{kind}{i}", kind, price, model))
    return pd.DataFrame(rows)


def test_discount_finds_the_known_gap_and_agrees_with_a_formula_fit(panel):
    row = discounts.discount(panel, base="hyperscaler").iloc[0]
    assert row["low"] < 0.6 < row["high"]
    assert row["discount"] == pytest.approx(0.6, abs=0.02)
    assert (row["cells"], row["clusters"], row["base_clusters"], row["prices"]) == (36, 5, 5, 360)

    frame = panel.assign(log=np.log(panel["price_usd_per_gpu_hour"]), inside=(panel["venue_kind"] == "depin") * 1.0)
    frame["cell"] = frame["gpu_model"] + frame["date"].astype(str)
    fit = smf.ols("log ~ inside + C(cell)", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["venue"].astype("category").cat.codes}
    )
    reach = stats.t.ppf(0.975, 4) * fit.bse["inside"]
    assert row["low"] == pytest.approx(1 - np.exp(fit.params["inside"] + reach), abs=1e-9)
    assert row["high"] == pytest.approx(1 - np.exp(fit.params["inside"] - reach), abs=1e-9)


def test_discount_ignores_cells_with_one_side(panel):
    lonely = pd.DataFrame([reading("2030-01-01", "depin0", "depin", 1000.0, "B200")])
    both = discounts.discount(pd.concat([panel, lonely]), base="hyperscaler")
    pd.testing.assert_frame_equal(both, discounts.discount(panel, base="hyperscaler"))


def test_discount_of_a_single_venue_needs_another_cluster(panel):
    single = panel[(panel["venue_kind"] == "hyperscaler") | (panel["venue"] == "depin0")]
    with pytest.raises(ValueError, match="cluster: 'venue' gives"):
        discounts.discount(single, base="hyperscaler")
    row = discounts.discount(single, base="hyperscaler", cluster="gpu_model").iloc[0]
    assert row["low"] < 0.6 < row["high"]


def test_discount_series_joins_on_model_and_period(panel):
    series = discounts.discount_series(price_level(panel), group="depin", base="hyperscaler")
    assert len(series) == 36
    assert series["discount"].between(0.5, 0.7).all()


def test_discount_series_by_hand():
    level = pd.DataFrame(
        {
            "period": pd.to_datetime(
                ["2024-02-01", "2024-01-01", "2024-01-01", "2024-02-01", "2024-01-01", "2024-03-01"]
            ),
            "gpu_model": ["H100", "H100", "A100", "H100", "H100", "A100"],
            "venue_kind": ["depin", "depin", "depin", "bank", "bank", "bank"],
            "price": [2.0, 1.0, 9.0, 8.0, 5.0, 3.0],
        }
    )
    level.loc[len(level)] = [pd.Timestamp("2024-01-01"), "A100", "bank", 6.0]
    series = discounts.discount_series(level, group="depin", base="bank")
    assert series["gpu_model"].tolist() == ["A100", "H100", "H100"]
    assert series["price"].tolist() == [9.0, 1.0, 2.0]
    assert series["base_price"].tolist() == [6.0, 5.0, 8.0]
    assert series["discount"].tolist() == pytest.approx([-0.5, 0.8, 0.75])
    assert series.index.tolist() == [0, 1, 2]


@pytest.mark.parametrize("lags", [1, 3, 8])
def test_hac_mean_is_the_newey_west_formula(lags):
    values = np.convolve(np.random.default_rng(2).normal(size=60), np.ones(4) / 4, mode="valid")
    n, d = values.size, values - values.mean()
    variance = d @ d + 2 * sum((1 - lag / (lags + 1)) * (d[lag:] @ d[:-lag]) for lag in range(1, lags + 1))
    reach = stats.t.ppf(0.9, n - 1) * np.sqrt(variance) / n
    mean, low, high = discounts.hac_mean(values, lags=lags, confidence=0.8)
    assert (mean, low, high) == pytest.approx((values.mean(), values.mean() - reach, values.mean() + reach))


def test_defaults_are_three_lags_and_95_percent(panel):
    values = np.random.default_rng(2).normal(size=20)
    assert discounts.hac_mean(values) == discounts.hac_mean(values, lags=3, confidence=0.95)
    assert len(discounts.hac_mean(values[:2], lags=0)) == 3
    assert len(discounts.hac_mean(values[:5])) == 3
    with pytest.raises(ValueError, match="at least 5 needed"):
        discounts.hac_mean(values[:4])
    pd.testing.assert_frame_equal(
        discounts.discount(panel, base="hyperscaler"),
        discounts.discount(panel, base="hyperscaler", by="venue_kind", frequency="month", confidence=0.95),
    )


def test_discount_interval_at_another_level_and_other_groups(panel):
    third = panel[panel["venue_kind"] == "depin"].assign(venue_kind="neocloud", venue=lambda p: p["venue"] + "n")
    third["price_usd_per_gpu_hour"] *= 1.25
    # a group of two venues alone: the smaller side counts
    third = third[third["venue"].isin(["depin0n", "depin1n"])]
    table = discounts.discount(pd.concat([panel, third]), base="hyperscaler", confidence=0.8)
    assert table["group"].tolist() == ["depin", "neocloud"]
    assert table["clusters"].tolist() == [5, 2]
    wide = discounts.discount(pd.concat([panel, third]), base="hyperscaler", confidence=0.95)
    for row, sure, freedom in zip(table.itertuples(), wide.itertuples(), (4, 1), strict=True):
        ends = [np.log((1 - r.low) / (1 - r.high)) for r in (row, sure)]
        assert ends[0] / ends[1] == pytest.approx(stats.t.ppf(0.9, freedom) / stats.t.ppf(0.975, freedom))
    only = discounts.discount(pd.concat([panel, third]), base="hyperscaler", groups=["neocloud"])
    assert only["group"].tolist() == ["neocloud"]
    assert only["discount"].item() == pytest.approx(0.5, abs=0.03)


def test_hac_mean_widens_with_serial_correlation():
    noise = np.random.default_rng(1).normal(size=400)
    smooth = np.convolve(noise, np.ones(4) / 4, mode="valid")
    mean, low, high = discounts.hac_mean(smooth, lags=6)
    assert mean == pytest.approx(smooth.mean())
    plain = discounts.hac_mean(smooth, lags=0)
    assert high - low > 1.5 * (plain[2] - plain[1])
    # without lags it is the textbook interval (heteroskedasticity form: variance by n, t by n - 1)
    reach = stats.t.ppf(0.975, smooth.size - 1) * smooth.std() / np.sqrt(smooth.size)
    assert plain[2] - plain[0] == pytest.approx(reach, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: discounts.discount(p, base="bank"), "base: 'bank' given"),
        (lambda p: discounts.discount(p, base="depin", groups=["bank"]), "groups: 'bank' given"),
        (lambda p: discounts.discount(p, base="depin", confidence=1.5), "confidence: 1.5 given"),
        (
            lambda p: discounts.discount(p.assign(gpu_model=p["gpu_model"] + p["venue_kind"]), base="hyperscaler"),
            "groups: 'depin' given, a group that quotes a model in the same period as 'hyperscaler' allowed",
        ),
        (lambda p: discounts.hac_mean([1.0, 2.0], lags=3), "values: 2 value"),
    ],
)
def test_bad_input_is_named(panel, call, message):
    with pytest.raises(ValueError, match=message):
        call(panel)

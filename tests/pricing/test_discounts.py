import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from researchlib.pricing import discounts


def reading(date, venue, kind, price, model):
    return {"date": date, "venue": venue, "venue_kind": kind, "gpu_model": model, "price_usd_per_gpu_hour": price}


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


def test_groups_that_cannot_be_compared_are_named(panel):
    for change, arguments, message in (
        ({}, {"base": "bank"}, "base: 'bank' given"),
        ({}, {"base": "depin", "groups": ["bank"]}, "groups: 'bank' given"),
        ({}, {"base": "depin", "by": "colour"}, "prices: colour missing"),
        (
            {"gpu_model": panel["gpu_model"] + panel["venue_kind"]},
            {"base": "hyperscaler"},
            "groups: 'depin' given, a group that quotes a model in the same period as 'hyperscaler' allowed",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            discounts.discount(panel.assign(**change), **arguments)


def _quotes(gaps, base_gaps):
    """One quote a venue and model, a network's ``gaps`` and the base's ``base_gaps`` in logs, of two models."""
    rows = [
        reading("2024-01-01", f"{kind}{place}", kind, level * np.exp(gap), model)
        for kind, side in (("depin", gaps), ("hyperscaler", base_gaps))
        for place, gap in enumerate(side)
        for model, level in (("H100 SXM 80GB", 8.0), ("A100 SXM 80GB", 4.0))
    ]
    return pd.DataFrame(rows)


def test_the_randomised_interval_holds_the_gaps_that_a_permutation_test_keeps():
    gaps, others = [-1.0, -0.7, -1.3, -0.9], [0.0, 0.2, -0.1, 0.1, 0.05]
    row = discounts.discount(_quotes(gaps, others), base="hyperscaler", interval="randomised").iloc[0]
    assert row["discount"] == pytest.approx(1 - np.exp(np.mean(gaps) - np.mean(others)))

    def kept(gap):
        found = stats.permutation_test(
            (np.array(gaps) - gap, np.array(others)), lambda x, y: abs(x.mean() - y.mean()), alternative="greater",
            n_resamples=np.inf,
        )  # fmt: skip
        return found.pvalue > 0.05

    for end, inwards in ((np.log(1 - row["low"]), -1), (np.log(1 - row["high"]), 1)):
        assert kept(end + inwards * 0.003)
        assert not kept(end - inwards * 0.003)


def test_venues_too_few_to_deal_their_labels_bound_nothing():
    row = discounts.discount(_quotes([-1.0, -1.2], [0.0, 0.1, 0.2]), base="hyperscaler", interval="randomised").iloc[0]
    assert row["discount"] > 0
    assert row[["low", "high"]].isna().all()


def test_leaving_a_venue_out_is_the_comparison_without_it(panel):
    left = discounts.without_each(panel, base="hyperscaler", group="depin").set_index("left_out")["discount"]
    assert len(left) == 10
    for venue in ("depin3", "hyperscaler1"):
        without = discounts.discount(panel[panel["venue"] != venue], base="hyperscaler")
        assert left[venue] == pytest.approx(without["discount"].item())
    pair = panel[panel["venue"].isin(["depin0", "hyperscaler0"])]
    assert discounts.without_each(pair, base="hyperscaler", group="depin")["discount"].isna().all()

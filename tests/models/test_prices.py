"""Prices by quarter, and what follows from them, against plain pandas on the bundled table and small cases by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from researchlib import data
from researchlib.models import prices

PRICE = "price_usd_per_gpu_hour"


def _plain() -> pd.DataFrame:
    """Return the on-demand rows of the bundled file that can be compared, read and named without our code."""
    folder = Path(__file__).parents[2] / "data"
    rows = pd.read_csv(folder / "gpu_prices.csv", parse_dates=["date"], keep_default_na=False)
    names = pd.read_csv(folder / "gpu_aliases.csv", keep_default_na=False).query("gpu_model != ''")
    rows["gpu_model"] = rows["gpu_model"].replace(dict(zip(names["printed_model"], names["gpu_model"], strict=True)))
    rows[PRICE] = rows[PRICE].astype(float)
    keep = (rows["pricing"] == "on_demand") & (rows["confidence"] == "ok") & (rows["venue_kind"] != "index")
    rows = rows[keep & ~rows["note"].str.contains("GPU component only")]
    return rows.assign(quarter=rows["date"].dt.to_period("Q").astype(str))


def _readings(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["date", "venue", "venue_kind", PRICE])
    return frame.assign(date=pd.to_datetime(frame["date"]), gpu_model="H100 SXM 80GB")


@pytest.fixture(scope="module")
def read_only() -> pd.DataFrame:
    return prices.by_quarter(prices.comparable("on_demand"), "2026-01-01", "2026-09-30", 0)


def test_a_list_price_stands_until_it_is_read_again_and_a_market_price_for_its_quarter() -> None:
    read = _readings(
        ("2026-02-01", "Azure", "hyperscaler", 12.0), ("2026-08-01", "Azure", "hyperscaler", 10.0),
        ("2026-02-01", "Akash", "depin", 1.0), ("2026-09-01", "Akash", "depin", 2.0),
    )  # fmt: skip
    panel = prices.by_quarter(read, "2026-01-01", "2026-09-30", 366)
    table = panel.pivot(index="period", columns="venue", values="price")
    assert table["Azure"].tolist() == [12.0, 12.0, 10.0]
    assert table["Akash"].fillna(0).tolist() == [1.0, 0.0, 2.0]
    carried = panel[panel["readings"] == 0]
    assert carried["age_days"].tolist() == [149]  # 1 February to 30 June
    assert prices.by_quarter(read, "2026-01-01", "2026-09-30", 148)["readings"].gt(0).all()
    assert prices.by_quarter(read, "2026-02-02", "2026-06-30", 366)["venue"].tolist() == ["Azure"]
    assert prices.by_quarter(read, "2026-09-01", "2026-08-31", 366).empty


def test_a_median_of_list_prices_holds_those_that_nobody_read_that_quarter() -> None:
    asked = {"AWS": 6.88, "GCP": 11.06125, "Azure": 12.29, "Oracle": 10.0}
    panel = prices.by_quarter(prices.comparable("on_demand"), "2026-07-01", "2026-09-30", 366)
    level = prices.levels(panel).query("gpu_model == 'H100 SXM 80GB' and venue_kind == 'hyperscaler'").iloc[0]
    assert level["price"] == pytest.approx(np.median(list(asked.values())), abs=0.01)
    assert (level["venues"], level["carried"]) == (4, 2)


@pytest.mark.parametrize("base", prices.BASES)
def test_the_discount_is_the_one_of_a_regression_on_the_file(read_only, base) -> None:
    rows = _plain()
    rows = rows[rows["date"].between("2026-01-01", "2026-09-30") & rows["venue_kind"].isin(["depin", base])]
    votes = rows.groupby(["quarter", "gpu_model", "venue_kind", "venue"], as_index=False)[PRICE].median()
    both = votes.groupby(["quarter", "gpu_model"])["venue_kind"].transform("nunique") == 2
    votes = votes[both].assign(cell=lambda frame: frame["quarter"] + frame["gpu_model"])
    votes["inside"] = (votes["venue_kind"] == "depin").astype(float)
    fit = smf.ols(f"np.log({PRICE}) ~ inside + C(cell)", votes).fit()
    found = prices.set_against(read_only, 0.95).set_index("base").loc[base]
    assert found["discount"] == pytest.approx(1 - np.exp(fit.params["inside"]))
    assert found["clusters"] == votes.loc[votes["inside"] == 1, "venue"].nunique()
    assert not found["low"] > found["discount"]
    assert found["least"] <= found["discount"] <= found["most"]


def test_networks_named_are_those_in_the_sample(read_only) -> None:
    rows = _plain()
    rows = rows[rows["date"].between("2026-01-01", "2026-09-30")]
    side = rows.groupby(["quarter", "gpu_model"])["venue_kind"].agg(set)
    shared = side[side.map(lambda kinds: "depin" in kinds and len(kinds) > 1)].index
    inside = rows[(rows["venue_kind"] == "depin") & rows.set_index(["quarter", "gpu_model"]).index.isin(shared)]
    assert set(prices.networks(read_only).index) == set(inside["venue"])
    assert "Render" not in prices.networks(read_only)


def test_akash_raised_its_own_prices(read_only) -> None:
    rows = _plain().query("venue == 'Akash' and quarter in ['2026Q1', '2026Q3']")
    table = rows.groupby(["quarter", "gpu_model"])[PRICE].median().unstack("quarter").dropna()
    change = np.exp(np.log(table["2026Q3"] / table["2026Q1"]).mean()) - 1
    found = prices.own_change(read_only).loc["Akash"]
    assert found["change"] == pytest.approx(change)
    assert (found["first"], found["last"], found["models"]) == ("2026Q1", "2026Q3", len(table))
    assert 0.35 < change < 0.5


def test_an_index_links_the_same_offers_and_breaks_where_nothing_links() -> None:
    read = _readings(
        ("2026-01-05", "a", "depin", 1.0), ("2026-04-05", "a", "depin", 2.0), ("2026-04-05", "b", "depin", 9.0),
        ("2026-07-05", "a", "depin", 4.0), ("2026-07-05", "b", "depin", 9.0), ("2026-10-05", "c", "depin", 1.0),
    )  # fmt: skip
    chain = prices.chained(prices.by_quarter(read, "2026-01-01", "2026-12-31", 366))
    assert chain["index"].tolist() == pytest.approx([1, 2, 2 * np.sqrt(2)])
    assert chain["matched"].tolist() == [0, 1, 2]


def test_too_few_venues_bound_nothing_and_none_on_a_side_compares_nothing() -> None:
    read = _readings(("2026-01-05", "a", "depin", 1.0), ("2026-01-05", "b", "neocloud", 2.0))
    panel = prices.by_quarter(read, "2026-01-01", "2026-03-31", 0)
    (row,) = prices.set_against(panel, 0.95, 0.4).to_dict("records")
    assert row["base"] == "neocloud"
    assert row["discount"] == pytest.approx(0.5)
    assert np.isnan([row[name] for name in ("low", "high", "least", "most", "held")]).all()
    alone = panel[panel["venue_kind"] == "depin"]
    assert prices.set_against(alone, 0.95).empty
    assert prices.by_model(alone).empty
    assert prices.hedonic_fit(alone, 0.95)[0] is None


def test_a_venue_is_placed_by_the_share_of_others_that_ask_less(monkeypatch) -> None:
    rows = data.load("gpu_prices").iloc[:0]
    quotes = {"mine": 2.0, "a": 1.0, "b": 2.0, "c": 5.0, "an index": 1.0}
    kinds = ["neocloud", "neocloud", "depin", "marketplace", "index"]
    made = pd.DataFrame({"venue": quotes.keys(), "venue_kind": kinds, PRICE: quotes.values()}).assign(
        date=pd.Timestamp("2026-09-01"), gpu_model="H100 SXM 80GB", pricing="spot", confidence="ok", note=""
    )
    monkeypatch.setattr(data, "current", lambda table: pd.concat([rows, made]))
    (row,) = prices.placed("mine", "2026-09-30", 92).to_dict("records")
    assert (row["pricing"], row["price"], row["median"], row["others"]) == ("spot", 2.0, 2.0, 3)
    assert row["cheaper"] == pytest.approx((1 + 0.5) / 3)
    assert prices.placed("mine", "2027-09-30", 92).empty

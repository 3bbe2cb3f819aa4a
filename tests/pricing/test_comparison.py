import pandas as pd
import pytest

from researchlib.pricing import comparison as cmp

ALIASES = pd.DataFrame({"printed_model": ["H100", "GB300"], "gpu_model": ["H100 SXM 80GB", None]})


def reading(date, venue, kind, price, model="H100", pricing="on_demand", note=""):
    return {
        "date": date,
        "venue": venue,
        "venue_kind": kind,
        "gpu_model": model,
        "pricing": pricing,
        "price_usd_per_gpu_hour": price,
        "note": note,
    }


def test_aliases_unify_models_and_keep_the_printed_name():
    prices = pd.DataFrame(
        [
            reading("2024-01-02", "b", "depin", 2.0),
            reading("2024-01-01", "a", "depin", 3.0, "H100 SXM 80GB"),
            reading("2024-01-01", "a", "depin", 9.0, "GB300"),
            reading("2024-01-01", "a", "depin", 1.0, pricing="spot"),
            reading("2024-01-01", "index", "depin", 1.0),
            reading("2024-01-01", "c", "depin", 1.0, note="GPU component only; host extra"),
        ]
    )
    kept = cmp.like_for_like(prices, ALIASES, exclude_venues=["index"], exclude_notes=["GPU component only"])
    assert kept["gpu_model"].tolist() == ["GB300", "H100 SXM 80GB", "H100 SXM 80GB"]
    assert kept["printed_model"].tolist() == ["GB300", "H100 SXM 80GB", "H100"]
    assert kept["price_usd_per_gpu_hour"].tolist() == [9.0, 3.0, 2.0]
    assert len(cmp.like_for_like(prices, ALIASES, models=["GB300"], venue_kinds=["depin"])) == 1


def test_level_counts_a_venue_once():
    prices = pd.DataFrame(
        [reading(f"2024-01-{day:02d}", "often", "depin", 10.0) for day in range(1, 20)]
        + [reading("2024-01-05", "once", "depin", 2.0), reading("2024-01-05", "twice", "depin", 3.0)]
        + [reading("2024-01-06", "twice", "depin", 5.0)]
    )
    votes = cmp.venue_prices(prices, "month", ["gpu_model"]).set_index("venue")
    assert votes["price"].to_dict() == {"often": 10.0, "once": 2.0, "twice": 4.0}
    assert votes["readings"].sum() == 22
    assert votes["period"].eq(pd.Timestamp("2024-01-01")).all()


def test_a_reading_speaks_for_the_days_of_the_window_by_default_three_months():
    prices = pd.DataFrame(
        [
            reading("2024-01-01", "a", "depin", 1.0),
            reading("2023-12-31", "a", "depin", 9.0),
            reading("2024-04-02", "b", "depin", 2.0),
            reading("2024-05-01", "b", "depin", 9.0),
            reading("2024-04-02", "b", "depin", 4.0),
            reading("2024-01-02", "c", "depin", 5.0),
        ]
    )
    assert cmp.prices_on(prices, "2024-04-02")["venue"].tolist() == ["a", "b", "c"]
    assert cmp.prices_on(prices, "2024-04-03")["venue"].tolist() == ["b", "c"]
    assert cmp.prices_on(prices, "2024-04-02")["price_usd_per_gpu_hour"].tolist() == [1.0, 3.0, 5.0]
    assert cmp.prices_on(prices, "2024-04-02", window_days=0)["age_days"].tolist() == [0]


def test_notes_and_kinds_are_left_out_by_name():
    prices = pd.DataFrame(
        [
            reading("2024-01-01", "a", "depin", 1.0, note="(estimate)"),
            reading("2024-01-01", "b", "bank", 2.0, note=None),
            reading("2024-01-01", "c", "bank", 3.0, note="GPU only"),
        ]
    )
    left = cmp.like_for_like(prices, ALIASES, exclude_notes=["(estimate)", "only"])
    assert left["venue"].tolist() == ["b"]
    assert left.index.tolist() == [0]
    assert cmp.like_for_like(prices, ALIASES, venue_kinds=["depin"])["venue"].tolist() == ["a"]
    aliases = pd.DataFrame({"printed_model": ["H100"], "gpu_model": [""]})
    assert cmp.like_for_like(prices, aliases)["gpu_model"].tolist() == ["H100"] * 3


def test_doubtful_readings_enter_when_asked_for_and_indices_never():
    prices = pd.DataFrame(
        [
            reading("2024-01-01", "a", "depin", 1.0) | {"confidence": "ok"},
            reading("2024-01-01", "b", "depin", 2.0) | {"confidence": "low"},
            reading("2024-01-01", "panel", "index", 3.0) | {"confidence": "ok"},
        ]
    )
    assert cmp.like_for_like(prices, ALIASES)["venue"].tolist() == ["a"]
    assert cmp.like_for_like(prices, ALIASES, low_confidence=True)["venue"].tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="prices: no on_demand reading left"):
        cmp.like_for_like(prices, ALIASES, venue_kinds=["index"])


@pytest.mark.parametrize("frequency", ["month", "quarter", "year"])
def test_periods_begin_on_their_first_day(frequency):
    prices = pd.DataFrame([reading("2024-05-17", "a", "depin", 2.0), reading("2024-05-31", "a", "depin", 6.0)])
    (row,) = cmp.venue_prices(prices, frequency, ["gpu_model"]).to_dict("records")
    first = {"month": "2024-05-01", "quarter": "2024-04-01", "year": "2024-01-01"}[frequency]
    assert row == {"period": pd.Timestamp(first), "gpu_model": "H100", "venue": "a", "price": 4.0, "readings": 2}


def test_what_the_table_does_not_hold_is_named():
    prices = pd.DataFrame([reading("2024-01-01", "a", "depin", 2.0)])
    for call, message in (
        (lambda: cmp.like_for_like(prices, ALIASES, pricing="monthly"), "pricing: 'monthly' given, one of on_demand"),
        (lambda: cmp.like_for_like(prices, ALIASES, models=["TPU"]), "prices: no on_demand reading left"),
        (
            lambda: cmp.like_for_like(prices, ALIASES, exclude_venues=["z"]),
            "exclude_venues: 'z' given, one of a allowed",
        ),
        (lambda: cmp.like_for_like(prices.drop(columns="venue"), ALIASES), "prices: venue missing"),
        (lambda: cmp.venue_prices(prices.assign(price_usd_per_gpu_hour=0.0), "month", []), "prices: 0.0 given"),
        (lambda: cmp.venue_prices(prices, "month", ["colour"]), "prices: colour missing"),
        (lambda: cmp.prices_on(prices, "2019-01-01"), "date: 2019-01-01 given"),
    ):
        with pytest.raises(ValueError, match=message):
            call()

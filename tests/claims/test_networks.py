"""The networks side by side: nothing newer than the date, kinds kept apart, unknown kept unknown."""

from __future__ import annotations

import functools

import pandas as pd
import pytest

from researchlib import claims, data
from researchlib.claims.akash_inflation import inflation_bounds, inflation_from_reading
from researchlib.claims.cells import NOT_READ, newest
from researchlib.claims.render_epochs import booked_epochs
from researchlib.claims.usage import quarterly_credits

profile = functools.cache(claims.profile)


def cell(at: str, network: str, topic: str) -> pd.Series:
    table = profile(at)
    return table[(table["network"] == network) & (table["topic"] == topic)].iloc[0]


@pytest.mark.parametrize("at", ["2023-03-20", "2024-05-01", "2024-06-11", "2025-12-15", "2026-10-31"])
def test_nothing_is_newer_than_the_date_and_every_figure_has_a_source(at: str) -> None:
    table = profile(at)
    assert len(table) == 4 * len(claims.TOPICS)
    assert not table.duplicated(["network", "topic"]).any()
    read = table[table["value"].notna()]
    assert (read["date"] <= pd.Timestamp(at)).all()
    assert (read["kind"] != "").all()
    assert len(data.sources_of(read)) > 0


def test_announced_and_verified_stand_apart() -> None:
    assert cell("2024-05-01", "ionet", "hardware announced")["value"] == 564_306
    assert cell("2024-05-01", "ionet", "hardware verified")["value"] == 12_000
    assert cell("2026-10-31", "ionet", "hardware verified")["value"] == 2_752


def test_before_its_listing_io_has_no_token() -> None:
    assert cell("2024-06-10", "ionet", "token price")["text"] == "no token yet"
    # what an analyst computed for the nodes' first year
    printed = data.series("ionet", "node_incentives_year1")["value"].iloc[0]
    assert cell("2024-06-25", "ionet", "issued a year")["value"] == pytest.approx(printed, rel=0.01)


def test_issuance_by_the_rules() -> None:
    assert cell("2024-05-01", "render", "issued a year")["value"] == 9_126_804
    assert cell("2026-10-31", "render", "issued a year")["value"] == 5_905_584
    assert cell("2024-05-01", "bittensor", "issued a year")["value"] == pytest.approx(7_200 * 365.25)
    assert cell("2026-10-31", "bittensor", "issued a year")["value"] == pytest.approx(3_600 * 365.25)


def test_what_no_document_gives_is_not_read() -> None:
    # the band voted on 15 May 2026, and what io.net releases and burns since June 2026
    text = claims.side_by_side(claims.profile("2026-10-31"))
    assert text.loc["issued a year", ["akash", "ionet"]].tolist() == [NOT_READ] * 2
    assert text.loc["net inflation", ["akash", "ionet"]].tolist() == [NOT_READ] * 2
    assert list(text.index) == list(claims.TOPICS)
    assert text.loc["token price", "render"] == "2.01 USD (2026-09-26, measured)"


def test_before_the_first_epoch_closed_nothing_was_burned_or_spent() -> None:
    # the first epoch ran from 20 to 27 December 2023
    assert cell("2023-12-22", "render", "issued a year")["value"] == 9_126_804
    assert pd.isna(cell("2023-12-22", "render", "burned a year")["value"])
    assert pd.isna(cell("2023-12-22", "render", "customers spend")["value"])
    assert cell("2023-12-27", "render", "customers spend")["date"] == pd.Timestamp("2023-12-27")


def test_net_inflation_is_issued_less_burned_over_supply() -> None:
    for network in ("render", "bittensor"):
        values = {topic: cell("2024-05-01", network, topic)["value"] for topic in claims.TOPICS[-4:]}
        net = (values["issued a year"] - values["burned a year"]) / values["supply"]
        assert values["net inflation"] == pytest.approx(net)


@pytest.mark.parametrize("at", ["2019-01-01", "someday", "", None])
def test_a_bad_day_is_refused(at: str) -> None:
    with pytest.raises(ValueError, match="at: .* given, a day from 2023-03-20 on allowed"):
        claims.profile(at)


def test_the_newest_of_equal_dates_is_the_metric_named_first() -> None:
    at = pd.Timestamp("2024-04-30")
    row = newest("ionet", ["gpus_cluster_ready", "gpus_verified"], at)
    assert row is not None
    assert row["value"] == 12_000
    assert newest("ionet", ["gpus_cluster_ready"], pd.Timestamp("2024-01-01")) is None


def test_inflation_bounds_start_in_the_new_band_and_hold_the_reading() -> None:
    start = inflation_bounds(pd.Timestamp("2024-01-07"))
    assert (start.low, start.high) == (0.13, 0.15)
    bounds = inflation_bounds(pd.Timestamp("2024-06-18"))
    assert bounds.low < 0.19 < bounds.high  # about 19% read on chain that day
    assert inflation_bounds(pd.Timestamp("2025-12-31")).high == 0.08
    with pytest.raises(ValueError, match="inflation_min at 2026-06-01: no value"):
        inflation_bounds(pd.Timestamp("2026-06-01"))


def test_a_reading_leads_back_by_the_mint_rule() -> None:
    seen = inflation_from_reading(pd.Timestamp("2024-05-01"))
    assert seen is not None
    # (1 - 0.60 / 0.67) a year over the blocks of 48 days of 6.117 seconds
    expected = 0.19 - (1 - 0.60 / 0.67) * 48 * 86_400 / 6.117 / 5_256_000
    assert seen.before == pytest.approx(expected, abs=2e-5)
    assert inflation_from_reading(pd.Timestamp("2023-05-01")) is None


def test_an_unfinished_epoch_is_left_out() -> None:
    epochs, rows = booked_epochs(pd.Timestamp("2025-10-29"))
    assert len(epochs) == 96
    assert epochs.index[-1] == rows["date"].max() == pd.Timestamp("2025-10-22")
    assert epochs["tokens_burned"].sum() == pytest.approx(789_530, abs=1)


def test_quarters_of_credits_are_complete_and_counted_once() -> None:
    quarters = quarterly_credits().set_index("date")["value"]
    assert quarters.index.is_unique
    assert quarters[pd.Timestamp("2023-12-31")] == 1_074_045  # printed; holds epoch 1 already
    assert pd.Timestamp("2025-12-31") not in quarters.index
    assert quarters[pd.Timestamp("2024-03-31")] == pytest.approx(806_027.69)

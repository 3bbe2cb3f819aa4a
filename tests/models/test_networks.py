"""The networks side by side: nothing newer than the date, kinds kept apart, unknown kept unknown."""

from __future__ import annotations

import functools

import pandas as pd
import pytest

from researchlib import data
from researchlib.models import networks

profile = functools.cache(networks.profile)


def cell(at: str, network: str, topic: str) -> pd.Series:
    table = profile(at)
    return table[(table["network"] == network) & (table["topic"] == topic)].iloc[0]


def read(network: str, metric: str, date: str) -> float:
    rows = data.load("observations").set_index(["network", "metric", "date"]).sort_index()
    rows = rows.loc[[(network, metric, pd.Timestamp(date))]]
    return float(rows["value"].iloc[0])


@pytest.mark.parametrize("at", ["2023-03-20", "2023-09-01", "2024-05-01", "2024-06-11", "2025-12-15", "2026-10-31"])
def test_nothing_is_newer_than_the_date_and_every_figure_has_a_source(at: str) -> None:
    table = profile(at)
    assert len(table) == 4 * len(networks.TOPICS)
    assert not table.duplicated(["network", "topic"]).any()
    known = table[table["value"].notna()]
    assert len(known)
    assert (known["date"] <= pd.Timestamp(at)).all()
    assert (known["kind"] != "").all()
    assert len(data.sources_of(known)) > 0
    assert len(networks.words(at)) == 4


def test_announced_and_verified_stand_apart() -> None:
    assert cell("2024-05-01", "ionet", "hardware announced")["value"] == 564_306
    assert cell("2024-05-01", "ionet", "hardware verified")["value"] == 12_000  # not the 120,000 that were gamed
    assert cell("2026-10-31", "ionet", "hardware verified")["value"] == 2_752


def test_of_equal_dates_the_metric_named_first_counts() -> None:
    # 28 April 2024: 12,000 ready for clusters and 120,000 verified
    assert cell("2024-04-30", "ionet", "hardware verified")["what"] == "GPUs ready"


def test_spending_is_a_mean_of_one_period() -> None:
    akash = cell("2026-10-31", "akash", "customers spend")
    assert akash["value"] == pytest.approx(365 * read("akash", "lease_revenue_daily_avg", "2026-05-31"))
    weeks = data.load("observations").query("metric == 'tokens_burned_usd' and date <= '2024-05-01'")
    week = weeks.sort_values("date")["value"].iloc[-13:].mean() / 0.95  # the share of a payment that burns
    assert cell("2024-05-01", "render", "customers spend")["value"] == pytest.approx(week * 365.25 / 7)
    assert pd.isna(cell("2026-10-31", "bittensor", "customers spend")["value"])  # announced, by no published method


def test_the_last_week_of_a_file_is_no_week() -> None:
    assert cell("2026-10-31", "render", "use")["date"] == pd.Timestamp("2025-10-22")


def test_before_the_first_epoch_closed_nothing_was_burned_or_spent() -> None:
    # the first epoch ran from 20 to 27 December 2023
    assert pd.isna(cell("2023-12-26", "render", "customers spend")["value"])
    assert cell("2023-12-27", "render", "customers spend")["date"] == pd.Timestamp("2023-12-27")


def test_the_growth_of_a_supply_is_that_of_its_readings() -> None:
    # TAO from 4 November 2024 (between two readings) to the last reading before 15 December 2025
    found = cell("2025-11-04", "bittensor", "net inflation")
    before, after = read("bittensor", "total_issuance", "2024-10-23"), read("bittensor", "total_issuance", "2025-11-04")
    assert found["value"] == pytest.approx(after / (before + 12 * 6_200) - 1, rel=0.01)
    assert pd.isna(
        cell("2025-11-04", "bittensor", "burned in the year")["value"]
    )  # what is missing is not all recycled


def test_a_vault_is_no_use_of_the_network() -> None:
    # 1.54 million RENDER burned by September 2026, 0.79 million of them to October 2025, 250,000 from a vault
    burned = cell("2026-10-31", "render", "burned in the year")["value"]
    assert burned == pytest.approx((1_540_000 - 789_530 - 250_000) * 365 / 339, rel=0.05)


@pytest.mark.parametrize("at", ["2019-01-01", "someday", "", None])
def test_a_bad_day_is_refused(at: str) -> None:
    with pytest.raises(ValueError, match="at: .* given, a day from 2023-03-20 on allowed"):
        networks.profile(at)

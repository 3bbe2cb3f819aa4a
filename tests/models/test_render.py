"""Render's weeks, recomputed from the table in plain pandas."""

from __future__ import annotations

import pytest

from researchlib import data
from researchlib.models import render


def test_weeks_are_the_rows_of_the_burn_file() -> None:
    rows = data.load("observations").query("network == 'render' and period_days == 7 and date <= '2025-10-22'")
    weeks = rows.pivot_table(index="date", columns="metric", values="value")
    found = render.epochs("2025-10-22").weeks
    assert len(found) == 96
    assert found["burned"].sum() == pytest.approx(weeks["tokens_burned"].sum())
    pay = weeks["node_job_rewards"].sum() + weeks["node_availability_rewards"].sum()
    assert found["node_pay"].sum() == pytest.approx(pay)


def test_scheduled_emission_is_a_52nd_of_the_years_amount() -> None:
    """RNP-001 and its spreadsheet: 9,126,804 in the first year, 5,905,584 in the second."""
    years = render.by_year(render.epochs("2025-10-22"))
    assert years.loc["first year", "scheduled"] == pytest.approx(9_126_804)
    assert years.loc["second year", "scheduled"] == pytest.approx(5_905_584 / 52 * 44, rel=0.02)


def test_before_availability_was_paid_node_pay_is_job_pay() -> None:
    weeks = render.epochs("2024-01-31").weeks
    assert (weeks["node_pay"] == weeks["job_pay"]).all()


def test_at_the_break_even_spending_the_burn_equals_the_emission() -> None:
    found = render.epochs("2025-10-22")
    need = render.break_even(found, [2.0, 4.0], 0.5)
    burned = (need * found.payment.burn_share).div(need.index, axis=0)
    last = found.weeks.iloc[-1]
    for _, row in burned.iterrows():
        assert row.tolist() == pytest.approx([last["scheduled"], last["scheduled"] / 2, last["node_pay"]])


def test_later_spending_is_the_burn_at_prices_of_its_months():
    """10.3 thousand RENDER a week at 1.6 to 2.0 USD, of which 95% burns: 17 to 22 thousand USD."""
    later = render.later()
    spent = render.later_spend(later, render.epochs("2025-10-22"))
    assert spent.low <= spent.value <= spent.high
    assert later.a_week * 1.6 / 0.95 < spent.value < later.a_week * 2.2 / 0.95


def test_what_is_minted_by_day_is_the_schedule_of_the_year():
    """RNP-001: 5,905,584 in the second year, a twelfth on the 20th of each month."""
    days = render.minted_daily("2024-12-19", "2025-12-19")
    assert days.sum() == pytest.approx(5_905_584)
    assert set(days[days > 0].index.day) == {20}

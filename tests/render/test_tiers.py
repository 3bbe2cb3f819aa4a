"""Render's tariff against the worked examples of its documents and the epochs that carry hours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.render import tiers

TARIFF = data.parameters(tiers.TierParameters, "2025-06-01")
EUR, BASE = TARIFF.eur_per_credit, TARIFF.obh_per_credit_base


@pytest.mark.parametrize(("tier", "price"), [(1, 0.01), (2, 0.0025), (3, 0.00125)])
def test_price_of_an_octanebench_hour(tier: int, price: float) -> None:
    assert tiers.price_per_obh(TARIFF.multiplier(tier), EUR, BASE) == pytest.approx(price)


def test_an_rtx_2070_costs_half_a_euro_an_hour_in_tier_2() -> None:
    # 100 credits are 50 to 100 hours of one card and 5 to 10 of ten, which puts it at a score of 200
    assert tiers.render_hours(100, 4, [200, 2000], BASE) == pytest.approx([50, 5])
    assert tiers.render_hours(100, 8, [200, 2000], BASE) == pytest.approx([100, 10])
    assert tiers.gpu_hour_price(200, 4, EUR, BASE) == pytest.approx(0.50)
    assert tiers.gpu_hour_price(200, 8, EUR, BASE) == pytest.approx(0.25)


def test_observed_work_a_credit_lies_between_the_tiers_in_use() -> None:
    hours = data.series("render", "octanebench_hours", period_days=7).set_index("date")["value"]
    credits = data.series("render", "rndr_used", period_days=7).set_index("date")["value"].reindex(hours.index)
    # epochs 76 to 88, before the work that was rendered ahead of its billing
    ratio = (hours / credits).iloc[:13]
    # a single epoch is billed a little before or after its work
    assert tiers.tier_work(1, TARIFF.tier2_multiplier, BASE) < ratio.min()
    assert ratio.max() < tiers.tier_work(1, TARIFF.tier3_multiplier, BASE)


@given(st.floats(1e-3, 1e6), st.floats(0.5, 20), st.floats(1, 5000))
def test_a_job_costs_what_its_credits_buy(euros: float, multiplier: float, score: float) -> None:
    work = tiers.tier_work(euros / EUR, multiplier, BASE)
    assert tiers.job_price(work, multiplier, EUR, BASE) == pytest.approx(euros)
    hours = tiers.render_hours(euros / EUR, multiplier, score, BASE)
    assert hours * tiers.gpu_hour_price(score, multiplier, EUR, BASE) == pytest.approx(euros)
    assert tiers.job_obh(score, hours, 1) == pytest.approx(work)


def test_tiers_are_1_to_3_and_shapes_fit() -> None:
    with pytest.raises(ValueError, match=r"tier: 4 given, one of 1, 2, 3 allowed"):
        TARIFF.multiplier(4)
    with pytest.raises(ValueError, match=r"credits, ob_score_total: shapes \(2,\), \(3,\) given"):
        tiers.render_hours([1, 2], 4, [1, 2, 3], BASE)

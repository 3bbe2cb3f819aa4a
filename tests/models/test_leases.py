"""What a lease is paid, in plain arithmetic beside the rules."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from researchlib import data
from researchlib.akash import provider_script
from researchlib.models import leases


def test_a_deposit_lasts_as_many_blocks_as_it_pays_for_and_the_rest_is_owed_since_october_2025() -> None:
    targets = data.parameters(provider_script.ScriptTargets, at="2026-06-01")
    rate = provider_script.generic_script_bid([leases.SERVER], "uact", targets).rate_per_block
    assert rate is not None
    found = leases.paid("2026-06-01", 6.0)
    assert found.blocks == Decimal(500_000) // rate
    late = math.ceil(1.25 * found.blocks)
    newest = found.rules.loc[leases.RULES["fifo_carry"]]
    assert newest["owed"] == pytest.approx(float(rate) * late - 500_000, abs=1)
    assert newest["paid_later"] == pytest.approx(newest["owed"], abs=1)  # a lease that ran dry earns nothing more
    older = found.rules.loc[leases.RULES["prorated_decimal"]]
    assert older["owed"] == 0
    assert (found.rules["drawn"] <= 500_000).all()


def test_drawing_in_every_block_loses_the_fraction_of_a_unit() -> None:
    targets = data.parameters(provider_script.ScriptTargets, at="2026-06-01")
    rate = float(provider_script.generic_script_bid([leases.SERVER], "uact", targets).rate_per_block)
    assert leases.paid("2026-06-01", 6.0).lost == pytest.approx(1 - math.floor(rate) / rate, abs=2e-3)


def test_a_month_is_that_many_blocks() -> None:
    short, long = (leases.paid("2026-06-01", seconds).usd_per_month for seconds in (6.0, 12.0))
    assert short == pytest.approx(2 * long)

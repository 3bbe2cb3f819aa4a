"""io.net's daily step against the schedule and the engine's rules applied one number at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from researchlib import data
from researchlib.ionet import daily, emission, engine, supply

EMISSION = data.parameters(emission.EmissionParameters, "2026-01-01")
CLOCK = data.parameters(supply.CalendarParameters, "2026-01-01")
ENGINE = data.parameters(engine.EngineParameters, "2026-07-01")


def start(paths: int, emitted: float) -> dict[str, np.ndarray]:
    return {"supply": np.full(paths, 500e6 + emitted), "emitted": np.full(paths, emitted), "burned": np.zeros(paths)}


def test_the_schedule_runs_until_the_engine_starts() -> None:
    emitted = supply.emitted_by("2026-05-31T23:00:00Z", EMISSION, CLOCK)
    state = start(2, emitted)
    advance = daily.step("2026-06-01", 30, EMISSION, CLOCK, ENGINE, engine_from="2026-06-11")
    idle = {"earnings": np.zeros(2), "payout": np.zeros(2), "price": np.ones(2)}
    for day in range(1, 31):
        advance(day, state, idle)
    # ten days of the schedule, then an engine without payout
    assert state["emitted"] == pytest.approx(supply.emitted_by("2026-06-10T23:00:00Z", EMISSION, CLOCK), rel=1e-12)
    assert state["supply"] == pytest.approx(500e6 + state["emitted"], rel=1e-12)


def test_without_an_engine_the_schedule_goes_on() -> None:
    state = start(1, 0.0)
    advance = daily.step("2024-06-11", 400, EMISSION, CLOCK, ENGINE, engine_from=None)
    for day in range(1, 401):
        advance(day, state, {})
    assert state["emitted"][0] == pytest.approx(supply.emitted_by("2025-07-15T23:00:00Z", EMISSION, CLOCK), rel=1e-12)


def test_step_equals_the_engine_s_rules_path_by_path() -> None:
    rng = np.random.default_rng(2)
    days, paths = 50, 5
    earnings, payout = rng.uniform(0, 2e5, (2, days, paths))
    price = rng.uniform(0.05, 2, (days, paths))
    # so little is left that some paths run out
    state = start(paths, 297e6)
    advance = daily.step("2026-06-11", days, EMISSION, CLOCK, ENGINE, engine_from="2026-06-11")
    for day in range(1, days + 1):
        advance(day, state, {"earnings": earnings[day - 1], "payout": payout[day - 1], "price": price[day - 1]})
    for path in range(paths):
        emitted, burned = 297e6, 0.0
        for day in range(days):
            epoch = engine.engine_epoch(
                earnings[day, path], payout[day, path], price[day, path], EMISSION.total_emission - emitted, ENGINE
            )
            emitted, burned = emitted + epoch.io_released, burned + epoch.io_burned
        assert state["emitted"][path] == pytest.approx(emitted, rel=1e-12)
        assert state["burned"][path] == pytest.approx(burned, rel=1e-9)
        assert state["supply"][path] == pytest.approx(500e6 + emitted - burned, rel=1e-12)
    assert state["emitted"].max() <= EMISSION.total_emission


def test_nobody_burns_more_than_there_is() -> None:
    state = start(1, 300e6)
    before = state["supply"][0]
    daily.step("2026-06-11", 1, EMISSION, CLOCK, ENGINE, engine_from="2026-06-11")(
        1, state, {"earnings": np.array([1e6]), "payout": np.zeros(1), "price": np.array([1e-6])}
    )
    assert (state["supply"][0], state["burned"][0]) == (0.0, before)


def test_payouts_are_paid_in_tokens_at_the_price() -> None:
    """60 USD at 4 USD a token release 15; of the other 40 USD, half is burned: 5 tokens."""
    state = start(1, 200e6)
    before = {name: float(values[0]) for name, values in state.items()}
    rules = replace(ENGINE, ide_burn_share_min=0.5)
    daily.step("2026-06-11", 1, EMISSION, CLOCK, rules, engine_from="2026-06-11")(
        1, state, {"earnings": np.array([100.0]), "payout": np.array([60.0]), "price": np.array([4.0])}
    )
    changes = {name: float(values[0]) - before[name] for name, values in state.items()}
    assert changes == pytest.approx({"emitted": 15, "burned": 5, "supply": 10}, abs=1e-6)


def test_the_first_month_emits_a_twelfth_of_eight_percent() -> None:
    """500 million tokens, 8% a year: 3.33 million in July 2024, by the monthly schedule, and nothing before."""
    assert supply.emitted_by("2024-06-30T23:00:00Z", EMISSION, CLOCK, schedule="monthly") == 0
    july = supply.emitted_by("2024-07-31T23:00:00Z", EMISSION, CLOCK, schedule="monthly")
    assert july == pytest.approx(500e6 * 0.08 / 12, rel=1e-12)

"""Akash's fleet and the desk, recomputed from the tables in plain pandas and by hand."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from researchlib import data, declared
from researchlib.models import gpu_owners, gpus

FLEET = gpus.fleet("2026-05-24")
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "supply" / "cost_of_supply.ipynb"


def test_fleet_is_the_page_row_by_row() -> None:
    rows = data.load("observations").query("network == 'akash' and source_id == 'gpu_pricing_table_2026_05'")
    value = rows[rows["date"] == "2026-05-24"].set_index("metric")["value"]
    assert FLEET.cards["count"].sum() == 259
    for name, suffix in {"H100": "h100", "RTX 4090": "rtx_4090", "RTX PRO 6000 SE": "rtx_pro_6000_se"}.items():
        total, free = value[f"gpus_total_{suffix}"], value[f"gpus_available_{suffix}"]
        assert FLEET.cards.loc[name, "used"] == pytest.approx(1 - free / total)
    assert FLEET.cards.loc[["H100", "RTX PRO 6000 SE", "RTX PRO 6000 WE"], "bid"].tolist() == [1.25, 1.63, 1.51]


def test_bids_of_a_day_without_its_own_page_are_the_newest_before() -> None:
    cards = gpus.fleet("2026-09-28").cards
    assert cards.loc["H100", ["count", "free", "bid"]].tolist() == [68, 15, 2.71]
    assert cards.loc["H100", "bid_date"] == pd.Timestamp("2026-09-20")
    assert gpus.fleet("2026-07-17").cards.loc["H100", ["bid", "bid_min", "bid_max"]].tolist() == [2.58, 2.01, 3.16]


def test_a_day_without_a_count_by_model_is_refused() -> None:
    with pytest.raises(ValueError, match="day: '2026-05-25' given"):
        gpus.fleet("2026-05-25")


def test_only_models_with_a_street_price_are_priced() -> None:
    specs = data.load("gpu_specs").set_index("gpu_model")["street_usd"]
    assert {"T4", "GTX 1080 Ti", "B300", "RTX 4000 Ada"} == set(FLEET.cards.index) - set(FLEET.priced.index)
    assert (FLEET.priced["usd"] == specs[FLEET.priced["spec"]].to_numpy()).all()


def test_street_prices_lie_between_their_ends_and_are_cited() -> None:
    rows = data.load("gpu_specs").query("street_usd == street_usd")
    assert rows["street_usd"].between(rows["street_low_usd"], rows["street_high_usd"]).all()
    assert (rows["street_source_id"] != "").all()
    assert rows["street_date"].notna().all()


def test_break_even_uses_are_those_an_auditor_computed() -> None:
    """Independent recomputation: H200 54% at a constant price, 73% if it falls 20% a year; RTX 5090 at 3,000: 30%."""
    table = gpu_owners.economics(FLEET.priced, gpu_owners.sites(), decline=0.2)
    assert table.loc["H200", ["even_flat", "even"]].round(2).tolist() == [0.54, 0.73]
    assert table.loc["RTX 5090", "even_flat"].round(2) == 0.30
    assert ((table["worth"] >= 0) == (table["at"] >= table["even"])).all()
    assert ((table["even_low"] <= table["even"]) & (table["even"] <= table["even_high"])).all()


def test_modelled_costs_lie_below_all_three_that_operators_stated() -> None:
    stated = gpus.stated_costs().set_index("gpu_model")["price_usd_per_gpu_hour"]
    found = gpu_owners.against(stated, FLEET.priced, gpu_owners.sites())
    assert found["ratio"].round(2).to_dict() == {"H100": 0.99, "H200": 0.84, "A100": 0.88}


def test_present_value_of_an_h100_by_hand() -> None:
    table = gpu_owners.economics(FLEET.priced, gpu_owners.sites(), use=0.5, decline=0.2)
    years = np.arange(1, 5)
    price, watts = 25_000 * 1.25, 700 * 1.35
    kwh = 1.56 * (0.3 + 0.5 * 0.7) * watts / 1000 * 8766
    running = 0.09 * kwh + 12 * 184 * watts / 1000 + 0.03 * price
    income = 0.5 * 8766 * 1.25 * 0.8 ** (years - 1)
    worth = ((income - running) / 1.1**years).sum() - price * (1 - 0.15 / 1.1**4)
    assert table.loc["H100", "worth"] == pytest.approx(worth)


def test_power_that_an_owned_card_bears_is_the_bid_over_its_extra_draw() -> None:
    found = gpu_owners.idle_electricity(FLEET.cards, gpu_owners.sites())
    assert found.loc["RTX 4060 Ti", "bears"] == pytest.approx(0.04 / (0.160 * 1.35 * 0.7))


def test_half_of_the_gpus_is_reached_at_the_weighted_median() -> None:
    table = pd.DataFrame({"count": [1, 6, 3], "even": [0.2, 0.9, 0.5]})
    assert gpu_owners.use_for_half(table, "even") == 0.9


def test_assumptions_of_the_desk_are_those_of_the_notebook() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    cell = next("".join(each["source"]) for each in cells if "parameters" in each["metadata"].get("tags", ()))
    defaults = {name: each.default for name, each in declared.declarations(cell).items()}
    for name, parameter in inspect.signature(gpu_owners.sites).parameters.items():
        assert parameter.default == defaults[name]
    assert inspect.signature(gpus.break_even).parameters["decline"].default == defaults["price_decline"]


def test_capacity_is_the_budget_over_the_price() -> None:
    reply = gpus.capacity(budget_usd=10e6, model="H100")
    akash = reply.table.set_index("network").loc["Akash"]
    assert akash["gpu_years"] == pytest.approx(10e6 / 2.71 / 8766)
    assert akash["gpu_years_low"] <= akash["gpu_years"] <= akash["gpu_years_high"]
    assert akash[["listed", "free"]].tolist() == [68, 15]
    assert "Not known: a price of H100 by the hour on Render." in str(reply)
    assert set(akash[["source_id"]]) <= set(reply.sources()["source_id"])


def test_the_desk_says_from_which_use_a_card_pays() -> None:
    reply = gpus.break_even(model="H100", price_usd=2.69)
    found = reply.table.set_index("what")["value"]
    assert found[["use", "use_flat"]].round(2).tolist() == [0.72, 0.54]
    assert found["use_low"] <= found["use"] <= found["use_high"]
    assert "H100 SXM 80GB" in gpus.resolved("H100")


def test_the_desk_says_what_is_not_known() -> None:
    assert str(gpus.break_even(model="T4")) == "Not known: what a card of the model T4 costs to buy."
    assert gpus.break_even(model="T4").sources().empty


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: gpus.capacity(budget_usd=-1, model="H100"), "budget_usd: -1 given"),
        (lambda: gpus.capacity(budget_usd=1, model="H1000"), "model: 'H1000' given"),
        (lambda: gpus.break_even(model="GB300"), "model: 'GB300' given"),
        (lambda: gpus.break_even(model="H100", place="moon"), "place: 'moon' given"),
    ],
)
def test_bad_questions_are_refused_in_their_own_names(call, said) -> None:
    with pytest.raises(ValueError, match=said):
        call()

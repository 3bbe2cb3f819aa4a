"""A parameters cell declares what each parameter may be, and values outside are refused in the parameter's name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib import data, declared
from researchlib.data.limits import limit

CELL = """\
%matplotlib inline
utilisation: float = 0.35  # hours sold over hours there are | fraction | 0.02 to 1 | fact: a_page
as_of: str = "2024-05-01"  # day of the forecast | date | 2023-03-20 to {newest bittensor total_issuance} | choice
recycling: str = "history"  # how it goes on | TAO a day | one of history, none or 0 to 7200 | assumption
models: str = "H100 SXM 80GB, T4"  # drawn | names | some of {gpu_models} | choice
draws: int = 400  # sets drawn | count | 50 to 5000 | choice
net: bool = True  # of fees | flag | true or false | assumption
!ls
x = = 3
plain: float = 1.5  # no fields
"""
DECLARED = declared.declarations(CELL)


def test_lines_that_are_python_declare_and_others_are_passed_over() -> None:
    assert list(DECLARED) == ["utilisation", "as_of", "recycling", "models", "draws", "net", "plain"]
    first = DECLARED["utilisation"]
    assert (first.meaning, first.unit, first.basis) == ("hours sold over hours there are", "fraction", "fact: a_page")
    assert (DECLARED["plain"].meaning, DECLARED["plain"].allowed) == ("no fields", "")


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("utilisation", [0.02, 1.0, 1], [0.01, 1.01]),
        ("as_of", ["2023-03-20", "2024-02-29"], ["2023-03-19", "2300-01-01", "no date", "2024-13-01"]),
        ("recycling", ["history", "none", "0", "7200", "12.5"], ["-1", "7200.1", "nothing"]),
        ("models", ["T4", "T4,H100 SXM 80GB"], ["", "H100", "T4, no such card"]),
        ("draws", [50, 5000], [49, 5001]),
        ("net", [True, False], []),
        ("plain", [-1e9], []),
    ],
)
def test_what_is_allowed_passes_and_what_is_not_is_refused_by_name(name, inside, outside) -> None:
    for value in inside:
        declared.check(DECLARED, {name: value})
    for value in outside:
        with pytest.raises(ValueError, match=f"^{name}: .* given, .* allowed$"):
            declared.check(DECLARED, {name: value})


def test_all_bad_values_are_refused_at_once_and_another_type_too() -> None:
    with pytest.raises(ValueError, match="(?s)utilisation: 2.0 given.*draws: 2.5 given, a value of type int allowed"):
        declared.check(DECLARED, {"utilisation": 2, "draws": 2.5, "elsewhere": "passes"})


def test_limits_in_braces_follow_the_tables() -> None:
    rows = data.load("observations")
    issued = rows[(rows["network"] == "bittensor") & (rows["metric"] == "total_issuance")]
    assert limit("newest bittensor total_issuance") == f"{issued['date'].max():%Y-%m-%d}"
    measured = data.load("observations").query("status == 'measured'")["date"].max()
    assert limit("month_of_newest") == f"{pd.Period(measured, 'M').end_time:%Y-%m-%d}"
    assert limit("oldest bittensor total_issuance") == f"{issued['date'].min():%Y-%m-%d}"
    assert "2026-05-24" in limit("dates akash gpus_total_*")
    counted = rows[(rows["network"] == "akash") & rows["metric"].isin(["gpus_total_h100", "gpus_total_t4"])]
    assert limit("fleet_days") == [f"{day:%Y-%m-%d}" for day in sorted(counted["date"].unique())]
    assert limit("last_day ionet emission_base") == "2026-06-10"  # the engine took over on 11 June 2026
    assert limit("share_rules")[0] == "in_force"
    assert limit("share_rules")[-1] == "price_burn_gate_rank"
    table = data.load("subnets")
    assert limit("subnet_days") == sorted(table["date"].dt.strftime("%Y-%m-%d").unique())
    assert "2026-07-31" not in limit("subnet_days tao_in_pool")
    assert limit("last_subnet") == str(table["netuid"].max())
    assert 0 <= 1000 * table["tao_in_pool"].min() - float(limit("largest_swap")) < 1000
    with pytest.raises(ValueError, match="'no_column' given, a column of the table subnets allowed"):
        limit("subnet_days no_column")
    with pytest.raises(ValueError, match="no row of akash nonsense"):
        limit("newest akash nonsense")
    with pytest.raises(ValueError, match="one of newest"):
        limit("tomorrow")


def test_the_last_complete_epoch_is_the_last_whose_exchange_rate_is_one() -> None:
    """In its last snapshot the burn file holds a week of 29 October 2025 that was still running."""
    assert limit("complete_epoch") == "2025-10-22"
    assert limit("parameter ionet ide_live") == "2026-06-11"
    with pytest.raises(ValueError, match="no value of ionet nonsense"):
        limit("parameter ionet nonsense")


@pytest.mark.parametrize("name", [name for name, each in DECLARED.items() if each.allowed])
def test_ends_and_draws_are_allowed_and_what_lies_beyond_is_not(name) -> None:
    each = DECLARED[name]
    rng = np.random.default_rng(1)
    for value in [*each.ends(), *(each.draw(rng) for _ in range(50))]:
        declared.check(DECLARED, {name: value})
    for value in each.beyond():
        with pytest.raises(ValueError, match=name):
            declared.check(DECLARED, {name: value})
    assert each.ends()
    assert each.beyond() or each.type == "bool"


def test_a_range_that_is_none_is_told() -> None:
    bad = declared.declarations("x: float = 1.0  # a | b | from here to there | choice")["x"]
    with pytest.raises(ValueError, match="x: 'from here to there' declares no range"):
        bad.ends()


def test_limits_of_prices_follow_the_table() -> None:
    rows = data.load("gpu_prices")
    assert (limit("first_price"), limit("last_price")) == tuple(
        f"{day:%Y-%m-%d}" for day in rows["date"].agg(["min", "max"])
    )
    venues = limit("venues")
    assert venues[0] == ""
    assert set(venues[1:]) == set(rows.loc[rows["venue_kind"] != "index", "venue"])


def test_limits_of_subnets_are_days_and_numbers_with_a_price() -> None:
    rows = data.load("subnets")
    rows = rows[rows["alpha_price_tao"] > 0]
    assert limit("subnet_days alpha_price_tao") == sorted(rows["date"].dt.strftime("%Y-%m-%d").unique())
    assert limit("last_subnet") == str(max(rows["netuid"]))

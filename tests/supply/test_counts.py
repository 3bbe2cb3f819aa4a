"""Kinds of count are never mixed, conflicts stay visible, and no GPU is counted twice."""

from __future__ import annotations

import pandas as pd
import pytest

from researchlib.supply import counts

KINDS = {"gpus_explorer_total": "announced", "gpus_explorer_constant": "announced", "gpus_verified": "verified"}


def test_kinds_stay_apart_and_conflicts_visible() -> None:
    readings = pd.DataFrame(
        [
            ("gpus_verified", "2024-05-02", 0, "c"),
            ("gpus_explorer_total", "2024-04-27", 564306, "a"),
            ("gpus_explorer_constant", "2024-04-27", 69415, "a"),
            ("gpus_verified", "2024-04-27", 12000, "b"),
            ("gpus_verified", "2024-04-27", 12000, "a"),
        ],
        columns=["metric", "date", "value", "source_id"],
    )
    table = counts.counts_by_kind(readings, KINDS)
    assert table.columns.tolist() == ["date", "kind", "low", "high", "readings", "conflict", "metrics", "sources"]
    april, may = pd.Timestamp("2024-04-27"), pd.Timestamp("2024-05-02")
    assert table.to_numpy().tolist() == [
        [april, "announced", 69415, 564306, 2, True, "gpus_explorer_constant, gpus_explorer_total", "a"],
        [april, "verified", 12000, 12000, 2, False, "gpus_verified", "a, b"],
        [may, "verified", 0, 0, 1, False, "gpus_verified", "c"],
    ]


def test_a_metric_without_a_kind_is_refused() -> None:
    readings = pd.DataFrame({"metric": ["gpus"], "date": ["2024-04-27"], "value": [1], "source_id": ["a"]})
    with pytest.raises(ValueError, match="metric: 'gpus' given, one of gpus_explorer_total"):
        counts.counts_by_kind(readings, KINDS)


def test_own_share_is_what_partners_leave() -> None:
    table = counts.split_by_origin(7600, {"render": 1180, "filecoin": 420})
    assert table["count"].to_dict() == {"own": 6000, "render": 1180, "filecoin": 420}
    assert table["share"].sum() == pytest.approx(1)


def test_own_share_is_unknown_when_a_partner_is() -> None:
    table = counts.split_by_origin(1000, {"render": 300, "filecoin": None})
    assert table["count"].isna().to_dict() == {"own": True, "render": False, "filecoin": True}
    assert table.loc["filecoin", "at_most"] == 700


def test_partners_cannot_exceed_the_total() -> None:
    with pytest.raises(ValueError, match="1180 GPUs given, at most the total of 320 allowed"):
        counts.split_by_origin(320, {"render": 1180})


def test_a_lent_gpu_counts_once() -> None:
    listings = pd.DataFrame(
        [
            ("render", "render", 2000),
            ("ionet", "render", 700),
            ("ionet", "ionet", 9000),
            ("ionet", "filecoin", 400),
            ("akash", "filecoin", 100),
        ],
        columns=["listed_by", "origin", "count"],
    )
    table = counts.supply_by_origin(listings)
    assert table.loc["render", ["low", "high"]].tolist() == [2000, 2000]
    assert table.loc["filecoin", ["low", "high"]].tolist() == [400, 500]
    assert table["listed"].sum() == listings["count"].sum()
    assert not table["conflict"].any()


def test_more_lent_than_owned_is_a_visible_conflict() -> None:
    listings = pd.DataFrame(
        [("render", "render", 250), ("ionet", "render", 1180)], columns=["listed_by", "origin", "count"]
    )
    row = counts.supply_by_origin(listings).loc["render"]
    assert (row["low"], row["high"], row["conflict"]) == (250, 1180, True)


def test_an_equal_loan_is_no_conflict_and_none_lists_nothing() -> None:
    listings = pd.DataFrame(
        [("a", "a", 5), ("b", "a", 5), ("b", "b", 0), ("a", "c", 0), ("b", "c", 3)],
        columns=["listed_by", "origin", "count"],
    )
    table = counts.supply_by_origin(listings)
    assert table["conflict"].tolist() == [False, False, False]
    assert table[["low", "high", "listed"]].to_numpy().tolist() == [[5, 5, 10], [0, 0, 0], [3, 3, 3]]


def test_partners_may_make_up_the_whole_and_a_network_may_be_empty() -> None:
    whole = counts.split_by_origin(10, {"a": 10})
    assert whole["count"].to_dict() == {"own": 0, "a": 10}
    assert whole["share"].to_dict() == {"own": 0, "a": 1}
    assert counts.split_by_origin(1, {"a": 1})["share"].tolist() == [0, 1]
    assert counts.split_by_origin(0, {"a": 0})["share"].isna().all()


def test_a_count_below_0_is_refused() -> None:
    reading = {"metric": "gpus_verified", "date": "2024-04-27", "value": [-0.5], "source_id": "a"}
    with pytest.raises(ValueError, match="value: -0.5 given"):
        counts.counts_by_kind(pd.DataFrame(reading), KINDS)
    with pytest.raises(ValueError, match="count: -0.5 given"):
        counts.supply_by_origin(pd.DataFrame({"listed_by": "a", "origin": ["a"], "count": -0.5}))
    with pytest.raises(ValueError, match="a: -0.5 given"):
        counts.split_by_origin(5, {"a": -0.5})


def test_a_pair_listed_twice_is_refused() -> None:
    listings = pd.DataFrame([("a", "a", 1), ("a", "a", 2)], columns=["listed_by", "origin", "count"])
    with pytest.raises(ValueError, match="given twice"):
        counts.supply_by_origin(listings)

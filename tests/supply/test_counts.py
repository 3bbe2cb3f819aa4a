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

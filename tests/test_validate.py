"""Checks at the door: what each lets through, what it refuses, and how it says so."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from researchlib import _validate as check


@pytest.mark.parametrize("value", [math.inf, np.float64(math.inf)])
def test_infinity_passes_only_where_it_is_meant(value: float) -> None:
    assert check.number("x", value, minimum=0, infinite=True) == math.inf
    assert check.array("x", [1.0, value], infinite=True).tolist() == [1.0, math.inf]
    with pytest.raises(ValueError, match=r"^x: .*inf.* given, a finite number >= 0 allowed$"):
        check.number("x", value, minimum=0)
    with pytest.raises(ValueError, match=r"^x: .*inf.* given, finite numbers allowed$"):
        check.array("x", [1.0, value])


@pytest.mark.parametrize("value", [-math.inf, math.nan, 10**400, "inf", None])
def test_infinity_allowed_lets_nothing_else_through(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^x: .* given, a finite number or infinity allowed$"):
        check.number("x", value, infinite=True)
    with pytest.raises(ValueError, match=r"^x: "):
        check.array("x", [value], infinite=True)


def test_shapes_that_do_not_broadcast_are_named() -> None:
    check.broadcast(a=np.ones(3), b=np.ones((2, 1)), c=np.float64(1))
    with pytest.raises(ValueError, match=r"^a, b: shapes \(3,\), \(2,\) given, ones that broadcast together allowed$"):
        check.broadcast(a=np.ones(3), b=np.ones(2))


@pytest.mark.parametrize(
    "values",
    [
        ["2024-01-31", "2024-02-29"],
        (datetime.date(2024, 1, 31), datetime.date(2024, 2, 29)),
        pd.Series(pd.to_datetime(["2024-01-31", "2024-02-29"])),
        pd.DatetimeIndex(["2024-01-31", "2024-02-29"]),
        np.array(["2024-01-31", "2024-02-29"], dtype="datetime64[D]"),
    ],
)
def test_dates_come_in_many_forms(values: Any) -> None:
    days = check.dates("x", values)
    assert [day.isoformat() for day in days] == ["2024-01-31T00:00:00", "2024-02-29T00:00:00"]


@pytest.mark.parametrize(
    "values",
    [
        None,
        5,
        "2024-01-31",
        [1, 2],
        ["2024-01-31", 5],
        ["2024-01-31", None],
        ["2024-02-30"],
        ["0001-01-01"],
        ["9999-12-31"],
        [["2024-01-31"], []],
        object(),
    ],
)
def test_what_is_no_date_is_refused_by_name(values: Any) -> None:
    with pytest.raises(ValueError, match=r"^x: .* given, dates or their texts YYYY-MM-DD allowed$"):
        check.dates("x", values)


def test_too_few_dates_are_counted() -> None:
    assert len(check.dates("x", [])) == 0
    with pytest.raises(ValueError, match=r"^x: 1 date\(s\) given, at least 2 needed$"):
        check.dates("x", ["2024-01-31"], min_size=2)


def test_whole_numbers_pass_as_integers_whatever_their_type() -> None:
    for values in ([1, 2], (1.0, 2.0), np.array([1, 2], dtype=np.uint8), pd.Series([1, 2], dtype="Int64")):
        found = check.whole("x", values, minimum=1, maximum=2)
        assert found.dtype == np.int64
        assert found.tolist() == [1, 2]


@pytest.mark.parametrize("value", [0, 3, 1.5, math.nan, math.inf, 2**53 + 2, "1", None])
def test_what_is_no_whole_number_within_bounds_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^x: "):
        check.whole("x", [1, value], minimum=1, maximum=2 if value == 3 else None)


def test_a_missing_value_passes_only_where_it_is_meant() -> None:
    assert np.isnan(check.array("x", [1.0, math.nan], minimum=0, missing=True)).tolist() == [False, True]
    for bad in (-1.0, math.inf):
        with pytest.raises(ValueError, match=r"^x: .* given, finite numbers >= 0 allowed$"):
            check.array("x", [bad, math.nan], minimum=0, missing=True)


def test_lengths_that_differ_are_named() -> None:
    check.same_length(a=[1, 2], b=(3, 4), c=np.zeros(2))
    with pytest.raises(ValueError, match=r"^a, b: 2, 1 value\(s\) given, equal lengths needed$"):
        check.same_length(a=[1, 2], b=[3])


def test_too_short_a_collection_is_counted() -> None:
    check.sequence("x", [1], int, min_size=1)
    with pytest.raises(ValueError, match=r"^x: 0 value\(s\) given, at least 1 needed$"):
        check.sequence("x", [], int, min_size=1)
    with pytest.raises(ValueError, match=r"^x: 1 value\(s\) given, at least 2 needed$"):
        check.mapping("x", {"a": 1}, int, min_size=2)


def test_what_a_collection_may_hold_is_named() -> None:
    check.sequence("x", [1, np.int64(2)], int)
    check.mapping("x", {"a": 1, "b": "c"})
    with pytest.raises(ValueError, match=r"^x: 'c' given at 1, a sequence of int or float allowed$"):
        check.sequence("x", [1, "c"], (int, float))
    with pytest.raises(ValueError, match=r"^x: 'c' given for 'b', a mapping to int allowed$"):
        check.mapping("x", {"a": 1, "b": "c"}, int)
    for wrong in ([1], "a", 5):
        with pytest.raises(ValueError, match=r"^x: .* given, a mapping allowed$"):
            check.mapping("x", wrong)

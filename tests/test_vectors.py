"""Every vector of the protocols' own tests and schedules, run against the rule that implements its mechanism.

The vectors are the JSON files of the folder that ``RESEARCHLIB_VECTORS`` names (default: ``tests/vectors``). Adapters
in ``tests/adapters/`` map a mechanism to our function: a dict of inputs in, a dict of outputs out. A mechanism without
an adapter fails.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("RESEARCHLIB_VECTORS", HERE / "vectors"))


def _vectors() -> list[dict[str, Any]]:
    files = sorted(FOLDER.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"no vector files (*.json) in {FOLDER}")
    return [vector for path in files for vector in json.loads(path.read_text(encoding="utf-8"))]


def _exact(value: Any) -> Fraction:
    return Fraction(Decimal(value)) if isinstance(value, (str, Decimal)) else Fraction(value)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        try:
            return Decimal(value).is_finite()
        except ArithmeticError:
            return False
    return not isinstance(value, bool) and isinstance(value, (int, float, Decimal, Fraction))


def _spread(blocks: list[dict[str, Any]], length: int) -> list[Any]:
    """Return the vector that blocks of equal values stand for: 0 (or false) outside them."""
    empty = False if any(isinstance(block["value"], bool) for block in blocks) else 0
    vector: list[Any] = [empty] * length
    for block in blocks:
        first, last = block["uids"]
        vector[first : last + 1] = [block["value"]] * (last + 1 - first)
    return vector


def assert_matches(expected: Any, actual: Any, tolerance: float, where: str = "result") -> None:
    """Compare what the vector names; numbers within the absolute tolerance, everything else exactly."""
    if isinstance(expected, str) and isinstance(actual, str) and expected == actual:
        return  # a hexadecimal address may look like a number of any size
    if isinstance(expected, dict) and expected.keys() == {"blocks"} and isinstance(actual, list):
        expected = _spread(expected["blocks"], len(actual))
    if isinstance(expected, dict):
        assert isinstance(actual, dict), f"{where}: {actual!r} is not a mapping"
        for key, value in expected.items():
            assert key in actual, f"{where}.{key} is missing; there are {sorted(actual)}"
            assert_matches(value, actual[key], tolerance, f"{where}.{key}")
    elif isinstance(expected, list) and isinstance(actual, dict):  # a sparse matrix: entries of row, column, value
        for *index, value in expected:
            assert_matches(value, actual.get(tuple(index), 0), tolerance, f"{where}{index}")
    elif isinstance(expected, list):
        actual = list(actual)
        assert len(actual) == len(expected), f"{where}: {len(actual)} entries, {len(expected)} expected"
        for index, (value, got) in enumerate(zip(expected, actual, strict=True)):
            assert_matches(value, got, tolerance, f"{where}[{index}]")
    elif _is_number(expected):
        if hasattr(actual, "item"):  # a NumPy scalar
            actual = actual.item()
        assert _is_number(actual), f"{where}: {actual!r} is not a number, {expected!r} expected"
        difference = abs(_exact(expected) - _exact(actual))
        assert difference <= _exact(tolerance), f"{where}: {actual!r}, {expected!r} +- {tolerance} expected"
    else:
        actual = actual.item() if hasattr(actual, "item") else actual
        message = f"{where}: {actual!r}, {expected!r} expected"
        assert type(actual) is type(expected), message
        assert actual == expected, message


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["id"]) for vector in _vectors()])
def test_vector(vector: dict[str, Any], adapters: dict[str, Any]) -> None:
    mechanism = vector["mechanism"]
    assert mechanism in adapters, f"no adapter for the mechanism {mechanism!r}; there are {', '.join(sorted(adapters))}"
    actual = adapters[mechanism](vector["input"])
    assert_matches(vector["expected"], actual, vector.get("tolerance") or 0)


@pytest.mark.parametrize(
    ("expected", "actual", "tolerance"),
    [
        (1, 2, 0.5),
        ("0.1", "0.2", 0),
        (True, 1, 0),
        (None, 0, 0),
        ({"a": 1}, {"b": 1}, 0),
        ([1, 2], [1], 0),
        ([[0, 1, 5]], {(0, 1): 6}, 0),
        ([[0, 1, 5]], {}, 0),
        ({"blocks": [{"uids": [1, 2], "value": 5}]}, [0, 5, 6], 0),
        ({"blocks": [{"uids": [1, 1], "value": True}]}, [True, True], 0),
        ("error_name", "other", 0),
        (1, float("nan"), 0),
    ],
)
def test_comparison_finds_differences(expected: Any, actual: Any, tolerance: float) -> None:
    with pytest.raises((AssertionError, ValueError)):
        assert_matches(expected, actual, tolerance)

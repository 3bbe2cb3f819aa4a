"""The guard of the benchmarks: what it flags and what it records."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the shared module of the benchmarks, with 100 and 2 recorded for a benchmark named demo."""
    spec = importlib.util.spec_from_file_location("measure", FOLDER / "measure.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "measure", module)  # dataclasses and named tuples look their module up
    spec.loader.exec_module(module)
    recorded = tmp_path / "ratios.json"
    recorded.write_text(json.dumps({"demo": {"faster": 100, "cost": 2}, "other": {"x": 1}}))
    monkeypatch.setattr(module, "RECORDED", recorded)
    monkeypatch.delenv("BENCH_RECORD", raising=False)
    return module


def _recorded(measure: ModuleType) -> dict[str, dict[str, float]]:
    return json.loads(measure.RECORDED.read_text())


# a tolerance of 1.5: 100 may fall to 66.7, and 2 may rise to 3
@pytest.mark.parametrize(
    ("value", "before", "said"),
    [
        (100, 100, ""),
        (67, 100, ""),
        (66, 100, "worse than recorded"),
        (500, 100, ""),
        (49, 50, "misses its aim"),
        (50, None, ""),
        (49, None, "misses its aim"),
        (math.nan, 100, "misses its aim"),
    ],
)
def test_more_is_better_where_at_least_is_asked(
    measure: ModuleType, value: float, before: float | None, said: str
) -> None:
    assert measure.TOLERANCE == 1.5
    assert measure.verdict(measure.Ratio("r", value, at_least=50), before) == said


@pytest.mark.parametrize(
    ("value", "before", "said"),
    [
        (2, 2, ""),
        (2.9, 2, ""),
        (3.1, 2, "worse than recorded"),
        (0.1, 2, ""),
        (5.1, 5, "misses its aim"),
        (5, None, ""),
        (math.nan, 2, "misses its aim"),
    ],
)
def test_less_is_better_where_at_most_is_asked(
    measure: ModuleType, value: float, before: float | None, said: str
) -> None:
    assert measure.verdict(measure.Ratio("r", value, at_most=5), before) == said


@pytest.mark.parametrize("aims", [{}, {"at_least": 1, "at_most": 2}])
def test_a_ratio_needs_one_aim(measure: ModuleType, aims: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="r: one of at_least and at_most needed"):
        measure.verdict(measure.Ratio("r", 1.5, **aims), None)


def test_a_recorded_ratio_that_was_not_measured_is_amiss_unless_a_part_was_asked_for(measure: ModuleType) -> None:
    ratios = [measure.Ratio("faster", 100, at_least=50)]
    before = {"faster": 100.0, "cost": 2.0}
    assert measure.compared(ratios, before) == {"faster": "", "cost": "not measured"}
    assert measure.compared(ratios, before, partial=True) == {"faster": ""}
    with pytest.raises(ValueError, match="every name once"):
        measure.compared(ratios * 2, before)


def test_good_ratios_pass_and_leave_the_record_alone(measure: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    before = measure.RECORDED.read_bytes()
    measure.conclude("demo", [measure.Ratio("faster", 1234.4, at_least=50), measure.Ratio("cost", 1.5, at_most=5)])
    assert measure.RECORDED.read_bytes() == before
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["faster", "1,234", "100", "at", "least", "50", "good"] in lines
    assert ["cost", "1.5", "2", "at", "most", "5", "good"] in lines


def test_a_ratio_that_fell_ends_with_an_error(measure: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"demo: 1 ratio\(s\) amiss"):
        measure.conclude("demo", [measure.Ratio("faster", 60, at_least=50), measure.Ratio("cost", 2, at_most=5)])


def test_recording_replaces_a_benchmark_and_merges_a_part(measure: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_RECORD", "1")
    measure.conclude("demo", [measure.Ratio("faster", 123.456, at_least=50)], partial=True)
    assert _recorded(measure) == {"demo": {"faster": 123, "cost": 2}, "other": {"x": 1}}
    measure.conclude("new", [measure.Ratio("cost", 0.123456, at_most=5)])
    assert _recorded(measure)["new"] == {"cost": 0.123}
    with pytest.raises(SystemExit):  # what is gone is said once
        measure.conclude("demo", [measure.Ratio("cost", 2, at_most=5)])
    assert _recorded(measure)["demo"] == {"cost": 2}


def test_medians_come_from_rounds_in_which_sides_take_turns(measure: ModuleType) -> None:
    turns: list[str] = []
    readings = {"a": iter([5.0, 1.0, 2.0]), "b": iter([10.0, 30.0, 20.0])}

    def side(name: str) -> float:
        turns.append(name)
        return next(readings[name])

    assert measure.medians(3, {"a": lambda: side("a"), "b": lambda: side("b")}) == {"a": 2.0, "b": 20.0}
    assert turns == ["a", "b"] * 3


def test_a_table_lines_up_and_returns_its_rows(measure: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("ab", 1234, 0.5), ("c", None, 12.25)]
    assert measure.table({"name": "<6", "count": "3,", "took": "7.2f"}, iter(rows)) == rows
    assert capsys.readouterr().out.splitlines() == [
        "name    count     took",
        "ab      1,234     0.50",
        "c                12.25",
    ]
    with pytest.raises(ValueError, match="'.2f' given for 'took'"):
        measure.table({"took": ".2f"}, [])


def test_what_is_recorded_belongs_to_a_benchmark() -> None:
    names = {path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py")}
    kept = json.loads((FOLDER / "ratios.json").read_text(encoding="utf-8"))
    assert kept
    assert kept.keys() <= names
    assert all(value > 0 for ratios in kept.values() for value in ratios.values())

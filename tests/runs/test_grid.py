from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.runs import grid
from researchlib.runs.notebook import Parameter

DECLARED = {
    "n": Parameter("n", "int", 3, ""),
    "rate": Parameter("rate", "float", 0.5, ""),
    "as_of": Parameter("as_of", "str", "2024-05-01", ""),
    "label": Parameter("label", "str", "a", ""),
}
AXES = st.dictionaries(
    st.sampled_from("abcd"), st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True), min_size=1
)


@given(AXES)
@settings(max_examples=50, deadline=None)
def test_product_is_every_combination_once(axes: dict[str, list[int]]) -> None:
    found = [tuple(run.values()) for run in grid.runs(axes)]
    assert found == list(itertools.product(*axes.values()))


@given(AXES, st.integers(0, 5), st.data())
@settings(max_examples=50, deadline=None)
def test_sample_is_part_of_the_product_and_follows_its_seed(
    axes: dict[str, list[int]], seed: int, data: st.DataObject
) -> None:
    everything = grid.runs(axes)
    size = data.draw(st.integers(1, len(everything)))
    sample = grid.runs(axes, sample=size, seed=seed)
    assert sample == [run for run in everything if run in sample]
    assert len(sample) == size
    assert sample == grid.runs(axes, sample=size, seed=seed)


def test_a_sample_of_a_vast_product_is_drawn_without_listing_it() -> None:
    axes = {name: list(range(10**4)) for name in "abcde"}
    assert len(grid.runs(axes, sample=20)) == 20


def test_zip_takes_values_together_and_repeats_a_single_one() -> None:
    assert grid.runs({"a": [1, 2], "b": [7]}, together=True) == [{"a": 1, "b": 7}, {"a": 2, "b": 7}]
    with pytest.raises(ValueError, match="a has 2, b has 3"):
        grid.runs({"a": [1, 2], "b": [1, 2, 3]}, together=True)


def test_a_value_given_twice_is_run_once() -> None:
    assert grid.runs({"a": [1, 1, 2]}) == [{"a": 1}, {"a": 2}]


def test_too_many_runs_and_too_large_a_sample_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 1000000 allowed"):
        grid.runs({name: list(range(1001)) for name in "ab"})
    with pytest.raises(ValueError, match="sample: 3 given, 1 to 2"):
        grid.runs({"a": [1, 2]}, sample=3)


def test_file_gives_values_lists_and_ranges(tmp_path: Path) -> None:
    path = tmp_path / "grid.yaml"
    path.write_text("n: {from: 1, to: 7, step: 3}\nrate: {from: 0, to: 0.3, step: 0.1}\nas_of: [2024-05-01, 'x']\n")
    axes, sets = grid.from_file(path, DECLARED)
    assert sets is None
    assert axes == {"n": [1, 4, 7], "rate": [0.0, 0.1, 0.2, 0.3], "as_of": ["2024-05-01", "x"]}
    path.write_text("rate: [1e-3, 5, 1E2]\nas_of: [2024-05-01, 1e-3, no]\n")
    assert grid.from_file(path, DECLARED)[0] == {"rate": [0.001, 5.0, 100.0], "as_of": ["2024-05-01", "1e-3", "no"]}
    path.write_text("n: 4\n")
    assert grid.from_file(path, DECLARED) == ({"n": [4]}, None)


def test_file_gives_whole_parameter_sets(tmp_path: Path) -> None:
    path = tmp_path / "grid.yaml"
    path.write_text("- {n: 1, rate: 2}\n- {n: 5}\n")
    assert grid.from_file(path, DECLARED) == ({}, [{"n": 1, "rate": 2.0}, {"n": 5}])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n: [1, x]", "n: 'x' given, a whole number"),
        ("m: [1]", "'m' is no parameter"),
        ("n: []", "n: no value"),
        ("n: {from: 1}", "numbers for from, to and step"),
        ("n: {from: 1, to: 0, step: 1}", "from <= to"),
        ("rate: {from: 0, to: .inf, step: 1}", "'.inf' given, a finite number"),
        ("n: {from: 0, to: 9000000, step: 1}", "at most"),
        *(("- 1", "a mapping of parameters"), ("just text", "a mapping of parameters"), ("n: [1", "cannot be read")),
        ("n: !!python/object/apply:os.system ['true']", "cannot be read"),
        ("", "a mapping of parameters"),
        ("n: 1\nrate: 1\nn: 2", "'n' is given twice"),
        ("- {n: 1, n: 1}", "'n' is given twice"),
        ("label: null", "label: None given, a text"),
        ("label: {from: 1, to: 2, step: 1}", "numbers for from, to and step"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "grid.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        grid.from_file(path, DECLARED)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="grid: .* cannot be read"):
        grid.from_file(tmp_path / "none.yaml", DECLARED)


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        *(("as_of", '"a, b",c', ["a, b", "c"]), ("as_of", '"a ""b"""', ['a "b"']), ("as_of", "1:8:1", ["1:8:1"])),
        *(("n", "1:8:3", [1, 4, 7]), ("rate", "0:0.3:0.1,1", [0.0, 0.1, 0.2, 0.3, 1.0])),
    ],
)
def test_a_command_line_quotes_as_csv_does_and_counts(name: str, text: str, values: list[object]) -> None:
    assert grid.from_texts([(name, text)], DECLARED) == {name: values}


@pytest.mark.parametrize(
    ("name", "text"), [("as_of", '"a'), ("n", "1:2"), ("n", "1:x:1"), ("n", "3:1:1"), ("n", "1:2:0")]
)
def test_a_bad_list_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: .* (allowed|needed)"):
        grid.from_texts([(name, text)], DECLARED)


def test_texts_are_split_at_commas() -> None:
    assert grid.from_texts([("n", "1,2"), ("as_of", "x,y")], DECLARED) == {"n": [1, 2], "as_of": ["x", "y"]}
    with pytest.raises(ValueError, match="given twice"):
        grid.from_texts([("n", "1"), ("n", "2")], DECLARED)
    with pytest.raises(ValueError, match="no parameter"):
        grid.from_texts([("m", "1")], DECLARED)

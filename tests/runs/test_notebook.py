from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from researchlib.runs import identity, notebook
from researchlib.runs.notebook import Parameter

SHARE = "share: float = 0.5  # a share | fraction | 0 to 1 | choice"
DECLARED = {
    "n": Parameter("n", "int", 3, "count"),
    "rate": Parameter("rate", "float", 0.5, ""),
    "label": Parameter("label", "str", "a", ""),
    "big": Parameter("big", "bool", False, ""),
}


def test_parameters_are_those_papermill_finds(doubling: Path) -> None:
    ours = notebook.parameters(notebook.load(doubling))
    papermills = papermill.inspect_notebook(str(doubling))
    assert list(ours) == list(papermills)
    for name, found in papermills.items():
        assert ours[name].type == found["inferred_type_name"]
        assert ours[name].meaning == found["help"]
        assert repr(ours[name].default).replace("'", '"') == found["default"]


def test_lines_that_declare_no_plain_value_are_passed_over(write: object) -> None:
    path = write(
        "1", parameters="n = 4\nk: int = -2\nlist_: list = [1]\nm: int = 2 * 3\nimport os\nx: int | None = None"
    )  # type: ignore[operator]
    assert {name: p.default for name, p in notebook.parameters(notebook.load(path)).items()} == {"n": 4, "k": -2}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        *(("7", "n", 7), ("-7", "n", -7), ("1e-3", "rate", 0.001), ("2", "rate", 2.0)),
        *(("a,b", "label", "a,b"), ("", "label", ""), ("TRUE", "big", True), ("false", "big", False)),
    ],
)
def test_text_is_read_as_the_declared_type(text: str, name: str, value: object) -> None:
    read = notebook.parse(text, DECLARED[name])
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(("7.5", "n"), ("", "n"), ("0x10", "n"), ("one", "rate"), ("nan", "rate"), ("inf", "rate")),
        *(("1", "big"), ("yes", "big")),
    ],
)
def test_text_of_another_type_is_refused_with_what_is_allowed(text: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: .* given, .* allowed$"):
        notebook.parse(text, DECLARED[name])


def test_a_whole_number_serves_as_float_and_nothing_else_is_converted() -> None:
    assert notebook.checked({"rate": 2}, DECLARED) == {"rate": 2.0}
    for name, value in [("n", 1.0), ("n", True), ("rate", "2"), ("label", 2), ("big", 1), ("rate", float("nan"))]:
        with pytest.raises(ValueError, match=name):
            notebook.checked({name: value}, DECLARED)


def test_an_unknown_name_is_refused_with_the_list_of_what_there_is() -> None:
    with pytest.raises(ValueError, match="'m' is no parameter") as error:
        notebook.checked({"m": 1}, DECLARED)
    assert all(str(parameter) in str(error.value) for parameter in DECLARED.values())


def test_imports_are_those_at_top_level(write: object) -> None:
    path = write("import a.b as c\nfrom d import e, f\nif True:\n    import g", "%matplotlib inline\nimport h")  # type: ignore[operator]
    assert notebook.imports(notebook.load(path)) == ["a.b", "d", "d.e", "d.f", "h"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"nbformat": 3, "cells": []}', '{"nbformat": 4, "cells": [1]}'])
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(content)
    with pytest.raises(ValueError, match="^notebook: .*x.ipynb given"):
        notebook.load(path)
    with pytest.raises(ValueError, match="no such file"):
        notebook.load(tmp_path / "none.ipynb")


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "!ls", "rate?", "%%time", "x = = 3", "a = (1,", "x <- 3", "if :"]
)
def test_lines_that_are_no_python_declare_nothing_and_the_others_do(write: Any, line: str) -> None:
    declared = notebook.parameters(
        notebook.load(write("1", parameters=f"{line}\nn: int = 3  # count\nk = 'a'\n{line}"))
    )
    assert [str(parameter) for parameter in declared.values()] == ["n: int = 3  # count", "k: str = 'a'"]


def test_an_executed_notebook_is_what_it_was_before(write: Any, tmp_path: Path) -> None:
    path = write("n")
    papermill.execute_notebook(str(path), str(tmp_path / "out.ipynb"), {"n": 9}, prepare_only=True, progress_bar=False)
    executed = notebook.read(tmp_path / "out.ipynb")
    assert notebook.given(executed) == {"n": 9}
    assert notebook.parameters(notebook.load(tmp_path / "out.ipynb"))["n"].default == 3
    assert identity.notebook(notebook.load(tmp_path / "out.ipynb")) == identity.notebook(notebook.load(path))


def test_a_byte_order_mark_tags_of_null_and_format_3_are_read(write: Any) -> None:
    path = write("1")
    made = json.loads(path.read_text())
    made["cells"][2]["metadata"]["tags"] = None
    path.write_text(json.dumps(made), encoding="utf-8-sig")
    assert notebook.tags(notebook.load(path)["cells"][2]) == []
    path.write_text(nbformat.writes(nbformat.convert(nbformat.from_dict(notebook.load(path)), 3), version=3))
    assert json.loads(path.read_text())["nbformat"] == 3
    assert list(notebook.parameters(notebook.load(path))) == ["n", "rate", "label", "big"]


def test_a_value_outside_what_a_parameter_declares_is_refused_before_any_kernel() -> None:
    declared = notebook.parameters(
        {"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": SHARE}]}
    )
    assert notebook.checked({"share": 1}, declared) == {"share": 1.0}
    for refuse in (
        lambda: notebook.checked({"share": 1.7}, declared),
        lambda: notebook.parse("1.7", declared["share"]),
    ):
        with pytest.raises(ValueError, match=r"^share: 1.7 given, 0 to 1 \(fraction\) allowed$"):
            refuse()
    assert str(declared["share"]) == "share: float = 0.5  # a share | fraction | 0 to 1 | choice"

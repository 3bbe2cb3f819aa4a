from __future__ import annotations

import json
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from researchlib import results

#: Seconds after which a wait is given up; only something broken takes so long.
PATIENCE = 1800


def _executed(code: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("from researchlib import results\n" + code)])
    patience = {"timeout": PATIENCE, "startup_timeout": PATIENCE, "iopub_timeout": PATIENCE}
    return NotebookClient(notebook, kernel_name="python3", **patience).execute()


def test_a_result_stays_in_the_executed_notebook(tmp_path: Path) -> None:
    notebook = _executed(
        "import numpy as np\n"
        "results.record('halving_date', '2025-12-15', shown='15 December 2025')\n"
        "results.record('days', np.int64(562), unit='days')\n"
        "results.record('days', 563, unit='days')"
    )
    expected = {
        "halving_date": {"value": "2025-12-15", "unit": "", "shown": "15 December 2025", "label": "halving date"},
        "days": {"value": 563, "unit": "days", "shown": "563 days", "label": "days"},
    }
    assert results.read(notebook) == expected
    texts = [output["data"]["text/plain"] for output in notebook.cells[0].outputs]
    assert texts == ["halving_date = 15 December 2025", "days = 562 days", "days = 563 days"]
    path = tmp_path / "executed.ipynb"
    nbformat.write(notebook, path)
    assert results.read(path) == expected


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (1, 1),
        (10**30, 10**30),
        (0.1 + 0.2, 0.3),
        (np.float32(0.5), 0.5),
        (np.array(3), 3),
        (np.bool_(True), True),
        ("x", "x"),
        (1e300, 1e300),
        (1 / 3, 0.3333333333),
    ],
)
def test_values_become_plain_scalars(value: object, plain: object, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, dict[str, object]]] = []
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: object())
    monkeypatch.setattr("IPython.display.display", lambda data, raw: seen.append(data))
    results.record("x", value)
    kept = json.loads(json.dumps(seen[0][results.MIME]))["value"]
    assert kept == plain
    assert type(kept) is type(plain)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.nan, None, [1], np.array([1.0]), 1j, {"a": 1}, b"x"])
def test_a_value_that_is_no_finite_scalar_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="^x: .* given, a finite number, a text or a truth value allowed$"):
        results.record("x", value)


@pytest.mark.parametrize("name", ["", "A", "1a", "a b", "a-b", "a\n", None, 3])
def test_a_bad_name_is_refused(name: object) -> None:
    with pytest.raises(ValueError, match="^name: "):
        results.record(name, 1)  # type: ignore[arg-type]


def test_unit_and_shown_are_texts() -> None:
    with pytest.raises(ValueError, match="^unit: 3 given"):
        results.record("x", 1, unit=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="^shown: 3 given"):
        results.record("x", 1, shown=3)  # type: ignore[arg-type]


def test_outside_a_notebook_the_text_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    results.record("price", 1.5, unit="usd")
    assert capsys.readouterr().out == "price = 1.5 usd\n"


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    for content in ("{", "[]", "{}"):
        path.write_text(content)
        with pytest.raises(ValueError, match="^notebook: "):
            results.read(path)


RUN = """
from researchlib import results
results.begin('usage/utilisation', globals())
results.record('twice', 2 * share, unit='USD', shown='{:.2f} USD', label='twice the share')
results.conclude(lambda found: results.Answer(f"It is {found['twice']}.", ('One.', 'Two.')))
"""


def _concluded(share: float) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell("share: float = 0.5  # a share | fraction | 0 to 1 | choice")]
    cells += [nbformat.v4.new_code_cell(f"share = {share}")]
    cells += [nbformat.v4.new_code_cell(line) for line in RUN.strip().splitlines()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    return NotebookClient(notebook, kernel_name="python3").execute()


def test_the_answer_is_made_at_the_end_and_stands_at_the_top() -> None:
    top = _concluded(0.7).cells[3].outputs[0].data
    assert top["text/markdown"].startswith("**It is 1.40 USD.**\n\n- One.\n- Two.")
    assert top[results.ANSWER_MIME] == {"sentence": "It is 1.40 USD.", "bullets": ["One.", "Two."], "changed": []}


def test_a_parameter_outside_its_range_stops_the_first_cell_in_its_own_name() -> None:
    with pytest.raises(CellExecutionError, match="share: 1.7 given, 0 to 1 .fraction. allowed"):
        _concluded(1.7)


def test_results_stand_beside_those_at_the_defaults_when_a_parameter_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = {"parameters": {"share": 0.5}, "results": {}}
    for name, value in (("twice", 1.0), ("gone", 3.0), ("same", 2.0)):
        stored["results"][name] = {"value": value, "unit": "", "shown": f"{value:.2f}", "label": name}
    monkeypatch.setattr(results, "defaults", lambda _: stored)
    found = {name: results.Result(v, "", f"{v:.2f}", name) for name, v in (("twice", 1.4), ("same", 2.0), ("new", 9.0))}
    results._run.given = {"share": 0.7}
    changed, rows = results._beside_defaults(found)
    assert changed == ["share = 0.7 (default 0.5)"]
    assert rows == [
        ("twice", "1.40", "1.00", "+0.4 (+40%)"),
        ("new", "9.00", "not known", "new"),
        ("gone", "not known", "3.00", ""),
        ("same", "2.00", "2.00", "same"),
    ]
    results._run.given = {"share": 0.5}
    assert results._beside_defaults(found) == ([], [])


@pytest.mark.parametrize("sentence", ["From 1 to 2 USD at 3% for 4 years.", "It is nan.", " "])
def test_an_answer_that_cannot_be_taken_in_or_holds_nothing_is_refused(sentence: str) -> None:
    with pytest.raises(ValueError, match="given"):
        results.Answer(sentence, ())
    assert results.Answer("Between 5 May 2024 and 2026 it rose by 3% to 4 USD, at best 5.", ("x",)).markdown()

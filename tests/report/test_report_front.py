"""The front page says what the notebooks found; the data's tables say what the data hold, or why they cannot."""

from __future__ import annotations

import html as markup
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from researchlib import data, figures, results
from researchlib.report import facts, front, page, pages, reference, site
from researchlib.report.page import Page
from researchlib.runs import notebook
from researchlib.runs.execute import Outcome

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


def made(name: str, found: dict[str, str] | None = None, *, status: str = "ok", outputs: Any = ()) -> Page:
    recorded = {key: {"value": 1, "unit": "", "shown": shown, "label": key} for key, shown in (found or {}).items()}
    cells = [
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": 'as_of: str = "2024-05-01"  # day'},
        {"cell_type": "code", "metadata": {"tags": ["claims"]}, "source": "", "outputs": list(outputs)},
    ]
    source = {"cells": cells, "metadata": {}}
    heading = page.Heading(f"Title of {name}", "How many?", "")
    return Page(name, heading, source, Outcome(status, "", 1.0, recorded, json.dumps(source)))


def test_places_are_filled_from_results_parameters_and_tagged_tables() -> None:
    table = {"output_type": "display_data", "data": {"text/html": ["<table>", "</table>"]}}
    page = made("tokens/render", {"burned": "5 RENDER"}, outputs=[table])
    text = "# T\n{{ tokens/render.burned }} by {{tokens/render.as_of}}\n{{ tokens/render:claims }}\n{{ notebooks }}"
    filled, missing = front.page(text, [page], {"tokens/render": ("a.png", "Bars [of] burns")})
    assert not missing
    assert "5 RENDER by 2024-05-01" in filled
    assert "<table></table>" in filled
    assert "[![Bars (of) burns](a.png)](notebooks/tokens/render.ipynb)" in filled
    assert "## Tokens" in filled
    assert "did not run" not in filled


@pytest.mark.parametrize("place", ["{{ a.absent }}", "{{ absent.found }}", "{{ a:absent }}", "{{ nothing }}"])
def test_what_was_not_found_is_said(place: str) -> None:
    filled, missing = front.page(f"It is {place}.", [made("a", {"found": "1"})], {})
    assert filled == "It is *not computed*."
    assert missing == [place]


def test_a_failed_notebook_leaves_its_finding_open() -> None:
    filled, missing = front.page("# T\n\n{{ a.found }} {{ a.as_of }}", [made("a", status="failed")], {})
    assert filled.startswith("# T\n\n:::{error}\n1 of 1 notebooks did not run to their end.")
    assert len(missing) == 2


def test_back_tests_are_a_row_a_forecast() -> None:
    page = made("b", {"backtest_render_burns_13w_mae": "58", "backtest_render_burns_13w_coverage": "97%", "other": "1"})
    filled, _ = front.page("{{ backtests }}", [page], {})
    assert "<tr><td>Render: burns, 13 weeks</td><td>58</td><td>97%</td></tr>" in filled
    assert "mean error" not in filled
    assert "No notebook" in front.page("{{ backtests }}", [], {})[0]


@pytest.mark.parametrize(("name", "mark", "of"), sorted(set(front.places(TEXT))))
def test_the_front_page_asks_for_what_the_stored_notebooks_have(name: str, mark: str, of: str) -> None:
    stored = notebook.load(ROOT / "notebooks" / f"{name}.ipynb")
    if mark == ":":
        assert any(of in notebook.tags(cell) for cell in stored["cells"])
    else:
        assert of in results.read(stored) or of in notebook.parameters(stored)


def test_the_front_page_states_no_figure_of_its_own() -> None:
    """Numbers come from the notebooks; what remains are dates in words."""
    prose = re.sub(
        r"\{\{.*?\}\}|24 May 2026|spring 2024|1 May 2024|0xEdwardyw|third quarter of 2026|H100|95%|---", "", TEXT
    )
    assert not re.findall(r"\d+", prose)


def test_parameters_through_time_have_every_row() -> None:
    table = facts.parameters("render")
    rows = data.load("parameters").query("network == 'render'")
    assert table.count("<tr>") == len(rows) + 1
    assert "tier2_multiplier" in table
    assert "RNP-001" in table
    assert "NaT" not in table


def test_sources_are_links_and_the_state_counts_them() -> None:
    sources = data.load("sources")
    assert facts.sources().count("<a href=") == sources["url"].str.startswith("http").sum()
    state = facts.state()
    assert f"**{len(sources):,}**" in state
    for network in data.NETWORKS:
        assert figures.NAMES[network] in state
        assert f".network.{network} {{ --network: {figures.COLOURS[network]}; }}" in facts.colours()


def test_unreadable_data_are_told_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEARCHLIB_DATA", str(tmp_path))
    for table in (facts.state(), facts.sources(), facts.parameters("akash")):
        assert table.startswith(":::{error}\nThe data could not be read.")
        assert str(tmp_path) in markup.unescape(table)


def test_results_become_one_table_before_the_sources_and_sliders_go() -> None:
    result = {"data": {results.MIME: {"name": "burned", "shown": "<5", "unit": "", "value": 5}, "text/plain": "b"}}
    slider = {"data": {"application/vnd.jupyter.widget-view+json": {}}}
    page = made("a", {"burned": "<5"}, outputs=[result, slider, {"output_type": "stream", "text": "hello"}])
    code, about, last = site.staged(page)["cells"]
    assert [output.get("text") for output in code["outputs"]] == ["hello"]
    assert "<td>burned</td><td>&lt;5</td>" in last["source"]
    assert "[Notebook](../files/a.ipynb), [results as CSV](../files/a.csv)" in about["source"]
    assert "` researchlib run notebooks/a.ipynb `" in about["source"]
    assert "<summary>1 parameter</summary>" in about["source"]


def test_the_status_page_tells_version_and_dates() -> None:
    text = pages.status([made("a", {"found": "1"}), made("b", status="failed")])
    assert text.count("Title of") == 2
    assert text.count("2024-05-01") == 2
    assert "failed" in text


def test_the_reference_has_every_public_module() -> None:
    wings = reference.wings()
    assert {"akash", "bittensor", "ionet", "render", "supply", "usage", "pricing", "tokens", "data"} <= wings.keys()
    assert not {"runs", "report", "cli"} & wings.keys()
    assert ".. automodule:: researchlib.render.burn" in reference.pages()["render"]
    assert reference.cited(["One line.", "", "Sources: RNP-001."]) == ["One line.", "", "Source", "------", "RNP-001."]


def test_heading_has_title_question_and_answer(doubling: Path) -> None:
    source = notebook.load(doubling)
    assert page.heading(source, "fallback", source) == page.Heading("Tiny", "How many?", "")
    answer = {"data": {results.ANSWER_MIME: {"sentence": "There are 3.", "bullets": []}}}
    source["cells"].append({"cell_type": "code", "source": "", "outputs": [answer]})
    assert page.heading(source, "fallback", source) == page.Heading("Tiny", "How many?", "There are 3.")
    bare = {"cells": [{"cell_type": "markdown", "source": ["no ", "title"]}]}
    assert page.heading(bare, "fallback", bare) == page.Heading("fallback", "", "")


HOSTILE = "ValueError: a`<img src=x onerror='alert(1)'>`\n:::\n``````\n<script>alert(1)</script>\n[x](javascript:a) $x$"


def test_what_an_error_says_is_shown_and_never_run(tmp_path: Path) -> None:
    """As MyST and Sphinx make a page of it, at every place where the report shows an error."""
    failed = replace(made("a", status="failed"), outcome=Outcome("failed", HOSTILE))
    source = tmp_path / "source"
    source.mkdir()
    note = site.staged(failed)["cells"][0]["source"]
    table = facts.raw(f"<p>{facts.markup.escape(HOSTILE)}</p>")
    text = "\n\n".join(["# T", front.page("{{ notebooks }}", [failed], {})[0], pages.status([failed]), note, table])
    (source / "index.md").write_text(text)
    site._sphinx(source, tmp_path, 1)
    html = (tmp_path / "html" / "index.html").read_text()
    assert "<img src=x" not in html
    assert "<script>alert" not in html
    assert 'href="javascript:' not in html
    shown = markup.unescape(re.sub(r"<[^>]*>", "", html))
    assert shown.count(" ".join(HOSTILE.split())) == 3

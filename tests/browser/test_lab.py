"""JupyterLab in a real browser: one notebook of each theme runs from top to bottom, and a moved slider draws again."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
#: A notebook of each theme; those with sliders have one moved.
NOTEBOOKS = ("overview", "pricing/consensus", "supply/cost_of_supply", "tokens/render", "usage/growth")
PATIENCE = 60_000
#: Seconds from the move to the new picture; well under half a second on an idle machine.
REDRAWN = 5.0

RUNNING = "() => [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')].some(p => p.textContent.includes('*'))"
COUNTS = """
() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.textContent.trim())
"""
WRONG = """
() => [...document.querySelectorAll(
    '.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"], ' +
    '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]')].map(o => o.textContent.slice(0, 300))
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab on a copy of the notebooks, with settings of its own."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"windowingMode": "none"}))  # cells out of sight stay on the page
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "ServerApp.root_dir": folder / "notebooks",
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": "",
        "LabApp.user_settings_dir": folder / "settings",
        "LabApp.workspaces_dir": folder / "workspaces",
        "LabApp.news_url": None,
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "RUNTIME")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **own})
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/api/status", process)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "JupyterLab ended at once"
        try:
            urlopen(address).close()
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


def _run_all(page: Any) -> None:
    # a kernel that is still connecting takes no orders
    page.get_by_text("| Idle").first.wait_for(timeout=PATIENCE)
    assert page.locator("dialog.jp-Dialog").all_inner_texts() == []
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(RUNNING, timeout=PATIENCE)
    page.wait_for_function(f"() => !({RUNNING})()", timeout=PATIENCE)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_its_slider_moves(lab: str, browser: Any, name: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/{name}.ipynb?reset", timeout=PATIENCE)
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=PATIENCE)
    _run_all(page)
    counts = [int(found.group(1)) for text in page.evaluate(COUNTS) if (found := re.match(r"\[(\d+)\]", text))]
    assert counts == list(range(1, page.locator(".jp-CodeCell").count() + 1))
    assert page.evaluate(WRONG) == []
    if "figures.sliders(" in (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"):
        _move(page)
    context.close()


def _move(page: Any) -> None:
    """Move the first slider by its keyboard handle and see the picture beside it change."""
    handle = page.locator(".widget-slider .noUi-handle").first
    handle.wait_for(timeout=PATIENCE)
    cell = page.locator(".jp-CodeCell", has=page.locator(".widget-slider"))
    assert cell.locator("img").count() == 1
    before = cell.locator("img").get_attribute("src")
    handle.focus()
    started = time.perf_counter()
    handle.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.jp-CodeCell:has(.widget-slider) img')?.src !== before", arg=before
    )
    seconds = time.perf_counter() - started
    print(f"redrawn in {seconds:.2f} s")
    assert seconds < REDRAWN
    assert cell.locator("img").count() == 1

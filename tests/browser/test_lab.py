"""JupyterLab in a real browser: one notebook of each theme runs from top to bottom, and a moved slider draws again."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.browser.conftest import PATIENCE

ROOT = Path(__file__).parents[2]
#: A notebook of each theme; those with sliders have one moved.
NOTEBOOKS = ("overview", "pricing/consensus", "supply/cost_of_supply", "tokens/render", "usage/growth")
#: Seconds that the processors work from the move to the new picture; well under half a second if all goes well.
REDRAWN = 5.0

#: Every cell has its number, or one has failed.
DONE = r"""
() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(p => /\[\d+\]/.test(p.textContent)) ||
      document.querySelector('[data-mime-type="application/vnd.jupyter.error"]')
"""
COUNTS = """
() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.textContent.trim())
"""
WRONG = """
() => [...document.querySelectorAll(
    '.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"], ' +
    '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]')].map(o => o.textContent.slice(0, 300))
"""


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs."""

    address: str
    process: psutil.Process

    def work(self) -> float:
        """Return the seconds that processors have worked for its kernels so far: no busy machine adds to them."""
        return sum(sum(kernel.cpu_times()[:2]) for kernel in self.process.children())


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy of the notebooks, with settings of its own."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for path in (folder / "notebooks").rglob("*.ipynb"):  # without the numbers of an earlier run
        stored = json.loads(path.read_text(encoding="utf-8"))
        for cell in stored["cells"]:
            cell.update({"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {})
        path.write_text(json.dumps(stored), encoding="utf-8")
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
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **own}) as process:
        assert process.stderr is not None
        said = (re.search(r"(http://127\.0\.0\.1:\d+)/lab", line) for line in process.stderr)
        address = next((found.group(1) for found in said if found), None)
        assert address, "JupyterLab ended at once"
        rest = threading.Thread(target=process.stderr.read)  # a full pipe would hold it up
        rest.start()
        yield Lab(address, psutil.Process(process.pid))
        process.terminate()
        rest.join()


def _run_all(page: Any) -> None:
    # a kernel that is still connecting takes no orders
    page.get_by_text("| Idle").first.wait_for()
    assert page.locator("dialog.jp-Dialog").all_inner_texts() == []
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(DONE)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_its_slider_moves(lab: Lab, browser: Any, name: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{lab.address}/lab/tree/{name}.ipynb?reset")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    _run_all(page)
    counts = [int(found.group(1)) for text in page.evaluate(COUNTS) if (found := re.match(r"\[(\d+)\]", text))]
    assert counts == list(range(1, page.locator(".jp-CodeCell").count() + 1))
    assert page.evaluate(WRONG) == []
    if "figures.sliders(" in (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"):
        _move(page, lab)
    context.close()


def _move(page: Any, lab: Lab) -> None:
    """Move the first slider by its keyboard handle and see the picture beside it change."""
    handle = page.locator(".widget-slider .noUi-handle").first
    handle.wait_for()
    cell = page.locator(".jp-CodeCell", has=page.locator(".widget-slider"))
    cell.locator("img").wait_for()
    before = cell.locator("img").get_attribute("src")
    handle.focus()
    worked = lab.work()
    handle.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.jp-CodeCell:has(.widget-slider) img')?.src !== before", arg=before
    )
    seconds = lab.work() - worked
    print(f"redrawn with {seconds:.2f} s of work")
    assert seconds < REDRAWN
    assert cell.locator("img").count() == 1

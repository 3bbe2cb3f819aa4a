"""A real browser for the report and for JupyterLab: only with RESEARCHLIB_BROWSER=1, which `make test-browser` sets."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
#: Milliseconds after which a wait is given up; only something broken takes so long.
PATIENCE = 1_800_000
WANTED = bool(os.environ.get("RESEARCHLIB_BROWSER"))
#: Besides what a root user in a container needs: no request of the browser's own leaves the machine.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if WANTED:
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="needs a browser: make test-browser"))


@pytest.fixture(scope="session")
def report() -> Path:
    """The built report."""
    folder = Path(os.environ.get("RESEARCHLIB_REPORT", ROOT / "build" / "report"))
    assert (folder / "index.html").exists(), f"no report in {folder}: run make report"
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS.split()
        )
        yield started
        started.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def server(report: Path) -> Iterator[str]:
    """Address of a server on this machine that hands out the report."""
    handler = functools.partial(_Quiet, directory=str(report))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()

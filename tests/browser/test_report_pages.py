"""Every page of the built report in a browser: quiet, self-contained, readable on phone and desk, day or night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from tests.browser.conftest import PATIENCE

PHONE, DESK = (390, 844), (1280, 900)
VIEWS = [(size, scheme) for size in (PHONE, DESK) for scheme in ("light", "dark")]
each_view = pytest.mark.parametrize(
    ("size", "scheme"), VIEWS, ids=[f"{'phone' if s == PHONE else 'desk'}-{c}" for s, c in VIEWS]
)
MEGABYTES = 25

#: What a figure must be: drawn, of a size, told in words.
BAD_FIGURES = """
() => [...document.images]
  .filter(i => i.naturalWidth === 0 || i.width === 0 || i.height === 0 || i.alt.trim().split(/\\s+/).length < 4)
  .map(i => `figure ${i.getAttribute("src")} (${i.naturalWidth} px): "${i.alt}"`)
"""
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth + 1"


def pages(report: Path) -> list[str]:
    found = sorted(path.relative_to(report).as_posix() for path in report.rglob("*.html"))
    assert len(found) > 20
    return found


@contextmanager
def opened(browser: Any, size: tuple[int, int], scheme: str) -> Iterator[tuple[Any, list[str]]]:
    """A page, and the list of what it says or asks for that it should not."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    page, told = context.new_page(), []
    page.on("console", lambda message: told.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    # an icon still on its way when the page is left is no failure
    gone = "net::ERR_ABORTED"
    page.on("requestfailed", lambda request: None if request.failure == gone else told.append(f"failed: {request.url}"))
    local = ("file:", "data:", "blob:", "http://127.0.0.1:")
    page.on("request", lambda request: None if request.url.startswith(local) else told.append(f"asks {request.url}"))
    yield page, told
    context.close()


def visit(page: Any, told: list[str], address: str, name: str) -> list[str]:
    told.clear()
    page.goto(f"{address}/{name}", wait_until="load")
    wrong = told + page.evaluate(BAD_FIGURES)
    if page.evaluate(TOO_WIDE):
        wrong.append("wider than the screen")
    return [f"{name}: {what}" for what in wrong]


@each_view
def test_pages_opened_from_a_file(report: Path, browser: Any, size: tuple[int, int], scheme: str) -> None:
    with opened(browser, size, scheme) as (page, told):
        assert not [what for name in pages(report) for what in visit(page, told, report.as_uri(), name)]


def test_pages_opened_from_a_server(report: Path, browser: Any, server: str) -> None:
    with opened(browser, DESK, "light") as (page, told):
        assert not [what for name in pages(report) for what in visit(page, told, server, name)]


@each_view
def test_accessibility(report: Path, browser: Any, size: tuple[int, int], scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    wrong = []
    with opened(browser, size, scheme) as (page, _):
        for name in pages(report):
            if name.startswith("api/") and (size, scheme) != VIEWS[-2] and name != "api/data.html":
                continue  # pages of one kind, and long ones
            page.goto(f"{report.as_uri()}/{name}")
            for found in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
                if found["impact"] in {"serious", "critical"}:
                    first = found["nodes"][0]
                    wrong.append(f"{name}: {found['id']} ({len(found['nodes'])}): {first['html'][:200]}")
    assert not wrong


def test_links_resolve(report: Path, browser: Any) -> None:
    read = "() => [[...document.links].map(a => a.href), [...document.querySelectorAll('[id]')].map(e => e.id)]"
    links, ids = {}, {}
    with opened(browser, DESK, "light") as (page, _):
        for name in pages(report):
            address = urljoin(f"{report.as_uri()}/", name)
            page.goto(address)
            links[address], ids[address] = page.evaluate(read)
    broken = []
    for address, targets in links.items():
        for target in targets:
            file, anchor = urldefrag(target)
            file = file.split("?")[0]
            if not file.startswith("file:"):
                assert file.startswith(("https://", "http://")), target
            elif not Path(unquote(file.removeprefix("file://"))).exists():
                broken.append(f"{address}: {target}")
            elif anchor and file in ids and unquote(anchor) not in ids[file]:
                broken.append(f"{address}: no place {target}")
    assert not broken


def test_code_is_one_click_away(report: Path, browser: Any) -> None:
    with opened(browser, DESK, "light") as (page, _):
        page.goto(f"{report.as_uri()}/notebooks/overview.html")
        code = page.locator("details.hide .highlight").first
        assert not code.is_visible()
        page.locator("details.hide summary").first.click()
        assert code.is_visible()


def test_a_column_sorts_by_click_and_by_key(report: Path, browser: Any) -> None:
    with opened(browser, DESK, "light") as (page, _):
        page.goto(f"{report.as_uri()}/docs/akash.html")
        table = page.locator("table.sortable").last
        cells = table.locator("tbody tr td:nth-child(4)")
        head = table.locator("thead th").nth(3)
        head.get_by_role("button").click()
        days = cells.all_inner_texts()
        assert head.get_attribute("aria-sort") == "ascending"
        assert days == sorted(days)
        assert days[0] < days[-1]
        head.get_by_role("button").press("Enter")
        assert cells.all_inner_texts()[0] == days[-1]


def test_search_needs_no_server(report: Path, browser: Any) -> None:
    with opened(browser, DESK, "light") as (page, told):
        page.goto(f"{report.as_uri()}/search.html?q=halving")
        page.wait_for_selector("ul.search li a")
        assert not told


def test_light_and_dark_by_choice(report: Path, browser: Any) -> None:
    ground = "() => getComputedStyle(document.body).backgroundColor"
    with opened(browser, DESK, "light") as (page, _):
        page.goto(f"{report.as_uri()}/index.html")
        before = page.evaluate(ground)
        for _click in range(2):  # from automatic by way of the other
            page.locator(".theme-toggle").last.click()
            if page.evaluate(ground) != before:
                break
        assert page.evaluate(ground) != before


def test_pages_can_be_printed(report: Path, browser: Any) -> None:
    with opened(browser, DESK, "dark") as (page, _):
        page.goto(f"{report.as_uri()}/notebooks/overview.html")
        page.emulate_media(media="print")
        assert not page.locator(".sidebar-drawer").is_visible()
        assert len(page.pdf(format="A4")) > 50_000


def test_the_report_is_small(report: Path) -> None:
    size = sum(path.stat().st_size for path in report.rglob("*") if path.is_file())
    assert size < MEGABYTES * 1e6

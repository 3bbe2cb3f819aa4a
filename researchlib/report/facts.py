"""The tables that the report prints from the data: parameters through time, sources, the state of the data."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["colours", "html", "inert", "network_name", "networks", "parameters", "quoted", "raw", "sources", "state"]


def raw(text: str) -> str:
    """Return HTML as a MyST block that nothing inside can end."""
    fence = "`" * (1 + max(5, *map(len, re.findall("`*", text))))
    return f"{fence}{{raw}} html\n{text}\n{fence}\n"


def inert(text: str) -> str:
    """Return a text for a place in Markdown where it can be nothing else, be it an error's or a notebook's.

    Examples
    --------
    >>> inert("a`<b>")
    'a&#96;&#60;b&#62;'
    """
    return re.sub(r"[^\w .,%()-]|_", lambda found: f"&#{ord(found.group())};", text)


def quoted(text: str) -> str:
    """Return an error's text as code in Markdown, on one line, that nothing inside can end."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`*", line))))
    return f"{fence} {line} {fence}"


def html(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose columns can be sorted; cells are text, or an address, which becomes a link.

    Parameters
    ----------
    header
        Name of each column.
    rows
        A text a column.

    Examples
    --------
    >>> "<td>a &lt; b</td>" in html(["what"], [["a < b"]])
    True
    """
    head = "".join(f"<th>{markup.escape(name)}</th>" for name in header)
    body = "\n".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    table = f'<table class="dataframe sortable">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'
    return raw(f'<div class="table-wrapper">\n{table}\n</div>')


def _cell(text: str) -> str:
    escaped = markup.escape(text)
    return f'<a href="{escaped}">{escaped}</a>' if text.startswith(("https://", "http://")) else escaped


def _told(make: Callable[..., str]) -> Callable[..., str]:
    """Say on the page why a table of the data cannot be shown: a report tells what is wrong, it does not stop."""

    @wraps(make)
    def made(*args: str) -> str:
        try:
            return make(*args)
        except (OSError, ValueError) as error:
            return f":::{{error}}\nThe data could not be read.\n\n{quoted(str(error))}\n:::\n"

    return made


def networks() -> tuple[str, ...]:
    """Return the networks that the data know."""
    from researchlib import data

    return data.NETWORKS


def network_name(network: str) -> str:
    """Return how a network is written; a name that is none, as it is."""
    from researchlib import figures

    return figures.NAMES.get(network, network)


def colours() -> str:
    """Return a style sheet that gives each network its colour, the one it has in every figure."""
    from researchlib import figures

    return "".join(f".network.{name} {{ --network: {figures.COLOURS[name]}; }}\n" for name in networks())


@_told
def state() -> str:
    """Return, for each network, the newest measured reading and how many readings and parameters there are."""
    from researchlib import data

    readings, known = data.load("observations"), data.load("parameters")
    newest = data.newest().set_index("network")["date"].dt.strftime("%Y-%m-%d").to_dict()
    rows = []
    for network in networks():
        own = readings[readings["network"] == network]
        counts = (len(own), own["source_id"].nunique(), int((known["network"] == network).sum()))
        rows.append([network_name(network), newest.get(network, "none"), *(f"{count:,}" for count in counts)])
    header = ["network", "newest measured reading", "readings", "their sources", "rows of protocol parameters"]
    lead = f"**{len(data.load('sources')):,}** documents stand behind the tables, all of them listed under "
    prices = (
        f"{len(data.load('gpu_prices')):,} prices of GPU-hours and {len(data.load('events')):,} events complete them."
    )
    return f"{lead}[sources](sources.md). {prices}\n\n{html(header, rows)}"


@_told
def parameters(network: str) -> str:
    """Return every value that a network's protocol parameters had, with dates and source."""
    from researchlib import data

    titles = data.load("sources").set_index("source_id")["title"]
    table = data.load("parameters").query("network == @network").sort_values(["parameter", "valid_from", "status"])
    table = table.assign(source=table["source_id"].map(titles), status=table["status"].str.replace("_", " "))
    columns = ["parameter", "value", "unit", "valid_from", "valid_to", "status", "source", "note"]
    return html([*columns[:3], "from", "until (excluded)", *columns[5:]], _texts(table[columns]))


@_told
def sources() -> str:
    """Return every document of the data with its address."""
    from researchlib import data

    columns = ["title", "publisher", "published", "kind", "url"]
    table = data.load("sources").sort_values(["publisher", "title"])[columns]
    return html([*columns[:4], "address"], _texts(table.assign(kind=table["kind"].str.replace("_", " "))))


def _texts(table: pd.DataFrame) -> list[list[str]]:
    """Return a table's rows as text, dates as ISO text and nothing where there is nothing."""
    dates = table.select_dtypes("datetime").columns
    text = table.assign(**{name: table[name].dt.strftime("%Y-%m-%d") for name in dates})
    rows: list[list[str]] = text.astype(object).where(text.notna(), "").astype(str).to_numpy().tolist()
    return rows

"""Tables, sources and the date of the data, as a reader of a notebook wants them."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import display

from researchlib import data
from researchlib.figures.style import NAMES

__all__ = ["banner", "sources", "table"]


def table(
    frame: pd.DataFrame,
    *,
    caption: str = "",
    headers: Mapping[str, str] | None = None,
    forms: Mapping[str, str] | None = None,
    index: bool = True,
    decimals: int | None = None,
) -> None:
    """Put a table into the notebook as a reader wants it, with a plain-text twin that a comparison of outputs checks.

    Numbers stand at the right, whole ones without decimals, others with three digits unless told; dates have no time of
    day; True is yes; an unknown value is an empty cell; a web address is a link.

    Parameters
    ----------
    frame
        The table.
    caption
        What it lists, in what unit and when.
    headers
        Columns in words with their units; by default the name without underscores. The index's name goes likewise.
    forms
        How a column's numbers are written, as ``"{:.0%}"`` or ``"{:,.2f} USD"``.
    index
        Show the index.
    decimals
        Decimal places of all columns without a form.
    """
    levels = [str(name or "") for name in frame.index.names]
    shown: pd.DataFrame = frame.reset_index(names=levels) if index else frame
    forms, headers = forms or {}, headers or {}
    numeric = [pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind) for kind in shown.dtypes]
    names = [headers.get(str(name), str(name).replace("_", " ")) for name in shown.columns]
    cells = [
        [_cell(value, forms.get(str(name), ""), decimals) for value in shown[name]] for name in shown.columns
    ]  # column by column
    rows = list(zip(*cells, strict=True))
    side = [' class="num" style="text-align:right"' if right else ' style="text-align:left"' for right in numeric]
    head = "".join(f"<th{at}>{html.escape(name)}</th>" for name, at in zip(names, side, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{at}>{_linked(cell)}</td>" for cell, at in zip(row, side, strict=True)) + "</tr>"
        for row in rows
    )
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    page = f'<table class="dataframe sortable">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    text = pd.DataFrame(rows, columns=names).to_string(index=False)
    display({"text/html": page, "text/plain": f"{caption}\n{text}".strip()}, raw=True)


def _cell(value: Any, form: str, decimals: int | None) -> str:
    if value is None or value is pd.NaT or (np.ndim(value) == 0 and pd.isna(value)):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if not isinstance(value, (int, float, np.integer, np.floating)):
        return str(value)
    if form:
        return form.format(value)
    if decimals is not None and not isinstance(value, (int, np.integer)):
        return f"{value:,.{decimals}f}"
    if float(value).is_integer() or abs(float(value)) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _linked(cell: str) -> str:
    text = html.escape(cell)
    return f'<a href="{text}">{text}</a>' if cell.startswith(("https://", "http://")) else text


def sources(*frames: pd.DataFrame) -> None:
    """Put the sources of some tables into the notebook: numbered, titles linked, folded."""
    cited = data.sources_of(*frames).astype(str).to_dict("records")
    items = "".join(
        f'<li><a href="{html.escape(one["url"])}">{html.escape(one["title"])}</a>, {html.escape(one["publisher"])}'
        + (f", {html.escape(one['published'])}" if one["published"] else "")
        + "</li>"
        for one in cited
    )
    count = f"{len(cited)} source{'s' if len(cited) > 1 else ''}"
    listed = (
        f"{n}. {one['title']}, {one['publisher']}, {one['published']}. {one['url']}" for n, one in enumerate(cited, 1)
    )
    text = "\n".join(listed)
    page = f'<details class="sources"><summary>{count}</summary><ol>{items}</ol></details>'
    display({"text/html": page, "text/plain": f"{count}\n{text}"}, raw=True)


def banner(*networks: str) -> None:
    """Say how new the newest measured reading of some networks is, of all that the tables hold by default."""
    newest = data.newest().set_index("network")["date"]
    parts = [f"{NAMES.get(each, each)} {newest[each]:%Y-%m-%d}" for each in networks or newest.index]
    text = "Newest measured reading: " + " · ".join(parts)
    display({"text/html": f'<p class="data-banner"><em>{html.escape(text)}</em></p>', "text/plain": text}, raw=True)

"""Which documents stand behind a table, a series or a figure."""

from __future__ import annotations

import pandas as pd

from researchlib.data.load import load

__all__ = [
    "source_line",
    "sources_of",
]


def sources_of(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return the citations of everything in the frames.

    Parameters
    ----------
    *frames : DataFrame
        Frames with a column ``source_id``: tables, parts of tables, results of ``series`` or ``parameter_rows``.

    Returns
    -------
    DataFrame
        Columns source_id, title, publisher, published, url, one row a source, sorted by source_id.

    Raises
    ------
    ValueError
        For no frame, a frame without ``source_id``, or a source that ``sources.csv`` does not hold.
    """
    used = _source_ids(frames)
    sources = load("sources")
    unknown = sorted(set(used) - set(sources["source_id"]))
    if unknown:
        raise ValueError(f"source_id: {', '.join(map(repr, unknown))} given, those of sources.csv allowed")
    columns = ["source_id", "title", "publisher", "published", "url"]
    return sources.loc[sources["source_id"].isin(used), columns].sort_values("source_id").reset_index(drop=True)


def source_line(*frames: pd.DataFrame) -> str:
    """Return the line that stands under a figure: up to three publishers and the date the data reach.

    Parameters and errors are those of ``sources_of``. The publisher with most rows comes first; the date is the
    latest in the columns ``date`` of the frames.
    """
    publishers = sources_of(*frames).set_index("source_id")["publisher"]
    ranked = _source_ids(frames).map(publishers).value_counts()
    names = sorted(ranked.index, key=lambda name: (-ranked[name], name))
    more = f" +{len(names) - 3} more" if len(names) > 3 else ""
    if not names:
        return "Source: none, no row is known for this choice"
    line = f"{'Source' if len(names) == 1 else 'Sources'}: {', '.join(names[:3])}{more}"
    dates = [frame["date"].max() for frame in frames if "date" in frame and not frame.empty]
    return f"{line}; data to {max(dates):%Y-%m-%d}" if dates else line


def _source_ids(frames: tuple[pd.DataFrame, ...]) -> pd.Series:
    if not frames:
        raise ValueError("frames: none given, at least one DataFrame with a column source_id needed")
    for position, frame in enumerate(frames):
        if "source_id" not in frame:
            raise ValueError(f"frames: number {position + 1} has no column source_id")
    return pd.concat([frame["source_id"] for frame in frames], ignore_index=True)

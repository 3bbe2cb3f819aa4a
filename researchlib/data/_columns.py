"""What a cell of a table may hold, by kind of column: its test on the text, and what the text is converted to."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pandera.pandas as pa

_PLAIN_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_PLAIN_INTEGER = r"[0-9]{1,15}"
_ISO_DATE = r"20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
DAY_MONTH_OR_YEAR = r"20[0-9][0-9](?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?"
_TIMESTAMP = _ISO_DATE + r"T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z"
_IDENTIFIER = r"[a-z0-9]+(?:[_-]+[a-z0-9]+)*"
# one line, no white space at the ends: what a table cell can show and a comparison can trust
_BREAK = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_SPACE = "\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ONE_LINE = f"[^{_BREAK}{_SPACE}](?:[^{_BREAK}]*[^{_BREAK}{_SPACE}])?"


def column(kind: str, allowed: str, test: Callable[[pd.Series], pd.Series], *, empty: bool = False) -> pa.Column:
    """Column of text; ``kind`` names the type it is converted to once every cell passed ``test``."""
    if not empty:
        return pa.Column(str, pa.Check(test, error=allowed), metadata={"kind": kind})
    return pa.Column(
        str, pa.Check(lambda cells: cells.eq("") | test(cells), error=f"{allowed}, or empty"), metadata={"kind": kind}
    )


def text(*, empty: bool = False) -> pa.Column:
    return column("text", "one line of text without spaces at its ends", matches(_ONE_LINE), empty=empty)


def identifier() -> pa.Column:
    return column("text", "a name of small letters, digits, - and _", matches(_IDENTIFIER))


def choice(options: tuple[str, ...], *, empty: bool = False) -> pa.Column:
    return column("text", f"one of {', '.join(options)}", lambda cells: cells.isin(options), empty=empty)


def date(*, empty: bool = False) -> pa.Column:
    return column("date", "a date YYYY-MM-DD of this century", is_date, empty=empty)


def timestamp(*, empty: bool = False) -> pa.Column:
    return column("timestamp", "a time YYYY-MM-DDTHH:MM:SSZ of this century", is_timestamp, empty=empty)


def flag(*, empty: bool = False) -> pa.Column:
    return column("flag", "true or false", lambda cells: cells.isin(["true", "false"]), empty=empty)


def integer(*, zero: bool = False, empty: bool = False) -> pa.Column:
    def test(cells: pd.Series) -> pd.Series:
        return matches(_PLAIN_INTEGER)(cells) & (zero | cells.ne("0"))

    return column("integer", f"a whole number {'>=' if zero else '>'} 0", test, empty=empty)


def number(*, minimum: float | None = None, strict: bool = False, empty: bool = False) -> pa.Column:
    bound = "" if minimum is None else f" {'>' if strict else '>='} {minimum:g}"

    def test(cells: pd.Series) -> pd.Series:
        values = numbers(cells)
        if minimum is None:
            return values.notna()
        return values > minimum if strict else values >= minimum

    return column("number", f"a finite number{bound}", test, empty=empty)


def share(*, empty: bool = False) -> pa.Column:
    return column("number", "a number from 0 to 1", lambda cells: numbers(cells).between(0, 1), empty=empty)


def matches(pattern: str) -> Callable[[pd.Series], pd.Series]:
    return lambda cells: cells.str.fullmatch(pattern)


def is_date(cells: pd.Series) -> pd.Series:
    return matches(_ISO_DATE)(cells) & pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce").notna()


def is_timestamp(cells: pd.Series) -> pd.Series:
    times = pd.to_datetime(cells, format="%Y-%m-%dT%H:%M:%SZ", errors="coerce", utc=True)
    return matches(_TIMESTAMP)(cells) & times.notna()


def numbers(cells: pd.Series) -> pd.Series:
    """Values of the cells that are plain finite numbers, NaN for the others."""
    plain = cells.where(matches(_PLAIN_NUMBER)(cells))
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    return values.where(values.abs() != float("inf"))


def convert(cells: pd.Series, kind: str) -> pd.Series:
    match kind:
        case "date":
            return pd.to_datetime(cells.replace("", None), format="%Y-%m-%d").astype("datetime64[s]")
        case "timestamp":
            return pd.to_datetime(cells.replace("", None), format="%Y-%m-%dT%H:%M:%SZ").astype("datetime64[s]")
        case "flag":
            return cells.map({"true": True, "false": False}).astype("boolean")
        case "integer":
            return pd.to_numeric(cells.replace("", None)).astype("Int64")
        case "number":
            return pd.to_numeric(cells.replace("", None)).astype("float64")
        case _:
            return cells.astype("str")

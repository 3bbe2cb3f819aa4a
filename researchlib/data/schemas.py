"""What each table of the data folder may hold: one declared schema a table.

A schema sees the text of the file, so that an error can quote a cell as it stands. Conversion to numbers and
dates follows and cannot fail on text that passed. Importing this module imports pandera: `researchlib.data`
does so only when a table is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pandera.pandas as pa

from researchlib.data.networks import NETWORKS

__all__ = ["REFERENCES", "SCHEMAS", "UNITS", "check"]

UNITS = (
    "count", "fraction", "fraction_per_hour", "fraction_per_month", "fraction_per_year", "percent",
    "multiplier", "basis_points", "per_million", "per_node", "u16", "u64",
    "tokens", "tokens_per_block", "tokens_per_hour", "tokens_per_day", "tokens_per_epoch", "tokens_per_month",
    "tokens_per_year", "rao", "uakt",
    "usd", "usd_per_hour", "usd_per_day", "usd_per_month", "usd_per_year", "eur", "eur_per_obh",
    "obh", "obh_per_credit", "rndr_credits", "gigabytes", "terabytes", "megabits_per_second",
    "blocks", "seconds", "hours", "days", "months", "year", "days_since_1970", "date", "timestamp", "text", "flag",
)  # fmt: skip
"""Units of observations, parameters and claims. Fractions are of one; u16 is of 65,535; tokens are whole tokens."""

REFERENCES: dict[str, dict[str, tuple[str, str]]] = {
    "observations": {"source_id": ("sources", "source_id")},
    "parameters": {"source_id": ("sources", "source_id")},
    "events": {"source_id": ("sources", "source_id")},
    "gpu_specs": {"source_id": ("sources", "source_id")},
    "gpu_aliases": {"gpu_model": ("gpu_specs", "gpu_model")},
    "gpu_prices": {"source_id": ("sources", "source_id")},
    "cloud_unit_prices": {"source_id": ("sources", "source_id")},
    "token_prices": {"source_id": ("sources", "source_id")},
}
"""Columns whose cells must stand in another table: table -> column -> (table, column)."""

_PLAIN_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_PLAIN_INTEGER = r"[0-9]{1,15}"
_ISO_DATE = r"20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_DAY_MONTH_OR_YEAR = r"20[0-9][0-9](?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?"
_TIMESTAMP = _ISO_DATE + r"T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z"
_IDENTIFIER = r"[a-z0-9]+(?:[_-]+[a-z0-9]+)*"
# one line, no white space at the ends: what a table cell can show and a comparison can trust
_BREAK = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_SPACE = "\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ONE_LINE = f"[^{_BREAK}{_SPACE}](?:[^{_BREAK}]*[^{_BREAK}{_SPACE}])?"


_VALUE_OF_ITS_UNIT = (
    "true or false for a flag, YYYY-MM-DD for a date, YYYY-MM-DDTHH:MM:SSZ for a timestamp, else a number"
)


def _column(kind: str, allowed: str, test: Callable[[pd.Series], pd.Series], *, empty: bool = False) -> pa.Column:
    """Column of text; ``kind`` names the type it is converted to once every cell passed ``test``."""
    if not empty:
        return pa.Column(str, pa.Check(test, error=allowed), metadata={"kind": kind})
    return pa.Column(
        str, pa.Check(lambda cells: cells.eq("") | test(cells), error=f"{allowed}, or empty"), metadata={"kind": kind}
    )


def _text(*, empty: bool = False) -> pa.Column:
    return _column("text", "one line of text without spaces at its ends", _matches(_ONE_LINE), empty=empty)


def _identifier() -> pa.Column:
    return _column("text", "a name of small letters, digits, - and _", _matches(_IDENTIFIER))


def _choice(options: tuple[str, ...], *, empty: bool = False) -> pa.Column:
    return _column("text", f"one of {', '.join(options)}", lambda cells: cells.isin(options), empty=empty)


def _date(*, empty: bool = False) -> pa.Column:
    return _column("date", "a date YYYY-MM-DD of this century", _is_date, empty=empty)


def _integer(*, empty: bool = False) -> pa.Column:
    return _column("integer", "a whole number > 0", lambda c: _matches(_PLAIN_INTEGER)(c) & c.ne("0"), empty=empty)


def _number(*, minimum: float | None = None, strict: bool = False, empty: bool = False) -> pa.Column:
    bound = "" if minimum is None else f" {'>' if strict else '>='} {minimum:g}"

    def test(cells: pd.Series) -> pd.Series:
        numbers = _numbers(cells)
        if minimum is None:
            return numbers.notna()
        return numbers > minimum if strict else numbers >= minimum

    return _column("number", f"a finite number{bound}", test, empty=empty)


def _matches(pattern: str) -> Callable[[pd.Series], pd.Series]:
    return lambda cells: cells.str.fullmatch(pattern)


def _is_date(cells: pd.Series) -> pd.Series:
    return _matches(_ISO_DATE)(cells) & pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce").notna()


def _numbers(cells: pd.Series) -> pd.Series:
    """Values of the cells that are plain finite numbers, NaN for the others."""
    plain = cells.where(_matches(_PLAIN_NUMBER)(cells))
    numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
    return numbers.where(numbers.abs() != float("inf"))


def _is_value_of_its_unit(table: pd.DataFrame) -> pd.Series:
    """Whether ``value`` is written as its ``unit`` asks: a flag, a date, text, else a number."""
    value, unit = table["value"], table["unit"]
    passes = _numbers(value).notna()
    passes = passes.mask(unit.eq("flag"), value.isin(["true", "false"]))
    passes = passes.mask(unit.eq("date"), _is_date(value))
    passes = passes.mask(unit.eq("timestamp"), _is_date(value.str[:10]) & _matches(_TIMESTAMP)(value))
    return passes.mask(unit.isin(["text", ""]), True)


def _is_negative_only_where_a_change(table: pd.DataFrame) -> pd.Series:
    signed = table["metric"].str.contains(r"(?:^|_)(?:change|growth|net)(?:_|$)")
    return signed | ~(_numbers(table["value"]) < 0)


def _same_unit(*key: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda table: table["unit"].eq(table.groupby(list(key))["unit"].transform("first"))


def _ends_after_start(table: pd.DataFrame) -> pd.Series:
    # ISO dates sort as text
    return table["valid_to"].eq("") | (table["valid_to"] > table["valid_from"])


def _does_not_overlap(table: pd.DataFrame) -> pd.Series:
    """Whether a row in force starts when the one before it, of the same parameter, has ended."""
    in_force = table[table["status"].eq("in_force")].sort_values(["network", "parameter", "valid_from"])
    end = in_force["valid_to"].replace("", "9999-12-31")
    # sorted by start, if any two rows overlap then two neighbours do
    previous_end = end.groupby([in_force["network"], in_force["parameter"]]).shift().fillna("")
    return (in_force["valid_from"] >= previous_end).reindex(table.index, fill_value=True)


def _table(columns: dict[str, pa.Column], key: tuple[str, ...], **rules: tuple[str, str, Any]) -> pa.DataFrameSchema:
    """Build the schema of a table: these columns in this order, a unique key, further rules.

    A rule is (column that an error names, what is allowed, test of the whole table).
    """
    unique = pa.Check(
        lambda table: ~table.duplicated(list(key)), name=key[-1], error=f"one row for each ({', '.join(key)})"
    )
    further = [pa.Check(test, name=column, error=allowed) for column, allowed, test in rules.values()]
    return pa.DataFrameSchema(columns, checks=[unique, *further], strict=True, ordered=True)


SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "observations": _table(
        {
            "network": _choice(NETWORKS),
            "metric": _identifier(),
            "date": _date(),
            "period_days": _integer(empty=True),
            "value": _number(),
            "unit": _choice(UNITS),
            "status": _choice(("measured", "announced", "estimated")),
            "source_id": _identifier(),
            "note": _text(empty=True),
        },
        key=("network", "metric", "date", "period_days", "source_id"),
        unit=("unit", "one unit a metric", _same_unit("network", "metric")),
        sign=(
            "value",
            "a number >= 0 (a metric may be negative if its name holds change, growth or net)",
            _is_negative_only_where_a_change,
        ),
    ),
    "parameters": _table(
        {
            "network": _choice(NETWORKS),
            "parameter": _identifier(),
            "value": _text(),
            "unit": _choice(UNITS),
            "valid_from": _date(),
            "valid_to": _date(empty=True),
            "source_id": _identifier(),
            "status": _choice(("in_force", "conflicting")),
            "note": _text(empty=True),
        },
        key=("network", "parameter", "valid_from", "source_id", "value"),
        unit=("unit", "one unit a parameter", _same_unit("network", "parameter")),
        value=("value", _VALUE_OF_ITS_UNIT, _is_value_of_its_unit),
        order=("valid_to", "a date after valid_from, or empty", _ends_after_start),
        overlap=("valid_from", "rows in force of one parameter that do not overlap", _does_not_overlap),
    ),
    "events": _table(
        {
            "network": _choice(NETWORKS),
            "date": _date(),
            "event": _text(),
            "detail": _text(empty=True),
            "source_id": _identifier(),
        },
        key=("network", "date", "event"),
    ),
    "gpu_specs": _table(
        {
            "gpu_model": _text(),
            "vendor": _choice(("AMD", "Apple", "NVIDIA")),
            "architecture": _text(),
            "segment": _choice(("apple", "consumer", "datacenter", "workstation")),
            "launch_date": _date(empty=True),
            "memory_gib": _number(minimum=0, strict=True, empty=True),
            "memory_type": _text(empty=True),
            "memory_bandwidth_gb_s": _number(minimum=0, strict=True, empty=True),
            "fp32_tflops": _number(minimum=0, strict=True, empty=True),
            "fp16_tensor_tflops": _number(minimum=0, strict=True, empty=True),
            "bf16_tensor_tflops": _number(minimum=0, strict=True, empty=True),
            "fp8_tensor_tflops": _number(minimum=0, strict=True, empty=True),
            "tdp_w": _number(minimum=0, strict=True, empty=True),
            "msrp_usd": _number(minimum=0, strict=True, empty=True),
            "octanebench_2020_score": _number(minimum=0, strict=True, empty=True),
            "source_id": _identifier(),
            "note": _text(empty=True),
        },
        key=("gpu_model",),
    ),
    "gpu_aliases": _table(
        {"printed_model": _text(), "gpu_model": _text(empty=True), "assumption": _text(empty=True)},
        key=("printed_model",),
    ),
    "gpu_prices": _table(
        {
            "date": _date(),
            "venue": _text(),
            "venue_kind": _choice(("depin", "hyperscaler", "marketplace", "neocloud")),
            "instance": _text(empty=True),
            "gpu_model": _text(),
            "gpus": _integer(empty=True),
            "price_usd_per_gpu_hour": _number(minimum=0, strict=True),
            "pricing": _choice(("on_demand", "spot", "reserved", "reserved_1y", "reserved_3y", "bid_min", "bid_max")),
            "region": _text(empty=True),
            "source_id": _identifier(),
            "note": _text(empty=True),
        },
        key=("date", "venue", "instance", "gpu_model", "gpus", "pricing", "region", "source_id"),
    ),
    "cloud_unit_prices": _table(
        {
            "date": _date(),
            "venue": _text(),
            "what": _choice(("vcpu_hour", "memory_gib_hour", "storage_gib_month")),
            "offer": _text(empty=True),
            "region": _text(empty=True),
            "price_usd": _number(minimum=0, strict=True),
            "source_id": _identifier(),
            "note": _text(empty=True),
        },
        key=("date", "venue", "what", "offer", "region", "source_id"),
    ),
    "token_prices": _table(
        {
            "network": _choice(NETWORKS),
            "date": _date(),
            "price_usd": _number(minimum=0, strict=True, empty=True),
            "market_cap_usd": _number(minimum=0, strict=True, empty=True),
            "circulating_supply": _number(minimum=0, strict=True, empty=True),
            "source_id": _identifier(),
        },
        key=("network", "date", "source_id"),
    ),
    "claims": _table(
        {
            "claim_id": _identifier(),
            "network": _choice(NETWORKS),
            "theme": _choice(("supply", "usage", "pricing", "tokens")),
            "claim": _text(),
            "value": _text(empty=True),
            "unit": _choice(UNITS, empty=True),
            "as_of": _date(),
            "how_to_check": _text(),
        },
        key=("claim_id",),
        value=("value", _VALUE_OF_ITS_UNIT, _is_value_of_its_unit),
    ),
    "sources": _table(
        {
            "source_id": _identifier(),
            "title": _text(),
            "publisher": _text(),
            "url": _column(
                "text",
                "a web address, or 'address not recorded ...'",
                _matches(r"https?://[^\s]+|address not recorded.*"),
            ),
            "published": _column("text", "YYYY, YYYY-MM or YYYY-MM-DD", _matches(_DAY_MONTH_OR_YEAR), empty=True),
            "kind": _choice(
                ("blog", "code", "dashboard", "docs", "governance_proposal", "news", "quarterly_report", "research")
            ),
        },
        key=("source_id",),
    ),
}
"""The schema of each table, by table name."""


def check(table: str, cells: pd.DataFrame, references: Mapping[str, frozenset[str]], *, file: str = "") -> pd.DataFrame:
    """Return the table with its columns converted, after checking every cell.

    Parameters
    ----------
    table : str
        Name of the table, a key of ``SCHEMAS``.
    cells : DataFrame
        Text of the file; the index holds the line numbers.
    references : mapping of str to frozenset of str
        For each column named in ``REFERENCES[table]``, the texts it may hold (an empty cell passes).

    Returns
    -------
    DataFrame
        Numbers as float64, whole numbers as Int64, dates as timestamps, text as str ("" where empty).

    Raises
    ------
    ValueError
        Naming file, line, column, the text found and what is allowed, for the first several failures.
    """
    schema = SCHEMAS[table]
    for column, known in references.items():
        target = ".csv, column ".join(REFERENCES[table][column])
        resolves = pa.Check(lambda c, known=known: c.eq("") | c.isin(known), error=f"what is listed in {target}")
        schema = schema.update_column(column, checks=[*schema.columns[column].checks, resolves])
    try:
        schema.validate(cells, lazy=True)
    except pa.errors.SchemaErrors as failures:
        raise ValueError(_describe(failures.failure_cases, cells, f"{table}.csv")) from None
    kinds = {name: column.metadata["kind"] for name, column in schema.columns.items()}
    return pd.DataFrame({name: _convert(cells[name], kind) for name, kind in kinds.items()}).reset_index(drop=True)


def _convert(cells: pd.Series, kind: str) -> pd.Series:
    match kind:
        case "date":
            return pd.to_datetime(cells.replace("", None), format="%Y-%m-%d").astype("datetime64[s]")
        case "integer":
            return pd.to_numeric(cells.replace("", None)).astype("Int64")
        case "number":
            return pd.to_numeric(cells.replace("", None)).astype("float64")
        case _:
            return cells.astype("str")


def _describe(failures: pd.DataFrame, cells: pd.DataFrame, file: str, shown: int = 10) -> str:
    """Write one line for each wrong value of a column, in the order of the file."""
    rule_columns = {rule.error: rule.name for schema in SCHEMAS.values() for rule in schema.checks}
    # a rule of the whole table reports a failing row once for each of its columns
    found = {
        (int(line), str(rule_columns.get(allowed, column)), str(allowed))
        for line, column, allowed in zip(failures["index"], failures["column"], failures["check"], strict=True)
    }
    lines: dict[tuple[str, str, str], list[int]] = {}
    for line, column, allowed in sorted(found):
        lines.setdefault((column, cells[column].loc[line], allowed), []).append(line)
    messages = []
    for (column, value, allowed), at in lines.items():
        again = f" and {len(at) - 1} more" if len(at) > 1 else ""
        quoted = repr(value if len(value) <= 60 else value[:60] + "...")
        messages.append(f"{file}, line {at[0]}{again}, column {column}: {quoted} given, {allowed} allowed")
    more = f"\n... and {len(messages) - shown} more" if len(messages) > shown else ""
    return "\n".join(messages[:shown]) + more

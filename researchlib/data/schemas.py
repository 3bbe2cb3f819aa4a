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

from researchlib.data import _columns as col
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
    "gpu_specs": {"source_id": ("sources", "source_id"), "street_source_id": ("sources", "source_id")},
    "gpu_aliases": {"gpu_model": ("gpu_specs", "gpu_model")},
    "gpu_prices": {"source_id": ("sources", "source_id")},
    "cloud_unit_prices": {"source_id": ("sources", "source_id")},
    "token_prices": {"source_id": ("sources", "source_id")},
    "subnets": {"source_id": ("sources", "source_id")},
    "claims": {"source_id": ("sources", "source_id")},
}
"""Columns whose cells must stand in another table: table -> column -> (table, column)."""

_VALUE_OF_ITS_UNIT = (
    "true or false for a flag, YYYY-MM-DD for a date, YYYY-MM-DDTHH:MM:SSZ for a timestamp, else a number"
)


def _is_value_of_its_unit(table: pd.DataFrame) -> pd.Series:
    """Whether ``value`` is written as its ``unit`` asks: a flag, a date, text, else a number."""
    value, unit = table["value"], table["unit"]
    passes = col.numbers(value).notna()
    passes = passes.mask(unit.eq("flag"), value.isin(["true", "false"]))
    passes = passes.mask(unit.eq("date"), col.is_date(value))
    passes = passes.mask(unit.eq("timestamp"), col.is_timestamp(value))
    return passes.mask(unit.isin(["text", ""]), True)


def _is_negative_only_where_a_change(table: pd.DataFrame) -> pd.Series:
    signed = table["metric"].str.contains(r"(?:^|_)(?:change|growth|net)(?:_|$)")
    return signed | ~(col.numbers(table["value"]) < 0)


def _same(column: str, *key: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda table: table[column].eq(table.groupby(list(key))[column].transform("first"))


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
            "network": col.choice(NETWORKS),
            "metric": col.identifier(),
            "date": col.date(),
            "period_days": col.integer(empty=True),
            "value": col.number(),
            "unit": col.choice(UNITS),
            "status": col.choice(("measured", "announced", "estimated")),
            "source_id": col.identifier(),
            "note": col.text(empty=True),
        },
        key=("network", "metric", "date", "period_days", "source_id"),
        unit=("unit", "one unit a metric", _same("unit", "network", "metric")),
        sign=(
            "value",
            "a number >= 0 (a metric may be negative if its name holds change, growth or net)",
            _is_negative_only_where_a_change,
        ),
    ),
    "parameters": _table(
        {
            "network": col.choice(NETWORKS),
            "parameter": col.identifier(),
            "value": col.text(),
            "unit": col.choice(UNITS),
            "valid_from": col.date(),
            "valid_to": col.date(empty=True),
            "source_id": col.identifier(),
            "status": col.choice(("in_force", "conflicting")),
            "note": col.text(empty=True),
        },
        key=("network", "parameter", "valid_from", "source_id", "value"),
        unit=("unit", "one unit a parameter", _same("unit", "network", "parameter")),
        value=("value", _VALUE_OF_ITS_UNIT, _is_value_of_its_unit),
        order=("valid_to", "a date after valid_from, or empty", _ends_after_start),
        overlap=("valid_from", "rows in force of one parameter that do not overlap", _does_not_overlap),
    ),
    "events": _table(
        {
            "network": col.choice(NETWORKS),
            "date": col.date(),
            "event": col.text(),
            "detail": col.text(empty=True),
            "source_id": col.identifier(),
        },
        key=("network", "date", "event"),
    ),
    "gpu_specs": _table(
        {
            "gpu_model": col.text(),
            "vendor": col.choice(("AMD", "Apple", "NVIDIA")),
            "architecture": col.text(),
            "segment": col.choice(("apple", "consumer", "datacenter", "workstation")),
            "launch_date": col.date(empty=True),
            "memory_gib": col.number(minimum=0, strict=True, empty=True),
            "memory_type": col.text(empty=True),
            "memory_bandwidth_gb_s": col.number(minimum=0, strict=True, empty=True),
            "fp32_tflops": col.number(minimum=0, strict=True, empty=True),
            "fp16_tensor_tflops": col.number(minimum=0, strict=True, empty=True),
            "bf16_tensor_tflops": col.number(minimum=0, strict=True, empty=True),
            "fp8_tensor_tflops": col.number(minimum=0, strict=True, empty=True),
            "tdp_w": col.number(minimum=0, strict=True, empty=True),
            "msrp_usd": col.number(minimum=0, strict=True, empty=True),
            "octanebench_2020_score": col.number(minimum=0, strict=True, empty=True),
            "street_usd": col.number(minimum=0, strict=True, empty=True),
            "street_low_usd": col.number(minimum=0, strict=True, empty=True),
            "street_high_usd": col.number(minimum=0, strict=True, empty=True),
            "street_date": col.date(empty=True),
            "street_source_id": col.text(empty=True),
            "source_id": col.identifier(),
            "note": col.text(empty=True),
        },
        key=("gpu_model",),
    ),
    "gpu_aliases": _table(
        {
            "printed_model": col.text(),
            "gpu_model": col.text(empty=True),
            "assumption": col.text(empty=True),
        },
        key=("printed_model",),
    ),
    "gpu_prices": _table(
        {
            "date": col.date(),
            "venue": col.text(),
            "venue_kind": col.choice(("depin", "hyperscaler", "index", "marketplace", "neocloud")),
            "instance": col.text(empty=True),
            "gpu_model": col.text(),
            "gpus": col.integer(empty=True),
            "price_usd_per_gpu_hour": col.number(minimum=0, strict=True),
            "pricing": col.choice(
                ("on_demand", "spot", "reserved", "reserved_1y", "reserved_3y", "bid_min", "bid_max")
            ),
            "region": col.text(empty=True),
            "confidence": col.choice(("ok", "low")),
            "source_id": col.identifier(),
            "note": col.text(empty=True),
        },
        key=("date", "venue", "instance", "gpu_model", "gpus", "pricing", "region", "source_id"),
        kind=("venue_kind", "one kind a venue", _same("venue_kind", "venue")),
    ),
    "cloud_unit_prices": _table(
        {
            "date": col.date(),
            "venue": col.text(),
            "what": col.choice(("vcpu_hour", "memory_gib_hour", "storage_gib_month")),
            "offer": col.text(empty=True),
            "region": col.text(empty=True),
            "price_usd": col.number(minimum=0, strict=True),
            "source_id": col.identifier(),
            "note": col.text(empty=True),
        },
        key=("date", "venue", "what", "offer", "region", "source_id"),
    ),
    "token_prices": _table(
        {
            "network": col.choice(NETWORKS),
            "date": col.date(),
            "price_usd": col.number(minimum=0, strict=True, empty=True),
            "market_cap_usd": col.number(minimum=0, strict=True, empty=True),
            "circulating_supply": col.number(minimum=0, strict=True, empty=True),
            "source_id": col.identifier(),
        },
        key=("network", "date", "source_id"),
    ),
    "subnets": _table(
        {
            "date": col.date(),
            "time_utc": col.timestamp(empty=True),
            "block": col.integer(),
            "netuid": col.integer(),
            "registered_block": col.integer(empty=True),
            "alpha_price_tao": col.number(minimum=0, strict=True, empty=True),
            "moving_price_tao": col.number(minimum=0, strict=True, empty=True),
            "tao_in_pool": col.number(minimum=0, empty=True),
            "alpha_in_pool": col.number(minimum=0, empty=True),
            "alpha_outside_pool": col.number(minimum=0, empty=True),
            "emission_enabled": col.flag(empty=True),
            "miner_burned_share": col.share(empty=True),
            "tao_injected_per_block": col.number(minimum=0, empty=True),
            "tao_excess_per_block": col.number(minimum=0, empty=True),
            "alpha_injected_per_block": col.number(minimum=0, empty=True),
            "alpha_emitted_per_block": col.number(minimum=0, empty=True),
            "registration_cost_tao": col.number(minimum=0, empty=True),
            "paid_uids": col.integer(zero=True, empty=True),
            "miners": col.integer(zero=True, empty=True),
            "validators": col.integer(zero=True, empty=True),
            "alpha_issued": col.number(minimum=0, empty=True),
            "alpha_staked": col.number(minimum=0, empty=True),
            "alpha_protocol_owned": col.number(minimum=0, empty=True),
            "alpha_burned": col.number(minimum=0, empty=True),
            "tao_recycled_cumulative": col.number(minimum=0, empty=True),
            "started": col.flag(empty=True),
            "source_id": col.identifier(),
            "note": col.text(empty=True),
        },
        key=("date", "netuid", "source_id"),
    ),
    "claims": _table(
        {
            "claim_id": col.identifier(),
            "network": col.choice((*NETWORKS, "all")),
            "theme": col.choice(("supply", "usage", "pricing", "tokens")),
            "claim": col.text(),
            "in_full": col.text(empty=True),
            "value": col.text(empty=True),
            "unit": col.choice(UNITS, empty=True),
            "as_of": col.date(),
            "how_to_check": col.text(),
            "source_id": col.identifier(),
        },
        key=("claim_id",),
        value=("value", _VALUE_OF_ITS_UNIT, _is_value_of_its_unit),
    ),
    "sources": _table(
        {
            "source_id": col.identifier(),
            "title": col.text(),
            "publisher": col.text(),
            "url": col.column(
                "text",
                "a web address, or 'address not recorded ...'",
                col.matches(r"https?://[^\s]+|address not recorded.*"),
            ),
            "published": col.column(
                "text", "YYYY, YYYY-MM or YYYY-MM-DD", col.matches(col.DAY_MONTH_OR_YEAR), empty=True
            ),
            "kind": col.choice(
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
        Numbers as float64, whole numbers as Int64, flags as boolean, dates and times (UTC) as timestamps, text as
        str ("" where empty).

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
    return pd.DataFrame({name: col.convert(cells[name], kind) for name, kind in kinds.items()}).reset_index(drop=True)


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

"""Each table's schema accepts the table, and says where and why it refuses a bad cell."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.data import schemas

KNOWN = frozenset({"known_source"})
REFERENCES = {"source_id": KNOWN, "street_source_id": KNOWN, "gpu_model": frozenset({"H100 SXM 80GB"})}

# one sound row a table
ROWS = {
    "observations": "akash,new_leases,2024-03-31,91,120,count,measured,known_source,",
    "parameters": "akash,take_rate_usdc,0.2,fraction,2023-08-31,2026-03-23,known_source,in_force,",
    "events": "akash,2020-09-25,Mainnet starts,,known_source",
    "gpu_specs": "H100,NVIDIA,Hopper,datacenter,2022-09-20,80,HBM3,3350,67,989,,,700,,,25000,22000,30000,2026-03-31,"
    "known_source,known_source,",
    "gpu_aliases": "h100,H100 SXM 80GB,form factor not stated",
    "gpu_prices": "2024-03-31,AWS,hyperscaler,p5,H100,8,12.29,on_demand,,ok,known_source,",
    "cloud_unit_prices": "2024-03-31,GCP,vcpu_hour,e2,us-central1,0.02,known_source,",
    "token_prices": "akash,2024-03-31,5.1,,,known_source",
    "subnets": "2026-09-30,2026-09-30T23:59:48Z,9184186,51,3196500,0.05,,100,2000,3000,true,0.25,0.01,,,,0.0005,12,,9,"
    "5000,2500,400,100,1.5,true,known_source,",
    "claims": "akash-take,akash,tokens,Akash keeps 20%,,0.20,fraction,2024-05-01,by the parameters,known_source",
    "sources": "known_source,A report,Publisher,https://example.org/a,2024-03,blog",
}


def cells_of(table: str, *rows: str) -> pd.DataFrame:
    columns = list(schemas.SCHEMAS[table].columns)
    parts = [row.split(",") for row in rows]
    return pd.DataFrame(parts, columns=columns, index=range(2, 2 + len(rows)), dtype="str")


def check(table: str, cells: pd.DataFrame) -> pd.DataFrame:
    return schemas.check(table, cells, {column: REFERENCES[column] for column in schemas.REFERENCES.get(table, {})})


def refusal(table: str, cells: pd.DataFrame) -> str:
    with pytest.raises(ValueError, match=re.escape(f"{table}.csv, line ")) as caught:
        check(table, cells)
    return str(caught.value)


@pytest.mark.parametrize("table", data.TABLES)
def test_table_of_the_project_passes(table: str) -> None:
    assert len(data.load(table)) > 0


def test_a_schema_for_each_table_and_a_row_here() -> None:
    assert tuple(schemas.SCHEMAS) == data.TABLES
    assert set(ROWS) == set(data.TABLES)


@pytest.mark.parametrize("table", data.TABLES)
def test_sound_row_passes_and_no_row_passes(table: str) -> None:
    cells = cells_of(table, ROWS[table])
    assert len(check(table, cells)) == 1
    assert check(table, cells.iloc[:0]).empty


def test_columns_are_converted() -> None:
    table = check(
        "observations", cells_of("observations", ROWS["observations"], ROWS["observations"].replace(",91,", ",,"))
    )
    assert table["date"].iloc[0] == pd.Timestamp("2024-03-31")
    assert str(table["value"].dtype) == "float64"
    assert table["period_days"].tolist() == [91, pd.NA]
    assert table["note"].tolist() == ["", ""]
    assert table.index.tolist() == [0, 1]
    assert check("parameters", cells_of("parameters", ROWS["parameters"]))["value"].tolist() == ["0.2"]


@pytest.mark.parametrize(
    ("table", "column", "value", "allowed"),
    [
        ("observations", "network", "filecoin", "one of akash, bittensor, ionet, render"),
        ("observations", "metric", "New Leases", "a name of small letters, digits, - and _"),
        ("observations", "date", "2024-02-30", "a date YYYY-MM-DD of this century"),
        ("observations", "date", "31/03/2024", "a date YYYY-MM-DD of this century"),
        ("observations", "date", "1924-03-31", "a date YYYY-MM-DD of this century"),
        ("observations", "date", "2024-W13-7", "a date YYYY-MM-DD of this century"),
        ("observations", "period_days", "0", "a whole number > 0, or empty"),
        ("observations", "period_days", "30.5", "a whole number > 0, or empty"),
        ("observations", "value", "", "a finite number"),
        ("observations", "value", "nan", "a finite number"),
        ("observations", "value", "1e999", "a finite number"),
        ("observations", "value", "1_000", "a finite number"),
        ("observations", "value", "٣", "a finite number"),
        ("observations", "value", "-3", "a number >= 0"),
        ("observations", "unit", "furlongs", "one of count, fraction"),
        ("observations", "status", "guessed", "one of measured, announced, estimated"),
        ("observations", "source_id", "nowhere", "what is listed in sources.csv, column source_id"),
        ("observations", "note", " spaced ", "one line of text without spaces at its ends, or empty"),
        ("observations", "note", "two\nlines", "one line of text without spaces at its ends, or empty"),
        ("parameters", "value", "20%", "true or false for a flag"),
        ("parameters", "valid_from", "", "a date YYYY-MM-DD of this century"),
        ("parameters", "valid_to", "2023-08-31", "a date after valid_from, or empty"),
        ("parameters", "status", "", "one of in_force, conflicting"),
        ("parameters", "source_id", "", "a name of small letters"),
        ("events", "event", "", "one line of text"),
        ("gpu_specs", "vendor", "Nvidia", "one of AMD, Apple, NVIDIA"),
        ("gpu_specs", "memory_gib", "0", "a finite number > 0, or empty"),
        ("gpu_aliases", "gpu_model", "H1000", "what is listed in gpu_specs.csv, column gpu_model"),
        ("gpu_prices", "price_usd_per_gpu_hour", "-1", "a finite number > 0"),
        ("gpu_prices", "pricing", "free", "one of on_demand, spot"),
        ("gpu_prices", "venue_kind", "cloud", "one of depin, hyperscaler, index, marketplace, neocloud"),
        ("gpu_prices", "confidence", "", "one of ok, low"),
        ("cloud_unit_prices", "what", "gpu_hour", "one of vcpu_hour, memory_gib_hour, storage_gib_month"),
        ("token_prices", "price_usd", "0", "a finite number > 0, or empty"),
        ("subnets", "time_utc", "2026-09-30T24:00:00Z", "a time YYYY-MM-DDTHH:MM:SSZ of this century, or empty"),
        ("subnets", "time_utc", "2026-09-30 23:59:48", "a time YYYY-MM-DDTHH:MM:SSZ of this century, or empty"),
        ("subnets", "netuid", "0", "a whole number > 0"),
        ("subnets", "alpha_price_tao", "0", "a finite number > 0, or empty"),
        ("subnets", "tao_in_pool", "-1", "a finite number >= 0, or empty"),
        ("subnets", "emission_enabled", "True", "true or false, or empty"),
        ("subnets", "miner_burned_share", "1.01", "a number from 0 to 1, or empty"),
        ("subnets", "miner_burned_share", "nan", "a number from 0 to 1, or empty"),
        ("subnets", "validators", "1.5", "a whole number >= 0, or empty"),
        ("subnets", "source_id", "nowhere", "what is listed in sources.csv, column source_id"),
        ("claims", "value", "a fifth", "else a number"),
        ("claims", "theme", "weather", "one of supply, usage, pricing, tokens"),
        ("sources", "url", "ftp://example.org", "a web address"),
        ("sources", "published", "March 2024", "YYYY, YYYY-MM or YYYY-MM-DD"),
        ("sources", "kind", "rumour", "one of blog, code"),
    ],
)
def test_bad_cell_is_named(table: str, column: str, value: str, allowed: str) -> None:
    cells = cells_of(table, ROWS[table])
    cells[column] = [value]
    message = refusal(table, cells)
    assert f"{table}.csv, line 2, column {column}: {value!r} given, " in message
    assert allowed in message


@pytest.mark.parametrize("table", data.TABLES)
def test_same_row_twice_is_refused(table: str) -> None:
    message = refusal(table, cells_of(table, ROWS[table], ROWS[table]))
    assert f"{table}.csv, line 3, column " in message
    assert "one row for each (" in message


@pytest.mark.parametrize(
    "table", ["observations", "parameters", "gpu_prices", "cloud_unit_prices", "token_prices", "subnets"]
)
def test_figures_of_two_sources_stand_side_by_side(table: str) -> None:
    conflicting = ROWS[table].replace("known_source", "other_source").replace("in_force", "conflicting")
    known = {"source_id": frozenset({"known_source", "other_source"})}
    assert len(schemas.check(table, cells_of(table, ROWS[table], conflicting), known)) == 2


def test_one_kind_a_venue() -> None:
    rows = [ROWS["gpu_prices"], ROWS["gpu_prices"].replace("hyperscaler", "index").replace("03-31", "04-30")]
    message = refusal("gpu_prices", cells_of("gpu_prices", *rows))
    assert "line 3, column venue_kind: 'index' given, one kind a venue allowed" in message


def test_flags_and_times_are_converted() -> None:
    row = ROWS["subnets"]
    unknown = row.replace(",51,", ",52,").replace("2026-09-30T23:59:48Z", "").replace(",true,0.25", ",,0.25")
    off = row.replace(",51,", ",53,").replace(",true,0.25", ",false,0.25").replace(",12,,9,", ",0,,9,")
    table = check("subnets", cells_of("subnets", row, unknown, off))
    assert table["time_utc"].tolist() == [
        pd.Timestamp("2026-09-30 23:59:48"),
        pd.NaT,
        pd.Timestamp("2026-09-30 23:59:48"),
    ]
    assert table["emission_enabled"].tolist() == [True, pd.NA, False]
    assert table["paid_uids"].tolist() == [12, 12, 0]


def test_one_unit_a_metric() -> None:
    message = refusal(
        "observations",
        cells_of("observations", ROWS["observations"], "akash,new_leases,2024-06-30,91,120,usd,measured,known_source,"),
    )
    assert "line 3, column unit: 'usd' given, one unit a metric allowed" in message


def test_change_may_be_negative() -> None:
    row = "akash,new_leases_qoq_change,2024-03-31,91,-0.5,fraction,measured,known_source,"
    assert check("observations", cells_of("observations", row))["value"].tolist() == [-0.5]


@pytest.mark.parametrize(
    ("unit", "good", "bad"),
    [
        ("flag", "true", "yes"),
        ("date", "2024-05-01", "2024-5-1"),
        ("timestamp", "2024-06-15T16:00:00Z", "2024-06-15 16:00"),
        ("text", "hourly", ""),
        ("u64", "18446744073709551615", "0xff"),
    ],
)
def test_parameter_is_written_as_its_unit_asks(unit: str, good: str, bad: str) -> None:
    row = ROWS["parameters"].split(",")
    row[2:4] = [good, unit]
    assert check("parameters", cells_of("parameters", ",".join(row)))["value"].tolist() == [good]
    row[2] = bad
    assert f"line 2, column value: {bad!r} given, " in refusal("parameters", cells_of("parameters", ",".join(row)))


PARAMETER = "akash,take_rate_usdc,{value},fraction,{start},{end},known_source,{status},"


def test_overlapping_rows_in_force_are_refused() -> None:
    first = PARAMETER.format(value="0.2", start="2023-08-31", end="", status="in_force")
    second = PARAMETER.format(value="0.1", start="2024-01-01", end="2024-02-01", status="in_force")
    message = refusal("parameters", cells_of("parameters", first, second))
    assert (
        "line 3, column valid_from: '2024-01-01' given, rows in force of one parameter that do not overlap" in message
    )
    # a competing figure may
    assert len(check("parameters", cells_of("parameters", first, second.replace("in_force", "conflicting")))) == 2


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 28), st.integers(1, 28)), min_size=2, max_size=5, unique_by=lambda span: span[0])
)
@example([(1, 10), (2, 3), (4, 5)])
def test_overlap_is_found_wherever_two_spans_meet(ends: list[tuple[int, int]]) -> None:
    spans = [(start, start + length) for start, length in ends]
    rows = [
        PARAMETER.format(
            value="0.2",
            start=f"2024-01-{start:02}",
            end=f"2024-{2 if end > 28 else 1:02}-{(end - 1) % 28 + 1:02}",
            status="in_force",
        )
        for start, end in spans
    ]
    overlap = any(a < d and c < b for i, (a, b) in enumerate(spans) for c, d in spans[i + 1 :])
    if overlap:
        assert "do not overlap" in refusal("parameters", cells_of("parameters", *rows))
    else:
        assert len(check("parameters", cells_of("parameters", *rows))) == len(rows)


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.floats().map(repr), st.integers().map(str), st.text("0123456789.eE+-_ naif", max_size=8)))
def test_number_that_passes_is_the_number_written(text: str) -> None:
    cells = cells_of("observations", ROWS["observations"].replace("new_leases", "leases_net_change"))
    cells["value"] = [text]
    try:
        value = check("observations", cells)["value"].iloc[0]
    except ValueError:
        return
    assert value == float(text)
    assert math.isfinite(value)


def test_long_lists_of_failures_are_cut() -> None:
    rows = [f"akash,new_leases,2024-03-{day:02},1,x{day},count,measured,known_source," for day in range(1, 16)]
    message = refusal("observations", cells_of("observations", *rows))
    assert len(message.splitlines()) == 11
    assert message.endswith("... and 5 more")


def test_same_wrong_value_is_told_once() -> None:
    rows = [f"akash,new_leases,2024-03-{day:02},1,5,count,measured,nowhere," for day in range(1, 16)]
    message = refusal("observations", cells_of("observations", *rows))
    assert message.startswith("observations.csv, line 2 and 14 more, column source_id: 'nowhere' given, ")
    assert len(message.splitlines()) == 1

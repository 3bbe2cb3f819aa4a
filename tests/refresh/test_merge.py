from __future__ import annotations

import csv
import datetime
import io
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.data.live import KEYS
from researchlib.refresh.merge import Tables, load_tables, merge, write
from researchlib.refresh.readings import Reading, Source, observation, plain
from tests.refresh.conftest import SMALL

TODAY = datetime.date(2026, 11, 24)
SOURCE = Source("render_stats_burn_live", "X", "X", "https://x.example/v1")


def leases(day: str, value: float | str, *, snapshot: bool = False) -> Reading:
    at = datetime.date.fromisoformat(day)
    return observation(SOURCE, "akash", "active_leases", at, Decimal(str(value)), "count", "read", snapshot=snapshot)


def put(folder: Path, *readings: Reading, today: datetime.date = TODAY) -> tuple[int, int, list[str], list[str]]:
    tables = load_tables(folder)
    outcome = merge(tables, readings, SOURCE, today)
    write(tables, folder)
    return len(outcome.added), outcome.unchanged, outcome.conflicting, [refusal.reason for refusal in outcome.refused]


def rows(folder: Path, table: str = "observations") -> list[str]:
    return (folder / f"{table}.csv").read_text().splitlines()


def test_a_new_row_takes_its_place_and_cites_its_source(small: Path) -> None:
    assert put(small, leases("2025-01-02", 2510)) == (1, 0, [], [])
    assert rows(small)[1:4] == [
        "akash,active_leases,2025-01-01,,2500,count,measured,old,",
        "akash,active_leases,2025-01-02,,2510,count,measured,render_stats_burn_live,read",
        "akash,active_leases,2025-01-03,,2520,count,announced,old,spoken",
    ]
    assert rows(small, "sources")[-1] == "render_stats_burn_live,X,X,https://x.example/v1,,dashboard"
    assert list(data.series("akash", "active_leases", status="measured")["value"]) == [2500, 2510]


def test_the_same_reading_twice_adds_nothing_and_touches_no_file(small: Path) -> None:
    put(small, leases("2025-01-02", 2510))
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in small.iterdir()}
    assert put(small, leases("2025-01-02", 2510), leases("2025-01-01", 2500)) == (0, 2, [], [])
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in small.iterdir()}


def test_a_reading_that_differs_stands_beside_and_the_old_row_is_as_it_was(small: Path) -> None:
    old = rows(small)[1]
    added, _, conflicting, _ = put(small, leases("2025-01-01", 2600))
    assert added == 1
    assert conflicting == ["akash active_leases 2025-01-01: 2600 (render_stats_burn_live) beside 2500 (old)"]
    assert rows(small)[1:3] == [old, "akash,active_leases,2025-01-01,,2600,count,measured,render_stats_burn_live,read"]
    # a series takes the live reading; the old one is there for the asking
    assert data.series("akash", "active_leases")["value"].iloc[0] == 2600
    assert data.series("akash", "active_leases", source="old")["value"].iloc[0] == 2500


def test_an_announced_figure_stays_too(small: Path) -> None:
    _, _, conflicting, _ = put(small, leases("2025-01-03", 2400))
    assert conflicting == ["akash active_leases 2025-01-03: 2400 (render_stats_burn_live) beside 2520 (old)"]


def test_a_history_that_was_revised_stands_beside_under_the_day_of_reading(small: Path) -> None:
    put(small, leases("2025-01-02", 2510))
    later = TODAY + datetime.timedelta(days=1)
    assert put(small, leases("2025-01-02", 2511), today=later)[2] == [
        "akash active_leases 2025-01-02: 2511 (render_stats_burn_live_20261125) beside 2510 (render_stats_burn_live)"
    ]
    assert put(small, leases("2025-01-02", 2512), today=later)[2] == [
        "akash active_leases 2025-01-02: 2512 (render_stats_burn_live_20261125_2) beside 2510 "
        "(render_stats_burn_live), 2511 (render_stats_burn_live_20261125)"
    ]
    assert put(small, leases("2025-01-02", 2511), leases("2025-01-02", 2510), today=later)[:2] == (0, 2)
    cited = rows(small, "sources")
    assert (
        'render_stats_burn_live_20261125,"X, as read on 2026-11-25",X,https://x.example/v1,2026-11-25,dashboard'
        in cited
    )


def test_another_moment_of_the_same_day_is_no_conflict(small: Path) -> None:
    put(small, leases("2026-11-24", 2510, snapshot=True))
    assert put(small, leases("2026-11-24", 2511, snapshot=True)) == (
        0,
        0,
        [],
        ["a reading of this day is there, and another moment differs"],
    )
    # but a snapshot beside another source's row is
    assert put(small, leases("2025-01-01", 2511, snapshot=True))[0] == 1


def test_an_answer_that_contradicts_itself_is_refused(small: Path) -> None:
    outcome = put(small, leases("2025-01-02", 2510), leases("2025-01-02", 2511))
    assert outcome == (1, 0, [], ["the answer gives two values for one day"])


def test_a_finer_reading_of_a_rounded_row_is_the_same(small: Path) -> None:
    def burned(value: str) -> Reading:
        day = datetime.date(2025, 1, 1)
        return observation(SOURCE, "render", "tokens_burned", day, Decimal(value), "tokens", "read", period_days=7)

    assert put(small, burned("9624.7312"))[:2] == (0, 1)
    assert put(small, burned("9624.7412"))[0] == 1


def test_prices_agree_where_both_tell_something(small: Path) -> None:
    cells = {"network": "render", "date": "2025-01-01", "price_usd": "7.1", "market_cap_usd": "3680000000"}
    cells |= {"circulating_supply": "", "source_id": "render_stats_burn_live"}
    assert put(small, Reading("token_prices", cells))[:2] == (0, 1)
    assert put(small, Reading("token_prices", {**cells, "price_usd": "7.2"}))[2] == [
        "render 2025-01-01: 7.2 / 3680000000 (render_stats_burn_live) beside 7.10 (old)"
    ]


def test_sources_are_written_before_the_rows_that_name_them(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr("researchlib.refresh.merge.replace_file", lambda path, content: written.append(path.name))
    put(small, leases("2025-01-02", 2510))
    assert written == ["sources.csv", "observations.csv"]


def test_a_row_that_breaks_the_schema_stops_everything(small: Path) -> None:
    tables = load_tables(small)
    bad = dict(leases("2025-01-02", 2510).cells) | {"unit": "furlongs"}
    merge(tables, [Reading("observations", bad)], SOURCE, TODAY)
    before = {path: path.read_bytes() for path in small.iterdir()}
    with pytest.raises(ValueError, match="observations.csv, line 3, column unit: 'furlongs' given"):
        write(tables, small)
    assert before == {path: path.read_bytes() for path in small.iterdir()}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"network,metric\n", "line 1: header"),
        (b"\xef\xbb\xbf" + SMALL["observations"].encode(), "line 1: starts with a byte order mark"),
        (SMALL["observations"].encode() + b"akash,active_leases\n", "line 6: 2 cells given, 9 allowed"),
        (SMALL["observations"].encode() + b'akash,"open\n', "line 6: not a CSV row"),
        (SMALL["observations"].encode() + b"akash,caf\xe9\n", "line 6: not UTF-8"),
    ],
)
def test_a_malformed_table_is_refused(small: Path, content: bytes, message: str) -> None:
    (small / "observations.csv").write_bytes(content)
    with pytest.raises(ValueError, match=f"^observations.csv, {message}"):
        load_tables(small)
    (small / "observations.csv").unlink()
    with pytest.raises(FileNotFoundError, match="observations.csv is missing"):
        load_tables(small)


def test_the_tables_of_the_project_are_written_as_they_are(tmp_path: Path) -> None:
    """A rewritten table differs in the new rows only."""
    for name in ("sources", *KEYS):
        shutil.copy(data.root() / f"{name}.csv", tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    tables = load_tables(tmp_path)
    tables.changed |= set(tables.rows)
    write(tables, tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.iterdir()}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 28), st.integers(0, 3)), max_size=12), st.integers(1, 4))
def test_merging_any_readings_any_number_of_times_keeps_every_old_row(
    points: list[tuple[int, int]], times: int
) -> None:
    tables = Tables({name: list(csv.DictReader(io.StringIO(content))) for name, content in SMALL.items()})
    old = [dict(row) for row in tables.rows["observations"]]
    readings = [leases(f"2025-01-{day:02d}", 2500 + value) for day, value in points]
    merge(tables, readings, SOURCE, TODAY)
    once = [dict(row) for row in tables.rows["observations"]]
    for _ in range(times):
        first_of_day = {r.cells["date"]: r for r in reversed(readings)}
        assert merge(tables, first_of_day.values(), SOURCE, TODAY).added == []
    assert tables.rows["observations"] == once
    assert all(row in once for row in old)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("0"), "0"),
        (Decimal("-0.0"), "0"),
        (Decimal("1E+20"), "100000000000000000000"),
        (Decimal("123456789012345678901234567890.5"), "123456789012345678901234567890.5"),
        (Decimal("0.1234567890126"), "0.123456789013"),
        (100, "100"),
    ],
)
def test_numbers_are_written_plainly(number: Decimal | int, text: str) -> None:
    assert plain(number) == text

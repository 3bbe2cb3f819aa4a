"""Tables, series, parameters as of a date and citations, on the project's tables and on sound and broken small ones."""

from __future__ import annotations

import dataclasses
import datetime
import importlib
import itertools
import os
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.data import live as live_rows
from researchlib.data import tables

HEADERS = {
    "observations": "network,metric,date,period_days,value,unit,status,source_id,note",
    "parameters": "network,parameter,value,unit,valid_from,valid_to,source_id,status,note",
    "events": "network,date,event,detail,source_id",
    "sources": "source_id,title,publisher,url,published,kind",
    "token_prices": "network,date,price_usd,market_cap_usd,circulating_supply,source_id",
}
SOURCES = [
    "report,A report,Alpha,https://example.org/a,2024-03,blog",
    "counter,A counter,Beta,https://example.org/b,,dashboard",
    "paper,A paper,Gamma,https://example.org/c,2024,research",
    "page,A page,Delta,https://example.org/d,2024-05-01,docs",
]


def write(folder: Path, table: str, *rows: str) -> None:
    (folder / f"{table}.csv").write_text("\n".join([HEADERS[table], *rows, ""]), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty data folder that the package reads."""
    monkeypatch.setenv("RESEARCHLIB_DATA", str(tmp_path))
    write(tmp_path, "sources", *SOURCES)
    return tmp_path


def refused(call: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(ValueError, match=".") as caught:
        call(*args, **options)
    return str(caught.value)


# the folder and its files


def test_root_is_the_folder_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESEARCHLIB_DATA", raising=False)
    assert data.root() == Path(data.__file__).resolve().parents[2] / "data"
    assert (data.root() / "README.md").is_file()


def test_missing_folder_names_the_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RESEARCHLIB_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match=r"RESEARCHLIB_DATA='.*nowhere' is not a folder"):
        data.load("events")
    # as in an install without the checkout
    monkeypatch.delenv("RESEARCHLIB_DATA")
    monkeypatch.setattr(tables, "__file__", str(tmp_path / "site-packages" / "researchlib" / "data" / "tables.py"))
    with pytest.raises(FileNotFoundError, match="set RESEARCHLIB_DATA to a folder that holds the tables"):
        data.load("events")


def test_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"events\.csv is missing in .*RESEARCHLIB_DATA"):
        data.load("events")


def test_import_does_not_load_the_validator() -> None:
    code = "import sys; from researchlib import data; sys.exit('pandera' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_unknown_table_lists_those_there_are_with_the_closest_first() -> None:
    message = refused(data.load, "gpu_price")
    assert message.startswith("table: 'gpu_price' given, one of gpu_prices, ")
    assert all(table in message for table in data.TABLES)


def test_changed_file_is_read_again_and_a_table_handed_out_may_be_changed(folder: Path) -> None:
    write(folder, "events", "akash,2020-09-25,Mainnet starts,,report")
    events = data.load("events")
    events.loc[0, "event"] = "spoiled"
    assert data.load("events")["event"].tolist() == ["Mainnet starts"]
    write(folder, "events", "akash,2020-09-25,Mainnet starts,,report", "akash,2021-03-08,Market opens,,paper")
    assert len(data.load("events")) == 2
    # a source taken away makes its row wrong
    write(folder, "sources", *SOURCES[:2])
    assert "events.csv, line 3, column source_id: 'paper' given" in refused(data.load, "events")


EVENTS = HEADERS["events"].encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "events.csv, line 1: empty file given, header 'network,date,event,detail,source_id' needed"),
        (b"network,date,event\n", "header 'network,date,event' given, 'network,date,event,detail,source_id' allowed"),
        (b"network,date,event,event,source_id\n", "csv, line 1: header 'network,date,event,event,source_id' given"),
        (b"date,network,event,detail,source_id\n", "csv, line 1: header 'date,network,event,detail,source_id' given"),
        (b"\xef\xbb\xbf" + EVENTS, "events.csv, line 1: starts with a byte order mark"),
        (EVENTS + b"\nakash,2020-09-25,Caf\xe9,,report\n", "events.csv, line 2: not UTF-8; save"),
        (EVENTS.decode().encode("utf-16"), "events.csv, line 1: not UTF-8"),
        (EVENTS + b"\nakash,2020-09-25,short,report\n", "events.csv, line 2: 4 cells given, 5 allowed"),
        (EVENTS + b"\nakash,2020-09-25,long,,report,more\n", "events.csv, line 2: 6 cells given, 5 allowed"),
        (EVENTS + b"\nakash,2020-09-25,a,,report\n\n", "events.csv, line 3: 0 cells given, 5 allowed"),
        (EVENTS + b'\nakash,2020-09-25,"open,,report\n', "events.csv, line 2: not a CSV row (unexpected end of data)"),
        (EVENTS + b"\nakash,2020-09-25," + b"x" * 10**6 + b",,report\n", "line 2: not a CSV row (field larger than"),
        (EVENTS + b"\nakash,2020-09-25,a\x00b,,report\n", "events.csv, line 2, column event: "),
        (EVENTS + b'\nakash,2020-09-25,"a\nb",,report\nakash,2020-13-01,b,,report\n', "line 4, column date: '2020-13"),
    ],
)  # fmt: skip
def test_malformed_file_is_named(folder: Path, content: bytes, message: str) -> None:
    (folder / "events.csv").write_bytes(content)
    assert message in refused(data.load, "events")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
@example(b'akash,2020-09-25,"a\rb",,report')
def test_any_bytes_are_read_or_refused_with_the_file_named(folder: Path, tail: bytes) -> None:
    (folder / "events.csv").write_bytes(EVENTS + b"\n" + tail)
    try:
        assert list(data.load("events")) == HEADERS["events"].split(",")
    except ValueError as error:
        assert str(error).startswith("events.csv, line ")  # noqa: PT017 - sound bytes may come up too


def test_line_ends_of_another_system_are_read(folder: Path) -> None:
    (folder / "events.csv").write_bytes(EVENTS + b"\r\nakash,2020-09-25,Mainnet starts,,report\r\n")
    assert data.load("events")["source_id"].tolist() == ["report"]


# series


def test_series_is_one_row_a_date_in_order() -> None:
    burned = data.series("render", "tokens_burned")
    assert list(burned) == ["date", "value", "unit", "period_days", "status", "source_id", "note", "network", "metric"]
    assert burned["date"].is_monotonic_increasing
    assert burned["date"].is_unique
    # first and last weekly epoch of the Foundation's file
    first = burned.iloc[0]
    assert (first["date"], first["unit"], first["period_days"]) == (pd.Timestamp("2023-12-27"), "tokens", 7)
    assert (burned["date"] == "2025-10-29").sum() == 1


def test_unknown_network_and_metric_list_what_there_is() -> None:
    assert refused(data.series, "akas", "new_leases") == (
        "network: 'akas' given, one of akash, bittensor, ionet, render allowed"
    )
    message = refused(data.series, "akash", "new_lease")
    assert message.startswith("metric: 'new_lease' given, one of new_leases, ")
    assert "staking_ratio" in message
    assert "halving_date_actual" not in message


def leases(*rows: str) -> list[str]:
    return [f"akash,new_leases,{row},count,measured,{source}," for row, source in (r.rsplit(",", 1) for r in rows)]


def test_conflict_lists_the_choices_and_each_of_them_works(folder: Path) -> None:
    write(
        folder,
        "observations",
        *leases(
            "2024-03-31,91,10,report", "2024-03-31,91,12,paper", "2024-03-31,91,12,page", "2024-06-30,91,20,counter"
        ),
    )
    message = refused(data.series, "akash", "new_leases")
    assert message.startswith(
        "series: akash new_leases has different values on the same date (2024-03-31); choose with source=, prefer=, "
        "period_days= or status= among\n"
    )
    assert "\n  source='report', period_days=91, status='measured': 1 row(s), 2024-03-31 to 2024-03-31" in message
    assert data.series("akash", "new_leases", source="report")["value"].tolist() == [10]
    assert data.series("akash", "new_leases", source=["report", "counter"])["value"].tolist() == [10, 20]
    assert data.series("akash", "new_leases", prefer="report")["value"].tolist() == [10, 20]
    assert data.series("akash", "new_leases", prefer=["page", "report"])["value"].tolist() == [12, 20]
    # two sources that agree are no conflict
    assert data.series("akash", "new_leases", source=["paper", "page"])["source_id"].tolist() == ["page"]
    # a preferred source that is silent on the date decides nothing
    assert "different values" in refused(data.series, "akash", "new_leases", prefer="counter")
    assert refused(data.series, "akash", "new_leases", prefer=["report", "pages"]).startswith(
        "prefer: 'pages' given, one of page, "
    )


def test_periods_of_different_length_are_not_mixed_unasked(folder: Path) -> None:
    write(
        folder,
        "observations",
        *leases(
            "2023-12-31,365,70,report", "2024-03-31,91,10,report", "2024-06-30,92,20,report", "2024-07-01,,3,report"
        ),
    )
    message = refused(data.series, "akash", "new_leases")
    assert "has periods of different length; choose with period_days= (0: a stock) among" in message
    assert "period_days=365" in message
    assert data.series("akash", "new_leases", period_days=range(89, 93))["value"].tolist() == [10, 20]
    assert data.series("akash", "new_leases", period_days=0)["value"].tolist() == [3]
    assert data.series("akash", "new_leases", period_days=[0, 365])["value"].tolist() == [70, 3]


def test_until_and_status_keep_what_was_known(folder: Path) -> None:
    rows = leases("2024-03-31,91,10,report", "2024-06-30,91,20,report")
    write(folder, "observations", rows[0], rows[1].replace("measured", "announced"))
    assert data.series("akash", "new_leases", until="2024-06-29")["value"].tolist() == [10]
    assert data.series("akash", "new_leases", until=datetime.date(2024, 6, 30))["value"].tolist() == [10, 20]
    assert data.series("akash", "new_leases", status="announced")["value"].tolist() == [20]
    message = refused(data.series, "akash", "new_leases", until="2024-01-01")
    assert message.startswith("series: no row of akash new_leases fits; there are\n  source='report'")
    assert "until: '2024' given, a date or its text YYYY-MM-DD allowed" in refused(
        data.series, "akash", "new_leases", until="2024"
    )


# parameters


@dataclasses.dataclass(frozen=True)
class Typed:
    network: ClassVar[str] = "akash"
    count_of_blocks: int
    rate: float
    exact_rate: Decimal
    share: Fraction
    is_open: bool
    mode: str = "a default is no answer"


TYPED_ROWS = [
    "akash,count_of_blocks,18446744073709551615,u64,2023-01-01,,report,in_force,",
    "akash,rate,0.1,fraction,2023-01-01,2024-01-01,report,in_force,",
    "akash,rate,0.2,fraction,2024-01-01,,paper,in_force,",
    "akash,rate,0.9,fraction,2023-01-01,,page,conflicting,",
    "akash,exact_rate,0.10,fraction,2023-01-01,,report,in_force,",
    "akash,share,0.3,fraction,2023-01-01,,report,in_force,",
    "akash,is_open,false,flag,2023-01-01,,report,in_force,",
    "akash,mode,hourly,text,2023-01-01,2025-01-01,report,in_force,",
]


def test_fields_get_their_type_and_the_value_in_force(folder: Path) -> None:
    write(folder, "parameters", *TYPED_ROWS)
    found = data.parameters(Typed, "2023-12-31")
    assert found == Typed(18446744073709551615, 0.1, Decimal("0.10"), Fraction(3, 10), False, "hourly")
    assert str(found.exact_rate) == "0.10"
    assert type(found.is_open) is bool
    # the end of an interval is excluded, its start included
    assert data.parameters(Typed, "2024-01-01").rate == 0.2
    for at in (datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1, 23, 59), pd.Timestamp("2024-01-01")):
        assert data.parameters(Typed, at).rate == 0.2


def test_rows_used_can_be_cited(folder: Path) -> None:
    write(folder, "parameters", *TYPED_ROWS)
    rows = data.parameter_rows(Typed, "2024-06-01")
    assert rows["parameter"].tolist() == [field.name for field in dataclasses.fields(Typed)]
    assert data.sources_of(rows)["source_id"].tolist() == ["paper", "report"]
    assert data.source_line(rows) == "Sources: Alpha, Gamma"


def test_unknown_at_the_date_says_when_it_is_known(folder: Path) -> None:
    write(folder, "parameters", *TYPED_ROWS)
    assert refused(data.parameters, Typed, "2022-12-31") == (
        "akash count_of_blocks at 2022-12-31: no value before 2023-01-01"
    )
    # the field has a default, and the table no value any more
    assert refused(data.parameters, Typed, "2025-01-01") == (
        "akash mode at 2025-01-01: no value; known 2023-01-01 to 2025-01-01 (end excluded)"
    )
    write(folder, "parameters", *TYPED_ROWS[:-1])
    assert refused(data.parameters, Typed, "2024-01-01").startswith("parameter: 'mode' given, one of ")
    write(folder, "parameters", *TYPED_ROWS[:-1], "akash,mode,daily,text,2023-01-01,,page,conflicting,")
    assert refused(data.parameters, Typed, "2024-01-01") == (
        "akash mode at 2024-01-01: only conflicting values are known; see parameter_history"
    )


@pytest.mark.parametrize("at", ["2024-13-01", "01/05/2024", "2024-05", "2024-W18-3", "", 20240501, None, pd.NaT])
def test_date_that_is_none_is_refused(at: Any) -> None:
    assert refused(data.parameters, Typed, at) == f"at: {at!r} given, a date or its text YYYY-MM-DD allowed"


def test_value_that_does_not_fit_its_field_is_refused(folder: Path) -> None:
    @dataclasses.dataclass(frozen=True)
    class Wrong:
        network: ClassVar[str] = "akash"
        rate: int

    @dataclasses.dataclass(frozen=True)
    class Listed:
        network: ClassVar[str] = "akash"
        rate: list[float]

    write(folder, "parameters", *TYPED_ROWS)
    assert refused(data.parameters, Wrong, "2024-06-01") == (
        "parameters.csv: akash rate is '0.2' from 2024-01-01, which the int Wrong.rate cannot hold"
    )
    assert "Listed.rate: type list[float] given" in refused(data.parameters, Listed, "2024-06-01")


def test_class_must_be_a_dataclass_of_a_network() -> None:
    @dataclasses.dataclass(frozen=True)
    class Nowhere:
        network: ClassVar[str] = "filecoin"
        rate: float

    assert "a dataclass with a class variable network allowed" in refused(data.parameters, int, "2024-01-01")
    assert "a dataclass with a class variable network allowed" in refused(data.parameters, Nowhere(1.0), "2024-01-01")
    assert refused(data.parameters, Nowhere, "2024-01-01").startswith("network: 'filecoin' given, ")


def test_history_shows_every_row_of_one_parameter(folder: Path) -> None:
    write(folder, "parameters", *TYPED_ROWS)
    history = data.parameter_history("akash", "rate")
    assert history["value"].tolist() == ["0.9", "0.1", "0.2"]
    assert history["valid_to"].isna().tolist() == [True, False, True]
    assert refused(data.parameter_history, "akash", "rates").startswith("parameter: 'rates' given, one of rate, ")


TICKS = itertools.count()


@dataclasses.dataclass(frozen=True)
class Rate:
    network: ClassVar[str] = "akash"
    rate: int


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dates(datetime.date(2020, 1, 1), datetime.date(2026, 12, 31)), min_size=2, max_size=8, unique=True),
    st.dates(datetime.date(2019, 1, 1), datetime.date(2027, 12, 31)),
)
def test_value_in_force_is_that_of_the_last_start(folder: Path, starts: list[datetime.date], at: datetime.date) -> None:
    starts.sort()
    rows = [
        f"akash,rate,{i},count,{start},{end},report,in_force,"
        for i, (start, end) in enumerate(zip(starts, [*starts[1:], ""], strict=True))
    ]
    write(folder, "parameters", *rows)
    # rewriting within one tick of the clock may leave size and time as they were
    os.utime(folder / "parameters.csv", ns=(next(TICKS),) * 2)
    for day in (at, *starts):
        begun = sum(start <= day for start in starts)
        if begun:
            assert data.parameters(Rate, day) == Rate(begun - 1)
        else:
            assert f"no value before {starts[0]}" in refused(data.parameters, Rate, day)


# citations


def test_sources_of_gives_each_source_once() -> None:
    burned, leased = data.series("render", "tokens_burned"), data.series("akash", "new_leases", period_days=[365, 366])
    cited = data.sources_of(burned, leased, burned)
    assert list(cited) == ["source_id", "title", "publisher", "published", "url"]
    assert set(cited["source_id"]) == set(burned["source_id"]) | set(leased["source_id"])
    assert cited["source_id"].is_unique
    assert cited["source_id"].is_monotonic_increasing


def test_source_line_names_three_publishers_and_the_last_date() -> None:
    frame = pd.DataFrame(
        {"source_id": ["page", "paper", "paper", "counter", "report"], "date": pd.Timestamp("2024-05-01")}
    )
    later = pd.DataFrame({"source_id": ["paper"], "date": [pd.Timestamp("2024-06-01")]})
    assert data.source_line(data.series("render", "tokens_burned")).startswith(
        "Source: Render Network Foundation; data to "
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "researchlib.data.sources.load",
            lambda table: pd.DataFrame([row.split(",") for row in SOURCES], columns=HEADERS["sources"].split(",")),
        )
        assert data.source_line(frame) == "Sources: Gamma, Alpha, Beta +1 more; data to 2024-05-01"
        assert data.source_line(frame, later) == "Sources: Gamma, Alpha, Beta +1 more; data to 2024-06-01"
        assert data.source_line(frame[["source_id"]].tail(1)) == "Source: Alpha"


def test_frames_without_known_sources_are_refused() -> None:
    assert "none given" in refused(data.sources_of)
    assert refused(data.sources_of, pd.DataFrame({"value": [1]})) == "frames: number 1 has no column source_id"
    message = refused(data.source_line, pd.DataFrame({"source_id": ["nowhere"]}))
    assert message == "source_id: 'nowhere' given, those of sources.csv allowed"


def test_newest_is_the_last_measured_date(folder: Path) -> None:
    rows = leases("2024-03-31,91,10,report", "2024-06-30,91,20,report")
    write(folder, "observations", rows[0], rows[1].replace("measured", "announced"), rows[0].replace("akash", "render"))
    newest = data.newest()
    assert newest["network"].tolist() == ["akash", "render"]
    assert newest["date"].tolist() == [pd.Timestamp("2024-03-31")] * 2


# the description of the tables


def test_readme_describes_every_table_and_column() -> None:
    text = (data.root() / "README.md").read_text(encoding="utf-8")
    for table in data.TABLES:
        assert f"**{table}**" in text
        for column in data.load(table):
            assert f"`{column}`" in text, f"{table}.{column}"


@pytest.mark.parametrize(
    ("network", "heading"), [("akash", "Akash"), ("bittensor", "Bittensor"), ("ionet", "io.net"), ("render", "Render")]
)
def test_readme_describes_every_metric_in_the_section_of_its_network(network: str, heading: str) -> None:
    text = (data.root() / "README.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]
    table = data.load("observations")
    described = set(re.findall(r"`(\w+)`", section))
    assert set(table.loc[table["network"] == network, "metric"]) <= described


def test_readme_states_terms_for_known_sources() -> None:
    text = (data.root() / "README.md").read_text(encoding="utf-8").split("## Terms of use")[1]
    listed = {
        name for row in re.findall(r"^\| ([a-z0-9_, ]+) \|", text, flags=re.MULTILINE) for name in row.split(", ")
    }
    sources = data.load("sources")
    assert listed - {"source_id", "every other source"} <= set(sources["source_id"])
    assert set(sources.loc[sources["publisher"] == "Coin Metrics", "source_id"]) <= listed
    assert "CC BY-NC 4.0" in text
    assert "CC BY 4.0" in text


# the tables against one another

SEVERAL = (
    "akash.network/blog",
    "akash.network/pricing/gpus",
    "api.coingecko.com/api/v3/coins/markets",
    "github.com/1kx-network/depin_tokenomics",
    "github.com/akash-network/console",
    "github.com/coinmetrics/data",
    "github.com/epoch-research/training-cost-trends",
    "github.com/taostat/taostats-docs/blob/021378d8233a/reference/taostats-1.json",
    "github.com/taostat/taostats-docs/blob/aa52cdb29933/reference/taostats-1.json",
    "hmc-tech.com",
    "know.rendernetwork.com",
    "messari.io/report/state-of-akash-q1-2025",
)
"""Addresses of several documents: a site or repository whose pages are not told apart, files of recorded answers, pages
that change with the day, and a report that is also all that is known of a proposal."""


def test_a_document_has_one_id() -> None:
    sources = data.load("sources").query("~url.str.startswith('address not recorded')")
    address = sources["url"].str.lower().str.replace(r"^https?://(www\.)?|[#?].*$|/$", "", regex=True)
    shared = sources[address.duplicated(keep=False)]
    assert set(address[shared.index]) == set(SEVERAL)
    assert not shared.assign(address=address).duplicated(["address", "title"]).any()


def test_a_price_that_its_note_doubts_is_of_low_confidence() -> None:
    prices = data.load("gpu_prices")
    doubts = (
        "implausible|do not use|promotional|carried (?:over|forward)|low confidence|not an observed trade|indicative"
        "|estimated|caution"
    )
    assert (prices["note"].str.contains(doubts) == prices["confidence"].eq("low")).all()
    assert prices["confidence"].eq("low").any()


def test_indices_sell_nothing_and_venues_keep_their_kind() -> None:
    prices = data.load("gpu_prices")
    named = prices["venue"].str.contains("index|panel|survey", case=False)
    assert (named == prices["venue_kind"].eq("index")).all()
    assert set(prices.loc[prices["venue"] == "Salad", "venue_kind"]) == {"depin"}


def test_sums_over_subnets_are_the_readings_of_the_network() -> None:
    subnets = data.load("subnets")
    subnets = subnets.assign(
        staked=subnets["alpha_staked"] * subnets["alpha_price_tao"],
        injected=subnets["tao_injected_per_block"] / 0.5,
        disabled=~subnets["emission_enabled"],
        without=subnets["tao_injected_per_block"].eq(0).where(subnets["tao_injected_per_block"].notna()),
        withholding=subnets["miner_burned_share"].gt(0).where(subnets["miner_burned_share"].notna()),
    )
    by_date = subnets.groupby("date")
    added = ["tao_in_pool", "alpha_price_tao", "moving_price_tao", "tao_recycled_cumulative", "staked", "injected"]
    sums = by_date[[*added, "disabled", "without", "withholding"]].sum(min_count=1)
    sums["burn"] = by_date["registration_cost_tao"].median()
    readings = data.load("observations").query("network == 'bittensor'")
    for metric, column, dates, relative in (
        ("dtao_pool_tao", "tao_in_pool", 10, 1e-7),
        ("sum_alpha_prices_spot", "alpha_price_tao", 10, 1e-6),
        ("sum_alpha_prices_ema", "moving_price_tao", 4, 1e-5),
        ("pool_injection_share", "injected", 9, 1e-5),
        ("staked_alpha_in_tao", "staked", 1, 1e-6),
        ("tao_recycled_current_subnets", "tao_recycled_cumulative", 1, 1e-9),
        ("neuron_registration_cost_median", "burn", 10, 1e-9),
        ("subnets_emission_disabled", "disabled", 8, 0),
        ("subnets_zero_tao_injection", "without", 8, 0),
        ("subnets_withholding_miner_emission", "withholding", 8, 0),
    ):
        read = readings[readings["metric"] == metric].set_index("date")["value"]
        both = pd.concat({"read": read, "sum": sums[column]}, axis=1, join="inner").dropna().astype(float)
        assert len(both) == dates, metric
        assert both["sum"].tolist() == pytest.approx(both["read"].tolist(), rel=relative), metric


def test_a_pool_prices_alpha_by_its_reserves() -> None:
    subnets = data.load("subnets")
    ratio = subnets["alpha_price_tao"] * subnets["alpha_in_pool"] / subnets["tao_in_pool"]
    assert ratio.notna().sum() == 1280
    # one source cuts TAO to 3 decimals, alpha to 1 and prices to 9
    assert (ratio.dropna() - 1).abs().max() < 1e-5
    parts = subnets["alpha_in_pool"] + subnets["alpha_outside_pool"]
    assert (parts - subnets["alpha_issued"]).abs().max() < 0.3
    held = ["alpha_in_pool", "alpha_staked", "alpha_protocol_owned", "alpha_burned"]
    owned = subnets.dropna(subset=held)
    assert len(owned) == 124
    assert (owned[held].sum(axis=1) - owned["alpha_issued"]).abs().max() < 0.6
    # what is switched off, or keeps nothing for its miners, is given no TAO
    without = (subnets["emission_enabled"].eq(False) | subnets["miner_burned_share"].eq(1)).fillna(False)
    assert without.any()
    assert subnets.loc[without, "tao_injected_per_block"].eq(0).all()


def test_live_readings_come_before_what_they_differ_from(folder: Path) -> None:
    live = [f"akash_lcd_live{suffix},A counter,Beta,https://example.org/b,,dashboard" for suffix in ("", "_20260801")]
    write(folder, "sources", *SOURCES, *live)
    write(
        folder,
        "observations",
        "akash,new_leases,2024-03-31,91,10,count,measured,report,",
        "akash,new_leases,2024-03-31,91,11,count,measured,akash_lcd_live,",
        "akash,new_leases,2024-06-30,91,20,count,measured,akash_lcd_live,",
        "akash,new_leases,2024-06-30,91,21,count,measured,akash_lcd_live_20260801,",
    )
    assert data.series("akash", "new_leases")["value"].tolist() == [11, 21]
    assert data.series("akash", "new_leases", prefer="report")["value"].tolist() == [10, 21]
    # the same rule for whole tables: all that nothing live stands beside is kept, differing or not
    write(
        folder,
        "token_prices",
        "akash,2024-03-31,5,,,report",
        "akash,2024-03-31,5.1,,,akash_lcd_live",
        "akash,2024-03-31,5.2,,,akash_lcd_live_20260801",
        "akash,2024-04-01,6,,,report",
        "akash,2024-04-01,7,,,paper",
        "render,2024-03-31,10,,,report",
    )
    assert data.current("token_prices")["price_usd"].tolist() == [5.2, 6, 7, 10]
    assert data.current("observations")["value"].tolist() == [11, 21]
    assert len(data.load("token_prices")) == 6
    write(folder, "token_prices", "akash,2024-04-01,6,,,report", "akash,2024-04-01,7,,,paper")
    assert data.current("token_prices")["price_usd"].tolist() == [6, 7]
    # a count stands in the place of counts: what somebody announced of that day stays to be read
    write(
        folder,
        "observations",
        "akash,gpus_total,2024-03-31,,200,count,measured,report,",
        "akash,gpus_total,2024-03-31,,433,count,announced,paper,",
        "akash,gpus_total,2024-03-31,,190,count,measured,akash_lcd_live,",
    )
    kept = data.current("observations")
    assert list(zip(kept["status"], kept["value"], strict=True)) == [("announced", 433), ("measured", 190)]
    assert data.series("akash", "gpus_total", status=("announced", "estimated"))["value"].tolist() == [433]
    assert "one of gpu_prices, observations, subnets, token_prices allowed" in refused(data.current, "events")


def test_live_are_the_endpoints_of_refresh_and_no_document_that_is_called_so(folder: Path) -> None:
    modules = [importlib.import_module(f"researchlib.refresh.{name}") for name in (*data.NETWORKS, "prices")]
    assert {endpoint.source.source_id for module in modules for endpoint in module.ENDPOINTS} == live_rows.SOURCES
    names = ["mainnet_is_live", "akash_lcd_live_20260801", "akash_lcd_live_20260801_2"]
    write(folder, "sources", *SOURCES, *(f"{name},A page,Beta,https://example.org/b,,blog" for name in names))
    write(
        folder,
        "token_prices",
        "akash,2024-03-31,5,,,report",
        "akash,2024-03-31,6,,,mainnet_is_live",
        "render,2024-03-31,7,,,akash_lcd_live_20260801",
        "render,2024-03-31,8,,,akash_lcd_live_20260801_2",
        "render,2024-03-31,9,,,report",
    )
    assert data.current("token_prices")["price_usd"].tolist() == [5, 6, 8]


def test_a_live_flow_leaves_other_periods_and_stocks_alone(folder: Path) -> None:
    write(folder, "sources", *SOURCES, "akash_lcd_live,A counter,Beta,https://example.org/b,,dashboard")
    write(
        folder,
        "observations",
        "akash,gpus_total,2024-03-31,,300,count,measured,report,",
        "akash,gpus_total,2024-03-31,91,280,count,measured,report,",
        "akash,gpus_total,2024-03-31,,310,count,measured,akash_lcd_live,",
    )
    assert data.current("observations")["value"].tolist() == [280, 310]

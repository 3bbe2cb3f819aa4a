from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from researchlib import data
from researchlib.refresh.plausibility import CAPS, FLOORS, UNCONFIRMED, known_values, sift
from researchlib.refresh.readings import Reading, Source, observation

TODAY = datetime.date(2026, 11, 24)
SOURCE = Source("x_live", "X", "X", "https://x.example/v1")
NOTHING = known_values([], [])


def reading(metric: str, value: float | str, unit: str = "count", network: str = "akash", **more: object) -> Reading:
    day = more.pop("day", TODAY)
    return observation(SOURCE, network, metric, day, Decimal(str(value)), unit, "read", **more)  # type: ignore[arg-type]


def reasons(*readings: Reading, known: object = NOTHING) -> list[str]:
    kept, refused = sift(readings, known, TODAY)  # type: ignore[arg-type]
    assert len(kept) + len(refused) == len(readings)
    return [refusal.reason for refusal in refused]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (reading("total_supply", -1, "tokens"), "a negative number"),
        (reading("active_leases", -1), "a negative number"),
        (reading("total_supply", "388539009", "tokens"), "more tokens than can exist"),
        (reading("total_supply", "290", "tokens"), "a total supply below any that there was"),
        (reading("total_issuance", 21_000_001, "tokens", "bittensor"), "more tokens than can exist"),
        (reading("supply_solana", 644_245_095, "tokens", "render"), "more tokens than can exist"),
        (reading("total_supply", 800_000_001, "tokens", "ionet"), "more tokens than can exist"),
        (reading("block_emission", 1, "tokens", "bittensor"), "more TAO a block than since the halving"),
        (reading("gpu_utilization", "1.01", "fraction"), "a fraction above 1"),
        (reading("staking_apr", "6", "fraction"), "a fraction above 1"),
        (reading("active_leases", 1, day=TODAY + datetime.timedelta(days=1)), "a date in the future"),
        (reading("active_leases", 1, day=datetime.date(1970, 1, 1)), "a date before the network began"),
        (reading("staking_apr", 0, "fraction", zero_means="a failed query"), "a zero, which means a failed query"),
        (reading("gpus_leased_h100", 9, ceiling=(Decimal(8), "totalGpus")), "more than totalGpus of the same answer"),
        (reading("active_leases", 1, doubt="a block of last year"), "a block of last year"),
    ],
)
def test_what_cannot_be_true_is_refused(given: Reading, reason: str) -> None:
    (found,) = reasons(given)
    assert found.startswith(reason)


@pytest.mark.parametrize(
    "given",
    [
        reading("collateral_ratio", "1.25", "fraction"),
        reading("gpu_utilization", 1, "fraction"),
        reading("supply_solana", "644245094", "tokens", "render"),
        reading("gpus_leased", 0),
        reading("total_supply", "388539008", "tokens"),
        reading("active_leases", 2500, day=TODAY),
        reading("total_supply", "290000000", "tokens", day=TODAY + datetime.timedelta(days=1), snapshot=True),
    ],
)
def test_what_can_be_true_passes(given: Reading) -> None:
    assert reasons(given) == []


def test_a_share_of_a_subnet_is_at_most_all() -> None:
    cells = {"date": f"{TODAY}", "netuid": "7", "source_id": "x_live"}
    rows = [Reading("subnets", cells | {"miner_burned_share": share}) for share in ("1", "1.01")]
    assert reasons(*rows) == ["a share above 1"]


def price(usd: str, cap: str = "", network: str = "render") -> Reading:
    cells = {"network": network, "date": "2026-11-23", "price_usd": usd, "market_cap_usd": cap}
    return Reading("token_prices", cells | {"circulating_supply": "", "source_id": "x_live"})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (price("0"), "a price of zero or less"),
        (price("-1"), "a price of zero or less"),
        (price("2", "-1"), "a market value of zero or less"),
        (price("2", "1400000000"), "a market value that stands for more tokens than can exist"),
        (price("2000000"), "about 10^6 times what the tables hold: another unit"),
    ],
)
def test_a_price_that_cannot_be_true_is_refused(given: Reading, reason: str) -> None:
    known = known_values([], [{"network": "render", "date": "2026-09-26", "price_usd": "2.01"}])
    assert reasons(given, known=known) == [reason]
    assert reasons(price("2", "1036000000"), known=known) == []


@pytest.mark.parametrize(("usd", "refused"), [("0.0000021", 1), ("0.05", 0), ("12", 0), ("2100000", 1)])
def test_a_gpu_hour_costs_what_some_offer_may_ask(usd: str, refused: int) -> None:
    cells = {"date": "2026-11-24", "venue": "Akash", "gpu_model": "T4", "price_usd_per_gpu_hour": usd}
    assert len(reasons(Reading("gpu_prices", cells | {"source_id": "x_live"}))) == refused


def test_a_series_in_another_unit_is_refused_whole() -> None:
    """The usual slip: millionths taken for wholes, or the other way round; tiny days of a sound series pass."""
    row = {"network": "akash", "metric": "lease_spend_akt", "date": "2025-12-31", "period_days": "365"}
    known = known_values([row | {"value": "1941782", "unit": "tokens"}], [])  # 5,320 a day

    def series(factor: str) -> list[Reading]:
        amounts = ("0.02", "800", "3000", "5000", "5200")
        days = [datetime.date(2025, 11, 1 + n) for n in range(len(amounts))]
        return [
            reading("lease_spend_akt", Decimal(a) * Decimal(factor), "tokens", day=d, period_days=1)  # type: ignore[arg-type]
            for a, d in zip(amounts, days, strict=True)
        ]

    assert reasons(*series("1"), known=known) == []
    assert reasons(*series("1e6"), known=known) == ["about 10^6 times what the tables hold: another unit"] * 5
    assert reasons(*series("1e-6"), known=known) == ["about 10^-6 times what the tables hold: another unit"] * 5


def test_a_metric_keeps_its_unit() -> None:
    row = {"network": "akash", "metric": "memory_total", "date": "2026-09-30", "period_days": "", "value": "89"}
    known = known_values([row | {"unit": "terabytes"}], [])
    assert reasons(reading("memory_total", 89_000, "gigabytes"), known=known) == [
        "the table holds this metric in terabytes"
    ]


def test_issuance_grows_no_faster_than_blocks_can_issue() -> None:
    row = {
        "network": "bittensor",
        "metric": "total_issuance",
        "date": "2026-11-14",
        "period_days": "",
        "unit": "tokens",
    }
    known = known_values([row | {"value": "11200000"}], [])
    most = 11 * 3600  # ten days, and the day that the readings may lie apart
    assert reasons(reading("total_issuance", 11_200_000 + most, "tokens", "bittensor"), known=known) == []
    kept, ((reason,)) = sift([reading("total_issuance", 11_200_001 + most, "tokens", "bittensor")], known, TODAY)
    assert [one.cells["metric"] for one in kept] == [UNCONFIRMED]
    assert reason.reason.startswith("more TAO than blocks can have issued since 2026-11-14")
    # what was read later is no base
    earlier = reading("total_issuance", 11_300_000, "tokens", "bittensor", day=datetime.date(2026, 11, 13))
    assert reasons(earlier, known=known) == []
    # recycling lets it fall
    assert reasons(reading("total_issuance", 11_190_000, "tokens", "bittensor"), known=known) == []


def test_caps_are_those_of_the_tables() -> None:
    names = {"akash": "max_supply_published", "bittensor": "max_supply", "ionet": "max_supply", "render": "max_supply"}
    for network, parameter in names.items():
        history = data.parameter_history(network, parameter)
        assert Decimal(history.loc[history["status"] == "in_force", "value"].iloc[-1]) == CAPS[network]
    assert FLOORS["akash"] <= Decimal(data.parameter_history("akash", "genesis_supply")["value"].iloc[0])

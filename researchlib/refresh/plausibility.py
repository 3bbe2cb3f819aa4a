"""Readings that cannot be true are refused, each with its reason."""

from __future__ import annotations

import datetime
import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median

from researchlib.refresh.merge import Refusal
from researchlib.refresh.readings import Reading

__all__ = ["CAPS", "FLOORS", "STARTS", "UNCONFIRMED", "Known", "known_values", "sift"]

CAPS = {
    "akash": Decimal(388_539_008),
    "bittensor": Decimal(21_000_000),
    "ionet": Decimal(800_000_000),
    "render": Decimal("644245094"),
}
"""Tokens that can ever exist. Source: AKT website; subtensor, TotalSupply; io.net documentation; RNP-006."""

FLOORS = {"akash": Decimal(100_000_000), "ionet": Decimal(250_000_000)}
"""Total supply that no burn so far can have gone below, by network: AKT of genesis, half the IO of genesis."""

STARTS = {
    "akash": datetime.date(2020, 9, 25),
    "bittensor": datetime.date(2021, 1, 3),
    "ionet": datetime.date(2023, 6, 1),
    "render": datetime.date(2017, 10, 1),
}
"""First day that a figure of a network can bear."""

SUPPLIES = frozenset(
    {"total_supply", "circulating_supply", "total_issuance", "supply_solana", "tokens_bonded", "community_pool"}
    | {"tokens_staked", "staked_root_tao", "dtao_pool_tao", "tokens_burned_cumulative", "bme_vault"}
)
"""Metrics that count tokens which exist, so that the cap bounds them."""

#: Beyond this factor a value is read in another unit than the one known; the usual slip is 10^6.
_UNIT_SLIP = 10**4.5
#: A token's price does not move by this factor between two known closes.
_PRICE_SLIP = 1000
#: USD per GPU-hour that some offer may ask.
_GPU_HOUR = (Decimal("0.001"), Decimal(100))
#: TAO that a block can issue at most since the halving of 15 December 2025; a reading is always later than that.
_TAO_PER_BLOCK = Decimal("0.5")
_TAO_PER_DAY = 7200 * 0.5
UNCONFIRMED = "total_issuance_unconfirmed"
"""Where a reading of TAO's issuance waits that grew faster than blocks can issue, until another day's agrees."""


#: What a refusal shows.
_NUMBERS = ("value", "price_usd", "price_usd_per_gpu_hour", "netuid")


@dataclass(frozen=True)
class Known:
    """What the tables hold, by (network, metric): (date, value) in order, of a flow the amount a day; and units.

    Prices stand under the metric ``token_prices``.
    """

    values: Mapping[tuple[str, str], Sequence[tuple[datetime.date, float]]]
    units: Mapping[tuple[str, str], str]


def known_values(observations: Iterable[Mapping[str, str]], prices: Iterable[Mapping[str, str]]) -> Known:
    """Return what readings are judged against, from the rows of ``observations`` and ``token_prices``."""
    values: dict[tuple[str, str], list[tuple[datetime.date, float]]] = {}
    units: dict[tuple[str, str], str] = {}
    for row in observations:
        units[row["network"], row["metric"]] = row["unit"]
        number = _per_day(row)
        if number > 0:
            day = datetime.date.fromisoformat(row["date"])
            values.setdefault((row["network"], row["metric"]), []).append((day, number))
    for row in prices:
        if row["price_usd"]:
            day = datetime.date.fromisoformat(row["date"])
            values.setdefault((row["network"], "token_prices"), []).append((day, float(row["price_usd"])))
    return Known({key: sorted(pairs) for key, pairs in values.items()}, units)


def sift(readings: Sequence[Reading], known: Known, today: datetime.date) -> tuple[list[Reading], list[Refusal]]:
    """Return the readings that can be true, in the order given, and the others with the reason why they cannot."""
    slipped = _slipped_series(readings, known)
    kept: list[Reading] = []
    refused: list[Refusal] = []
    for reading in readings:
        reason = _implausible(reading, today) or _other_unit(reading, known) or slipped.get(reading.subject, "")
        if not reason and (reason := _too_fast(reading, known)):
            kept.append(replace(reading, cells={**reading.cells, "metric": UNCONFIRMED}))
        if reason:
            cells = reading.cells
            number = next((cells[name] for name in _NUMBERS if cells.get(name)), "")
            refused.append(Refusal(reading.subject, reason, f"{cells['date']}: {number}", cells["source_id"]))
        else:
            kept.append(reading)
    return kept, refused


def _implausible(reading: Reading, today: datetime.date) -> str:
    """Return why one reading cannot be true, by itself; empty if it can."""
    cells = reading.cells
    if reading.doubt:
        return reading.doubt
    if reading.day > today and not reading.snapshot:  # which the clock here dates: after midnight, of the next day
        return "a date in the future"
    if reading.day < STARTS.get(cells.get("network", ""), datetime.date(2017, 1, 1)):
        return "a date before the network began"
    if reading.table == "gpu_prices":
        price = Decimal(cells["price_usd_per_gpu_hour"])
        low, high = _GPU_HOUR
        return "" if low <= price <= high else f"a price outside {low} to {high} USD a GPU-hour"
    if reading.table == "token_prices":
        return _implausible_price(cells)
    if reading.table == "subnets":
        return "a share above 1" if Decimal(cells["miner_burned_share"]) > 1 else ""
    return _implausible_value(reading)


def _implausible_price(cells: Mapping[str, str]) -> str:
    price = Decimal(cells["price_usd"])
    if price <= 0:
        return "a price of zero or less"
    if cells["market_cap_usd"]:
        if Decimal(cells["market_cap_usd"]) <= 0:
            return "a market value of zero or less"
        if Decimal(cells["market_cap_usd"]) / price > CAPS[cells["network"]] * Decimal("1.02"):
            return "a market value that stands for more tokens than can exist"
    return ""


def _implausible_value(reading: Reading) -> str:
    network, metric = reading.cells["network"], reading.cells["metric"]
    value = Decimal(reading.cells["value"])
    if value < 0:
        return "a negative number"
    if value == 0 and reading.zero_means:
        return f"a zero, which means {reading.zero_means}"
    if metric == "block_emission" and value > _TAO_PER_BLOCK:
        return "more TAO a block than since the halving of December 2025 (a stale item)"
    if metric in SUPPLIES and value > CAPS[network]:
        return f"more tokens than can exist ({CAPS[network]:,})"
    if metric == "total_supply" and value < FLOORS.get(network, 0):
        return f"a total supply below any that there was ({FLOORS[network]:,})"
    # a collateral ratio is the one fraction that may exceed one
    if reading.cells["unit"] in ("fraction", "fraction_per_year") and metric != "collateral_ratio" and value > 1:
        return "a fraction above 1"
    if reading.ceiling and value > reading.ceiling[0]:
        return f"more than {reading.ceiling[1]} of the same answer"
    return ""


def _other_unit(reading: Reading, known: Known) -> str:
    if reading.table != "observations":
        return ""
    unit = known.units.get((reading.cells["network"], reading.cells["metric"]), reading.cells["unit"])
    return "" if unit == reading.cells["unit"] else f"the table holds this metric in {unit}"


def _too_fast(reading: Reading, known: Known) -> str:
    """Return whether TAO's issuance grew faster than blocks can issue since the last known reading.

    The chain corrects the item at times, so a reading that agrees with one refused on an earlier day is taken.
    """
    cells = reading.cells
    if (cells.get("network"), cells.get("metric")) != ("bittensor", "total_issuance"):
        return ""

    def growth(metric: str) -> tuple[float, float, str]:
        before = [pair for pair in known.values.get(("bittensor", metric), ()) if pair[0] <= reading.day]
        day, value = before[-1] if before else (reading.day, math.inf)
        # both readings may lie anywhere in their day
        return float(cells["value"]) - value, ((reading.day - day).days + 1) * _TAO_PER_DAY, f"{day}"

    grown, most, since = growth("total_issuance")
    again, apart, first = growth(UNCONFIRMED)
    if grown <= most or (abs(again) <= apart and first < f"{reading.day}"):
        return ""
    why = f"more TAO than blocks can have issued since {since} (a correction of the chain, or a wrong item)"
    return f"{why}; kept as {UNCONFIRMED} until a reading of another day agrees with it"


def _slipped_series(readings: Sequence[Reading], known: Known) -> dict[str, str]:
    """Return, by subject, why a whole series is read in another unit than the tables hold it in."""
    ratios: dict[str, list[float]] = {}
    limit: dict[str, float] = {}
    for reading in readings:
        number, key = _number(reading)
        nearest = _nearest(known.values.get(key, ()), reading.day)
        if number > 0 and nearest:
            ratios.setdefault(reading.subject, []).append(math.log10(number / nearest))
            limit[reading.subject] = math.log10(_PRICE_SLIP if reading.table == "token_prices" else _UNIT_SLIP)
    reasons = {}
    for subject, logs in ratios.items():
        middle = median(logs)
        if abs(middle) > limit[subject]:
            reasons[subject] = f"about 10^{middle:.0f} times what the tables hold: another unit"
    return reasons


def _number(reading: Reading) -> tuple[float, tuple[str, str]]:
    cells = reading.cells
    if reading.table == "token_prices":
        return float(cells["price_usd"] or 0), (cells["network"], "token_prices")
    if reading.table == "observations":
        return _per_day(cells), (cells["network"], cells["metric"])
    return 0.0, ("", "")


def _per_day(cells: Mapping[str, str]) -> float:
    """Return a flow as an amount a day and anything else as it is."""
    value = float(cells["value"] or 0)
    flow = cells["period_days"] and cells["unit"] in ("tokens", "usd", "count", "rndr_credits", "obh")
    return value / int(cells["period_days"]) if flow else value


def _nearest(pairs: Sequence[tuple[datetime.date, float]], day: datetime.date) -> float | None:
    """Return the value whose date lies nearest to a day; None if there is none."""
    if not pairs:
        return None
    at = bisect_left(pairs, (day, -math.inf))
    return min(pairs[max(at - 1, 0) : at + 1] or pairs[-1:], key=lambda pair: abs(pair[0] - day))[1]

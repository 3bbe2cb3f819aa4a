"""When TAO's emission halves, judged with what was known on a day; and what went missing from issuance."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import data
from researchlib.bittensor import emission
from researchlib.tokens import passage

__all__ = [
    "COVERAGE", "CV", "EPOCH", "FARTHEST_DAYS", "LEAST", "MOST", "PATHS", "SEED", "WINDOW_DAYS", "Forecast", "actual",
    "block_seconds", "clock", "growth", "halving_forecast", "issuance", "levels", "missing", "outlook", "printed",
    "published", "rule_at", "to_day",
]  # fmt: skip

#: What the forecast assumes unless told: days of history; future recycling's spread over its mean, the largest share of
#: emission that may leave, the least that the spread is taken of; probability of the interval; draws and their seed.
WINDOW_DAYS, CV, MOST, LEAST, COVERAGE, PATHS, SEED = 365, 0.7, 0.5, 0.05, 0.9, 20_000, 1

EPOCH = pd.Timestamp("1970-01-01")
#: Dates beyond a century from a reading are no dates that anyone could plan with.
FARTHEST_DAYS = 36_525.0
_TIME = r"(\d\d:\d\d(?::\d\d)?)(?:Z| UTC)"


@dataclass(frozen=True)
class Forecast:
    """A halving as judged on a day.

    ``known`` are the readings used, the last of them ``total`` TAO on the day ``since``; ``halving`` counts from 1 and
    is done at ``threshold`` TAO. A day creates ``emitted`` TAO, of which ``removed`` are expected to leave issuance;
    ``measured`` tells whether readings showed it (two at least) or nothing is known but what is thought possible.
    ``rates`` are draws of the growth a day that stays, ``point`` is the date at the expected removal, ``low`` and
    ``high`` the interval around it, ``high`` missing where it lies more than a century ahead. ``block_time`` is in
    seconds.
    """

    known: pd.DataFrame
    since: pd.Timestamp
    total: float
    halving: int
    threshold: float
    emitted: float
    removed: float
    measured: bool
    rates: NDArray[np.float64]
    point: pd.Timestamp
    low: pd.Timestamp
    high: pd.Timestamp | None
    block_time: float

    def holds(self, day: pd.Timestamp) -> bool:
        """Return whether a day lies in the interval, in whole days as forecasts are printed."""
        return self.low.normalize() <= day and (self.high is None or day <= self.high)


def to_day(number: float) -> pd.Timestamp:
    """Return the day that so many days after 1 January 1970 is: how the tables keep dates as numbers."""
    return EPOCH + pd.Timedelta(days=float(number))


def issuance(until: str | pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the readings of total issuance since the Finney chain began, TAO, one a day.

    Of several on a day the largest counts: issuance grows, so that is the last one taken.

    Raises ValueError for a day before the first of them.
    """
    rows = data.current("observations").query("network == 'bittensor' and metric == 'total_issuance'")
    events = data.load("events")
    began = events.loc[(events["network"] == "bittensor") & (events["event"] == "Finney network launch"), "date"].iloc[
        0
    ]
    rows = rows[(rows["date"] >= began) & (rows["date"] <= (pd.Timestamp(until) if until else rows["date"].max()))]
    if rows.empty:
        raise ValueError(f"until: {until} given, a day from {began:%Y-%m-%d} on allowed: no issuance was read before")
    last: pd.DataFrame = rows.sort_values(["date", "value"]).drop_duplicates("date", keep="last")
    return last.reset_index(drop=True)


def actual() -> tuple[pd.Timestamp, pd.DataFrame]:
    """Return the day of the first halving and its row."""
    row = data.series("bittensor", "halving_date_actual", status="measured")
    return to_day(row["value"].iloc[0]), row


def published() -> pd.DataFrame:
    """Return what others printed of the first halving before it came, by the day it was made.

    The columns ``forecast`` (a day) and ``case`` are added: "point", or which end or case of a range it is.
    """
    rows = data.current("observations").query("network == 'bittensor'")
    rows = rows[rows["metric"].str.match(r"halving_date_forecast(?!_second)") & (rows["date"] < actual()[0])]
    case = rows["metric"].str.removeprefix("halving_date_forecast").str.strip("_").str.replace("_", " ")
    rows = rows.assign(forecast=rows["value"].map(to_day), case=case.replace("", "point"))
    return rows.sort_values(["date", "metric", "source_id"]).reset_index(drop=True)


def block_seconds(at: str | pd.Timestamp, window_days: float = WINDOW_DAYS) -> tuple[float | None, pd.DataFrame]:
    """Return the mean spacing of blocks over a window up to a day, seconds, and the readings behind it.

    Only readings of the block number whose note has the time of day count: without it a day's doubt in a week would
    pass for a change of the spacing. The spacing is None with fewer than two of them.
    """
    rows = data.current("observations").query("network == 'bittensor' and metric == 'block_number'")
    day = pd.Timestamp(at)
    rows = rows[(rows["date"] <= day) & (rows["date"] >= day - pd.Timedelta(days=window_days))]
    rows = rows.assign(time=rows["note"].astype("string").str.extract(_TIME)[0]).dropna(subset="time")
    seconds = pd.to_timedelta(rows["time"] + rows["time"].map(lambda text: ":00" if len(text) == 5 else ""))
    rows = rows.assign(moment=rows["date"] + seconds).drop(columns="time").sort_values("moment")
    if len(rows) < 2 or rows["value"].iloc[0] == rows["value"].iloc[-1]:
        return None, rows.iloc[:0]
    first, last = rows.iloc[0], rows.iloc[-1]
    return (last["moment"] - first["moment"]).total_seconds() / (last["value"] - first["value"]), rows


def rule_at(at: str | pd.Timestamp, window_days: float = WINDOW_DAYS) -> emission.EmissionParameters:
    """Return the emission rule of a day, with blocks spaced as measured then, or as the protocol aims at."""
    rule = data.parameters(emission.EmissionParameters, at=pd.Timestamp(at))
    measured = block_seconds(at, window_days)[0]
    return dataclasses.replace(rule, block_time=measured) if measured else rule


def levels(rule: emission.EmissionParameters, halvings: int = 3) -> NDArray[np.float64]:
    """Return the issuance, TAO, at which each of the first halvings is done."""
    return np.array([emission.halving_threshold(n, rule) / emission.RAO_PER_TAO for n in range(1, halvings + 1)])


def _rao(tao: float) -> int:
    return round(tao * emission.RAO_PER_TAO)


def clock(known: pd.DataFrame, rule: emission.EmissionParameters) -> pd.Timestamp:
    """Return the date of the next halving if nothing at all were recycled: the forecast to beat."""
    days = emission.days_to_halving(_rao(known["value"].iloc[-1]), rule)
    return pd.Timestamp(known["date"].iloc[-1]) + pd.Timedelta(days=days)


def halving_forecast(
    at: str | pd.Timestamp,
    window_days: float = WINDOW_DAYS,
    *,
    cv: float = CV,
    most: float = MOST,
    least: float = LEAST,
    removed: float | None = None,
    coverage: float = COVERAGE,
    paths: int = PATHS,
    seed: int = SEED,
) -> Forecast:
    """Forecast the next halving of TAO's emission from the readings up to a day.

    What went missing over the window, each stretch held against the emission of its own time, is expected to go on
    missing, with a spread of ``cv`` over its mean. With a single reading any share of emission up to ``most`` is held
    equally likely. Counters of issuance were off by up to a tenth of a year's emission, so the spread is never that of
    less than ``least`` of emission, however little was seen to leave: a window without recycling makes nothing certain.
    ``removed`` (TAO a day) sets the history aside; ``coverage`` is that of the interval.
    """
    known = issuance(at)
    rule = rule_at(at, window_days)
    since, total = known["date"].iloc[-1], float(known["value"].iloc[-1])
    emitted = emission.daily_emission(_rao(total), rule)
    halving = emission.halvings_passed(_rao(total), rule) + 1
    threshold = emission.halving_threshold(halving, rule) / emission.RAO_PER_TAO
    if removed is None:
        expected, rates = _judged(known, rule, window_days, cv, most, least, paths, seed)
    else:
        expected, rates = removed, passage.uncertain_rates(emitted, removed, cv, paths=paths, seed=seed)
    days = (threshold - total) / np.append(rates, emitted - expected)
    low, high = np.quantile(days[:-1], [0.5 - coverage / 2, 0.5 + coverage / 2])
    # the expectation of a skewed draw may lie beyond a narrow interval, which then reaches to it
    low, high = min(low, days[-1]), max(high, days[-1])
    return Forecast(
        known=known,
        since=since,
        total=total,
        halving=halving,
        threshold=threshold,
        emitted=emitted,
        removed=expected,
        measured=len(known) > 1,
        rates=rates,
        point=since + pd.Timedelta(days=min(days[-1], FARTHEST_DAYS)),
        low=since + pd.Timedelta(days=min(low, FARTHEST_DAYS)),
        high=since + pd.Timedelta(days=high) if high <= FARTHEST_DAYS else None,
        block_time=rule.block_time,
    )


def _judged(
    known: pd.DataFrame,
    rule: emission.EmissionParameters,
    window_days: float,
    cv: float,
    most: float,
    least: float,
    paths: int,
    seed: int,
) -> tuple[float, NDArray[np.float64]]:
    """Return what is expected to leave issuance a day from now on, and draws of the growth that stays, TAO a day."""

    def a_day(issued: float) -> float:
        return emission.daily_emission(_rao(issued), rule)

    now = a_day(float(known["value"].iloc[-1]))
    gone = passage.removal(known, a_day, window_days=window_days, cv=0.0, most=most, paths=paths, seed=seed)
    if len(known) == 1:
        return gone.expected, now - gone.draws
    expected, around = (min(max(gone.expected, floor * now), 0.95 * now) for floor in (0.0, least))
    return expected, passage.uncertain_rates(now, around, cv, paths=paths, seed=seed)


def outlook(found: Forecast, points: int = 200) -> pd.DataFrame:
    """Return issuance on the way to the halving, TAO, by date: expected, and between the ends of the interval.

    The columns are expected, low and high; the dates reach to the later end, or to five times the expected way.
    """
    way = (found.point - found.since) / pd.Timedelta(days=1)
    ends = [
        (end - found.since) / pd.Timedelta(days=1) for end in (found.high, found.point, found.low) if end is not None
    ]
    late, expected, early = ends if len(ends) == 3 else (FARTHEST_DAYS, *ends)
    days = np.linspace(0, max(min(late, 5 * way), way), points)
    steps = {"low": late, "expected": expected, "high": early}
    grown = {
        name: np.minimum(found.total + (found.threshold - found.total) * days / max(end, 1e-9), found.threshold)
        for name, end in steps.items()
    }
    return pd.DataFrame(grown, index=found.since + pd.to_timedelta(days, unit="D"))


def printed(at: str | pd.Timestamp, days: float = 183) -> pd.DataFrame:
    """Return the dates for the first halving that others printed in the last ``days`` up to a day, points only."""
    rows, day = published(), pd.Timestamp(at)
    recent = rows["date"].between(day - pd.Timedelta(days=days), day)
    return rows[recent & (rows["case"] == "point")].reset_index(drop=True)


def missing(known: pd.DataFrame, rule: emission.EmissionParameters) -> pd.DataFrame:
    """Return what went missing between readings more than a week apart, a row a stretch, TAO.

    Columns: from, to, days, emitted (by the rule, through a halving), issued, missing a day, and share (of what was
    emitted).
    """
    bounds, rates = levels(rule), growth(rule)
    rows = []
    start, *later = known[["date", "value"]].to_dict("records")
    for row in later:
        days = (row["date"] - start["date"]).days
        if days <= 7:
            continue
        (end,) = passage.grown(start["value"], days, bounds, rates, np.zeros(1))
        rows.append((start["date"], row["date"], days, float(end) - start["value"], row["value"] - start["value"]))
        start = row
    table = pd.DataFrame(rows, columns=["from", "to", "days", "emitted", "issued"])
    table["missing a day"] = (table["emitted"] - table["issued"]) / table["days"]
    table["share"] = 1 - table["issued"] / table["emitted"]
    return table


def growth(rule: emission.EmissionParameters) -> NDArray[np.float64]:
    """Return the TAO that a day creates below the first of `levels`, between them, and from the last on."""
    starts = np.append(0, levels(rule))
    return np.array([emission.daily_emission(_rao(start), rule) for start in starts])

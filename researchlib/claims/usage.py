"""Verdicts on growth of use."""

from __future__ import annotations

import pandas as pd

from researchlib.claims.verdict import (
    Claim,
    Ruling,
    day,
    ruled,
)
from researchlib.claims.view import View, last
from researchlib.usage import growth, intervention

__all__ = [
    "QUARTER", "YEAR", "akash_gpu_since_q3_2023", "akash_usage_grows", "levels", "on_the_year", "quarterly_credits",
    "render_usage_grows", "step_between",
]  # fmt: skip

QUARTER = (90, 91, 92)
YEAR = (365, 366)
EPOCHS_IN_A_QUARTER = 13
DAYS_IN_A_MONTH = 20
"""A mean of daily readings speaks for a month with this many of its days."""


def levels(rows: pd.DataFrame, metric: str) -> pd.Series:
    """Return a metric by the last day of each month that daily readings cover, or else of the quarters printed."""
    rows = rows[rows["metric"] == metric].drop_duplicates(["date", "period_days"])
    daily = rows[rows["period_days"].fillna(1) == 1].drop_duplicates("date").set_index("date")["value"]
    months = daily.groupby(pd.DatetimeIndex(daily.index) + pd.offsets.MonthEnd(0)).agg(["mean", "size"])
    covered: pd.Series = months.loc[months["size"] >= DAYS_IN_A_MONTH, "mean"]
    return covered if len(covered) else rows[rows["period_days"].isin(QUARTER)].set_index("date")["value"]


def step_between(series: pd.Series, when: pd.Timestamp, each_side: float) -> tuple[float, float] | None:
    """Return the interval of a series' step on a day, relative; None with too few readings on a side of it."""
    if min((series.index < when).sum(), (series.index >= when).sum()) < each_side:
        return None
    days = pd.DatetimeIndex(series.index)
    table = intervention.interrupted_series(days, series.to_numpy(float), {"step": when}, slopes=False)
    return float(table["effect_low"]["step: step"]), float(table["effect_high"]["step: step"])


def akash_gpu_since_q3_2023(claim: Claim, then: View) -> Ruling:
    """Look for a step of leases at the start of the GPU market."""
    launch = then.events("akash", "GPU marketplace")
    leases = then.readings("akash", "active_leases", "new_leases")
    when = launch["date"].iloc[0] if len(launch) else claim.as_of
    risen: bool | None = None
    finding = f"GPUs could be leased from {day(when)}. "
    counts = {metric: levels(leases, metric) for metric in ("active_leases", "new_leases")}
    for metric, series in counts.items():
        step = step_between(series, when, then.number("each_side"))
        if risen is None and step is not None:
            risen = True if step[0] > 0 else False if step[1] < 0 else None
            finding += f"{metric.replace('_', ' ').capitalize()} changed by {step[0]:+.0%} to {step[1]:+.0%} then."
    if risen is None:
        before = sum(int((series.index < when).sum()) for series in counts.values())
        after = sum(len(series) for series in counts.values()) - before
        finding += (
            f"{before or 'No'} months or quarters of leases were read from before and {after or 'none'} from after it, "
            f"so a rise cannot be told."
        )
    return ruled({"GPUs added": not launch.empty, "leases rose": risen}, finding, launch, leases)


def akash_usage_grows(claim: Claim, then: View) -> Ruling:
    """Compare leases, deployments and spending with a year before, wherever both were read."""
    rows = then.readings("akash", "active_leases", "new_leases", "active_deployments", "lease_revenue")
    compared = {metric: on_the_year(levels(rows, metric)) for metric in rows["metric"].unique()}
    pairs = pd.concat([table["growth"] for table in compared.values()]) if compared else pd.Series(dtype=float)
    newest = then.readings("akash", "lease_revenue_daily_avg", "gmv_annualized_high").iloc[-1:]
    finding = (
        f"Of {len(rows)} readings of leases, deployments and spending {len(pairs) or 'none'} can be set beside the "
        f"same time of the year before"
    )
    if len(pairs):
        finding += f"; {(pairs > 0).sum()} of them rose."
    else:
        finding += f"; the newest, {last(newest).value:,.0f} USD a day in {last(newest).month}, is an estimate."
    grown = None if pairs.empty else bool((pairs > 0).all())
    return ruled({"grew": grown}, finding, rows, newest)


def quarterly_credits(then: View) -> pd.DataFrame:
    """Return Render's work in credits by quarter: as printed to 2023, then sums of the weekly epochs that close in it.

    Only quarters with 13 epochs or more count; the first epoch lies in the last printed quarter already.
    """
    rows = then.readings("render", "rndr_used")
    printed = rows[rows["period_days"].isin(QUARTER)][["date", "value", "source_id"]]
    weekly = rows[(rows["period_days"] == 7) & (rows["date"] > printed["date"].max())]
    groups = weekly.groupby(weekly["date"].dt.to_period("Q"))
    sums = groups.agg(value=("value", "sum"), epochs=("value", "size"), source_id=("source_id", "first"))
    full = sums[sums["epochs"] >= EPOCHS_IN_A_QUARTER].reset_index()
    full["date"] = full["date"].dt.end_time.dt.normalize()
    quarters: pd.DataFrame = pd.concat([printed, full[["date", "value", "source_id"]]], ignore_index=True)
    return quarters


def on_the_year(series: pd.Series) -> pd.DataFrame:
    """Return date and growth of the readings that have one of the same quarter a year before."""
    if len(series) < 2:
        return pd.DataFrame({"date": [], "growth": []})
    table: pd.DataFrame = growth.year_over_year(pd.DatetimeIndex(series.index), series.to_numpy(float))
    return table.dropna(subset="growth")


def render_usage_grows(claim: Claim, then: View) -> Ruling:
    """Compare each quarter of billed work and of frames with the one a year before."""
    credits = quarterly_credits(then)
    frames = then.readings("render", "frames_rendered")
    frames = frames[frames["period_days"].isin(QUARTER)]
    read = {"billed work": credits, "frames": frames}
    compared = {name: on_the_year(rows.set_index("date")["value"]) for name, rows in read.items()}
    parts = {name: None if table.empty else bool((table["growth"] > 0).all()) for name, table in compared.items()}
    risen = {name: f"{int((table['growth'] > 0).sum())} of {len(table)}" for name, table in compared.items()}
    rate = growth.compound_growth(pd.DatetimeIndex(credits["date"]), credits["value"].to_numpy())
    worst = compared["frames"].sort_values("growth").iloc[0]
    finding = (
        f"Against the same quarter a year before, billed work rose in {risen['billed work']} cases (by {rate.rate:.0%} "
        f"a year, 95% interval {rate.low:.0%} to {rate.high:.0%}) and frames in {risen['frames']} "
        f"({worst['growth']:+.0%} in the quarter to {day(worst['date'])})."
    )
    return ruled(parts, finding, credits, frames)

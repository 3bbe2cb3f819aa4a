"""Verdicts on growth of use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from researchlib.claims.verdict import Claim, Verdict, day, events, first, from_parts, last, readings
from researchlib.usage import growth, intervention

__all__ = ["EXAMINERS", "quarterly_credits"]

EACH_SIDE = 3
"""Quarters on both sides of a break that an interrupted series needs."""
QUARTER = (90, 91, 92)
YEAR = (365, 366)
EPOCHS_IN_A_QUARTER = 13


def akash_gpu_since_q3_2023(claim: Claim) -> Verdict:
    """Look for a step of quarterly leases at the start of the GPU market."""
    launch = events("akash", "GPU marketplace", until=claim.as_of)
    leases = readings("akash", "active_leases", "new_leases")
    quarters, years = (leases[leases["period_days"].isin(length)] for length in (QUARTER, YEAR))
    when = launch["date"].iloc[0] if len(launch) else claim.as_of
    risen: bool | None = None
    finding = f"GPUs could be leased from {day(when)}. "
    for metric in ("active_leases", "new_leases"):
        series = quarters[quarters["metric"] == metric].drop_duplicates("date")
        if risen is None and min((series["date"] < when).sum(), (series["date"] >= when).sum()) >= EACH_SIDE:
            table = intervention.interrupted_series(
                pd.DatetimeIndex(series["date"]), series["value"].to_numpy(), {"GPUs": when}, slopes=False
            )
            low, high = (float(table[column]["step: GPUs"]) for column in ("effect_low", "effect_high"))
            risen = True if low > 0 else (False if high < 0 else None)
            finding += f"Quarterly {metric.replace('_', ' ')} changed by {low:+.0%} to {high:+.0%} then. "
    if risen is None:
        finding += (
            f"{int((quarters['date'] < when).sum()) or 'No'} quarters of leases were read from before and "
            f"{int(quarters['date'].between(when, claim.as_of).sum()) or 'none'} between then and the claim, so a rise "
            f"cannot be measured. "
        )
    finding += (
        f"Later: {first(quarters).value:,.0f} new leases in the quarter to {first(quarters).day}, "
        f"{last(quarters).value:,.0f} in that to {last(quarters).day}; {first(years).value:,.0f} in "
        f"{first(years).date:%Y} and {last(years).value:,.0f} in {last(years).date:%Y}."
    )
    parts = {"GPUs added": not launch.empty, "leases rose": risen}
    return Verdict(claim.claim_id, from_parts(parts), finding, (launch, leases))


def quarterly_credits(until: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return Render's work in credits by quarter: as printed to 2023, then sums of the weekly epochs that close in it.

    Only quarters with 13 epochs or more count; the first epoch lies in the last printed quarter already.
    """
    rows = readings("render", "rndr_used", until=until)
    printed = rows[rows["period_days"].isin(QUARTER)][["date", "value", "source_id"]]
    weekly = rows[(rows["period_days"] == 7) & (rows["date"] > printed["date"].max())]
    groups = weekly.groupby(weekly["date"].dt.to_period("Q"))
    sums = groups.agg(value=("value", "sum"), epochs=("value", "size"), source_id=("source_id", "first"))
    full = sums[sums["epochs"] >= EPOCHS_IN_A_QUARTER].reset_index()
    full["date"] = full["date"].dt.end_time.dt.normalize()
    quarters: pd.DataFrame = pd.concat([printed, full[["date", "value", "source_id"]]], ignore_index=True)
    return quarters


def _on_the_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return date and growth of the readings that have one of the same quarter a year before."""
    table: pd.DataFrame = growth.year_over_year(pd.DatetimeIndex(rows["date"]), rows["value"].to_numpy()).dropna(
        subset="growth"
    )
    return table


def render_usage_grows(claim: Claim) -> Verdict:
    """Compare each quarter of billed work and of frames with the one a year before."""
    credits = quarterly_credits(claim.as_of)
    frames = readings("render", "frames_rendered", until=claim.as_of)
    frames = frames[frames["period_days"].isin(QUARTER)]
    compared = {"billed work": _on_the_year(credits), "frames": _on_the_year(frames)}
    parts = {name: None if table.empty else bool((table["growth"] > 0).all()) for name, table in compared.items()}
    risen = {name: f"{int((table['growth'] > 0).sum())} of {len(table)}" for name, table in compared.items()}
    rate = growth.compound_growth(pd.DatetimeIndex(credits["date"]), credits["value"].to_numpy())
    worst = compared["frames"].sort_values("growth").iloc[0]
    after = quarterly_credits()
    now = _on_the_year(after).iloc[-1]
    finding = (
        f"Against the same quarter a year before, billed work rose in {risen['billed work']} cases (by {rate.rate:.0%} "
        f"a year, 95% interval {rate.low:.0%} to {rate.high:.0%}) and frames in {risen['frames']} "
        f"({worst['growth']:+.0%} in the quarter to {day(worst['date'])}). In the quarter to {day(now['date'])} billed "
        f"work was {now['growth']:+.0%} on the year."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (credits, frames, after))


EXAMINERS: Mapping[str, Callable[[Claim], Verdict]] = {
    "akash-gpu-since-q3-2023": akash_gpu_since_q3_2023,
    "render-usage-grows": render_usage_grows,
}

"""What the networks and others projected of use and supply, beside what came, and what is still open."""

from __future__ import annotations

import pandas as pd

from researchlib import data

__all__ = ["akash_curve", "ledger", "still_open"]

#: Metrics that hold a projection without an outcome in the data yet.
_OPEN = ("burn_target_year1", "burn_target_pool", "salad_revenue_year1_projection")


def akash_curve() -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return Akash's supply by the curve of 2020 and as counted (genesis and all that was minted), AKT, and the rows.

    The columns are date, planned, counted and over (counted over planned, less one).
    """
    planned = data.series("akash", "total_supply_modelled", source="onekx_akash")
    minted = data.series("akash", "tokens_minted", source="onekx_akash")
    genesis = data.series("akash", "total_supply").iloc[:1]
    table = planned[["date", "value"]].merge(minted[["date", "value"]], on="date", suffixes=("_planned", "_minted"))
    table = table.rename(columns={"value_planned": "planned"})
    table["counted"] = float(genesis["value"].iloc[0]) + table.pop("value_minted").cumsum()
    table["over"] = table["counted"] / table["planned"] - 1
    return table, (planned[planned["date"] <= table["date"].max()], minted, genesis)


def ledger() -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return each projection with an outcome: what, network, unit, forecast, came, ratio; and the rows behind them."""
    curve, curve_rows = akash_curve()
    scheduled, emitted = data.series("ionet", "emission_scheduled"), data.series("ionet", "tokens_emitted")
    io = scheduled.merge(emitted, on="date", suffixes=("_plan", ""))
    paid, plan = data.series("render", "compute_subnet_rewards"), data.series("render", "compute_pool_month_estimate")
    salad, burned = data.series("render", "salad_burn_month_projection"), data.series("render", "tokens_burned_90d")
    quarter = float(burned["value"].iloc[-1])
    rows = [
        ("Akash's supply at the end of the curve of 2020", "akash", "AKT", *curve[["planned", "counted"]].iloc[-1]),
        ("io.net's emission in the months read", "ionet", "IO", io["value_plan"].sum(), io["value"].sum()),
        (
            "Render's compute nodes' pay a month",
            "render",
            "RENDER",
            plan["value"].iloc[0],
            paid["value"].mean() * 30 / 7,
        ),
        ("Salad's burn a month (came: all of Render's)", "render", "RENDER", salad["value"].iloc[0], quarter / 3),
    ]
    table = pd.DataFrame(rows, columns=["what", "network", "unit", "forecast", "came"])
    frames = (*curve_rows, scheduled, emitted, paid, plan, salad, burned)
    return table.assign(ratio=table["came"] / table["forecast"]), frames


def still_open() -> pd.DataFrame:
    """Return the rows of projections that have no outcome in the data."""
    rows = data.current("observations")
    pilot = (rows["network"] == "akash") & (rows["status"] == "estimated") & (rows["source_id"] == "pip_revenue_share")
    return rows[rows["metric"].isin(_OPEN) | pilot].sort_values(["network", "metric", "date"]).reset_index(drop=True)

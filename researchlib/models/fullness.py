"""How full Akash and io.net are: readings under each definition, bounds on a part, and room for the next request."""

from __future__ import annotations

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.usage import erlang, utilisation

__all__ = ["MODELS", "by_model", "counted", "hours_against_offered", "quoted", "refusal", "room_needed"]

#: Readings of Akash's whole network that give both numbers on one day, by model too.
PAGE = "gpu_pricing_table_2026_05"
#: Models that the incentive programme reports, as the page and as the programme name them.
MODELS = {"a100": "a100", "h100": "h100", "h200": "h200", "rtx_5090": "rtx5090"}
_QUOTED = {
    "gpu_utilization": "network",
    "gpu_utilization_low": "network, low end of a range",
    "gpu_utilization_high": "network, high end of a range",
    "gpu_utilization_pip": "programme",
    "gpu_utilization_a100": "A100 alone",
}


def counted() -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return use over capacity wherever both were counted, with its definition: Akash's network, io.net's presence."""
    quarter = range(89, 93)
    leased = data.series("akash", "gpus_leased", period_days=quarter)
    online = data.series("akash", "gpus_total", period_days=quarter)
    stock = data.series("akash", "gpus_total", period_days=0, status="measured")
    free = data.series("akash", "gpus_available")
    live = data.series("ionet", "gpus_verified_daily_avg")
    registered = data.series("ionet", "gpus_registered", source="i_messari_q1_25")
    means = leased.merge(online, on="date", suffixes=("", "_there")).assign(of="mean of a quarter")
    days = stock.merge(free, on="date", suffixes=("_there", "_free")).assign(of="single day")
    days["value"] = days["value_there"] - days["value_free"]
    akash = pd.concat([means, days]).assign(network="Akash", definition="network")
    akash = akash.rename(columns={"value": "used", "value_there": "capacity"})
    ionet = pd.DataFrame(
        {"date": registered["date"], "network": "io.net", "definition": "live", "of": "mean of a quarter",
         "used": live["value"].iloc[-1], "capacity": registered["value"]}
    )  # fmt: skip
    columns = ["date", "network", "definition", "of", "used", "capacity"]
    table = utilisation.utilisation_table(pd.concat([akash[columns], ionet]))
    return table, (leased, online, stock, free, live, registered)


def quoted() -> pd.DataFrame:
    """Return Akash's utilisation where only the fraction was given, by what it is of and how it was found."""
    rows = data.current("observations")
    rows = rows[(rows["network"] == "akash") & rows["metric"].isin(_QUOTED)]
    return rows.assign(of=rows["metric"].map(_QUOTED)).sort_values(["date", "of"])[
        ["date", "of", "value", "status", "source_id"]
    ]


def by_model() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return GPUs online and leased by model on the page of May 2026, with the programme's use, and the readings.

    ``at_most`` is how many of a model the programme can pay for: what its GPUs use is at most what the whole network
    uses. The row ``all`` is the network as a whole.
    """
    rows = data.current("observations")
    akash = rows[rows["network"] == "akash"]
    page = akash[akash["source_id"] == PAGE].set_index("metric")["value"]
    names = [metric.removeprefix("gpus_total_") for metric in page.index if metric.startswith("gpus_total_")]
    table = pd.DataFrame({"online": [page[f"gpus_total_{name}"] for name in names]}, index=names)
    table["leased"] = table["online"] - [page[f"gpus_available_{name}"] for name in names]
    table.loc["all"] = [page["gpus_total"], page["gpus_total"] - page["gpus_available"]]
    month = akash[(akash["date"] == "2026-05-31") & (akash["status"] == "measured")].set_index("metric")["value"]
    table["programme"] = month.get("gpu_utilization_pip")
    table["programme"] = [
        month["gpu_utilization_pip"] if name == "all" else month.get(f"gpu_utilization_pip_{MODELS.get(name)}", np.nan)
        for name in table.index
    ]
    known = table["programme"].notna()
    table.loc[known, "at_most"] = utilisation.largest_part(
        table["leased"][known].to_numpy(),
        table["online"][known].to_numpy(),
        part_utilisation=table["programme"][known].to_numpy(),
    )
    table["use"] = table["leased"] / table["online"]
    return table.sort_values("online", ascending=False), akash[akash["source_id"].isin([PAGE, "pip_revenue_share"])]


def refusal(online: float, leased: float, gpus: int) -> float:
    """Return the chance that a request for so many GPUs finds no room (Erlang B); unknown if all are leased.

    A model's GPUs are taken to stand together in machines of that size, which flatters the network.
    """
    places = int(online // gpus)
    if places == 0 or leased / gpus >= places:
        return float("nan")
    return erlang.erlang_b(erlang.offered_load(leased / gpus, places), places)


def room_needed(used: float, gpus: int, blocked: float) -> int:
    """Return the GPUs, as one pool of like machines, that would turn away no more than a share of the requests."""
    return gpus * erlang.capacity_for_blocking(used / gpus, blocked=blocked)


def hours_against_offered() -> tuple[float, float, tuple[pd.DataFrame, ...]]:
    """Return io.net's newest "network compute hours" of a month, and the hours its verified GPUs had in it."""
    hours = data.series("ionet", "compute_hours_month").iloc[-1:]
    live = data.series("ionet", "gpus_verified_daily_avg").iloc[-1:]
    offered = float(live["value"].iloc[0]) * 24 * float(hours["period_days"].iloc[0])
    return float(hours["value"].iloc[0]), offered, (hours, live)

"""Requests for several GPUs of one model in one place: how many a fleet turns away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import data
from researchlib.supply import clusters

__all__ = ["ionet_cells", "offered", "scattered", "turned_away", "turned_away_by_places", "verified"]

#: Hosts that a request can ask for.
HOSTS = (1, 2, 4, 8)


def offered(gpus: int, wanted: float, sizes: Sequence[int]) -> NDArray[np.float64]:
    """Return the load of each size, requests held at once, if all want the same part of ``wanted`` times the GPUs."""
    return wanted * gpus / (len(sizes) * np.asarray(sizes, dtype=float))


def turned_away(gpus: int, wanted: float, sizes: Sequence[int]) -> pd.Series:
    """Return the fraction of requests of each size that GPUs in one place turn away (exact)."""
    found = clusters.blocking_by_size(gpus, np.array(sizes), offered(gpus, wanted, sizes))
    return pd.Series(found, index=pd.Index(sizes, name="GPUs asked for"))


def turned_away_by_places(
    gpus: int, wanted: float, sizes: Sequence[int], places: Sequence[int], *, requests: int
) -> pd.DataFrame:
    """Return what is turned away (simulated, by size) if the GPUs are spread evenly over a number of places.

    Columns: blocked, low, high; the index holds the number of places and the size.
    """
    found = {}
    for count in places:
        each, more = divmod(gpus, count)
        cells = [each + (cell < more) for cell in range(count)]
        load = offered(gpus, wanted, sizes)
        found[count] = clusters.simulate_blocking(np.array(cells), np.array(sizes), load, requests=requests, seed=count)
    return pd.concat(found, names=["places"])[["blocked", "low", "high"]]


def scattered(gpus: int, per_host: int, places: Sequence[int]) -> pd.DataFrame:
    """Return the chance that hosts placed by chance hold a request in some or a named place, by places and GPUs."""
    found = {}
    for count in places:
        shares = np.full(count, 1 / count)
        table = clusters.scatter_probability(gpus // per_host, shares, np.array(HOSTS), draws=4000, seed=1)
        found[count] = table.set_axis(pd.Index([hosts * per_host for hosts in HOSTS], name="GPUs"))
    return pd.concat(found, names=["places"])


def verified() -> pd.DataFrame:
    """Return io.net's newest verified GPUs, its countries, models taken and tiers: a row each with its source."""
    rows = data.current("observations").query("network == 'ionet'")
    gpus = rows[rows["metric"].isin(["gpus_verified", "gpus_verified_daily_avg"])].sort_values("date").iloc[-1:]
    countries = rows[rows["metric"] == "countries"].sort_values("date").iloc[-1:]
    rules = data.load("parameters").query("network == 'ionet'")
    weights = rules[rules["parameter"].str.startswith("multiplier_") & (rules["valid_from"] >= "2025-06-04")]
    weights = weights[weights["value"].astype(float) > 0]
    tiers = rules[rules["parameter"].str.fullmatch(r"connectivity_tier\d_download")]
    counts = {"gpus": (gpus, gpus["value"].iloc[0]), "countries": (countries, countries["value"].iloc[0])}
    counts |= {"models": (weights, weights["parameter"].nunique()), "tiers": (tiers, len(tiers))}
    table = [
        {"what": what, "value": float(value), "date": rows.get("date", pd.Series([pd.NaT])).iloc[0],
         "source_id": rows["source_id"].iloc[0]}
        for what, (rows, value) in counts.items()
    ]  # fmt: skip
    return pd.DataFrame(table).set_index("what")


def ionet_cells(known: pd.DataFrame, zipf: float) -> NDArray[np.float64]:
    """Return shares of all combinations of model, country and tier that fall with the rank r as r^-zipf in each."""
    parts, counts = [], known["value"].to_dict()
    for what in ("models", "countries", "tiers"):
        share = np.arange(1, int(counts[what]) + 1) ** -float(zipf)
        parts.append(share / share.sum())
    cells = np.einsum("i,j,k->ijk", *parts).ravel()
    return np.asarray(cells / cells.sum())

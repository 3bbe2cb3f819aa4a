"""Who holds how much, as far as the tables tell: Bittensor's emission and stake, and the H100 of Akash's providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import data
from researchlib.supply import concentration

__all__ = [
    "Bounds",
    "bounds",
    "emission",
    "equal_holders",
    "h100_providers",
    "measured",
    "needed",
    "numbers",
    "stake",
    "summary",
]

#: The least and the most concentrated holdings that the published shares allow.
Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]
Measure = Callable[[NDArray[np.float64]], float]
#: Metrics that Metagraphed computes over all keys, and over the owners behind them.
LISTS = {
    "stake by key": "stake",
    "stake by validator key": "validator_stake",
    "stake by owner": "owner_stake",
    "emission by key": "emission",
    "emission by owner": "owner_emission",
}


@dataclass(frozen=True)
class Lists:
    """Holdings by day, each between two bounds, and the rows behind them."""

    days: Mapping[pd.Timestamp, Bounds]
    frames: tuple[pd.DataFrame, ...]


def bounds(extremes: Bounds, measure: Measure) -> tuple[float, float]:
    """Return the least and the largest value of a measure over the two extremes."""
    low, high = sorted(float(measure(each)) for each in extremes)
    return low, high


def needed(extremes: Bounds, share: float) -> tuple[int, int]:
    """Return the fewest holders with more than a share, between the bounds."""
    low, high = (int(each) for each in bounds(extremes, partial(concentration.nakamoto, threshold=share)))
    return low, high


def summary(lists: Mapping[pd.Timestamp, Bounds], *, blocking: float) -> pd.DataFrame:
    """Return bounds of the usual measures as text, a row a day."""
    measures: dict[str, tuple[Measure, str]] = {
        "Herfindahl index": (concentration.herfindahl, "{:.3f}"),
        "Gini coefficient": (concentration.gini, "{:.2f}"),
        "fewest for half": (concentration.nakamoto, "{:.0f}"),
        f"fewest for {blocking:.0%}": (partial(concentration.nakamoto, threshold=blocking), "{:.0f}"),
        "largest holds": (partial(concentration.top_share, n=1), "{:.0%}"),
        "top ten hold": (partial(concentration.top_share, n=10), "{:.0%}"),
    }
    rows = {}
    for day, extremes in lists.items():
        rows[day] = {"holders": f"{extremes[0].size}"}
        for name, (measure, form) in measures.items():
            low, high = (form.format(each) for each in bounds(extremes, measure))
            rows[day][name] = low if low == high else f"{low} to {high}"
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("day")


def _bittensor(until: str) -> pd.DataFrame:
    rows = data.current("observations")
    return rows[(rows["network"] == "bittensor") & (rows["date"] <= until)]


def emission(until: str, *, with_root: bool = False) -> Lists:
    """Return who drew Bittensor's emission on the days with published shares of the largest subnets.

    What went to the root network was recycled, not drawn: it is left out of the total unless ``with_root``, which
    counts the root network as one more holder and so lowers the shares of the others.
    """
    rows = _bittensor(until)
    ranked = rows[rows["metric"].str.fullmatch(r"emission_share_top(1|5|10)")]
    ranked = ranked.assign(n=ranked["metric"].str.removeprefix("emission_share_top").astype(int))
    single = rows[rows["metric"].str.fullmatch(r"emission_share_sn\d+") & rows["date"].isin(ranked["date"])]
    subnets = rows[rows["metric"] == "subnets"].sort_values("date", kind="stable")
    none = rows[rows["metric"] == "subnets_zero_emission"]
    root = rows[rows["metric"] == "emission_share_root"].set_index("date")["value"]
    days = {}
    for day in sorted(ranked["date"].unique()):
        shares = single.loc[single["date"] == day, "value"].sort_values(ascending=False).to_numpy()
        top = ranked[ranked["date"] == day].set_index("n")["value"].to_dict()
        if shares.size >= 10:  # an eleventh is listed on one day, but it need not be the next in rank
            top = {n: float(shares[:n].sum()) for n in range(1, 11)}
        to_root = float(root.get(day, 0.0))
        holders = int(subnets.loc[subnets["date"] <= day, "value"].iloc[-1])
        idle = int(none.loc[none["date"] == day, "value"].max()) if (none["date"] == day).any() else 0
        extremes = concentration.extreme_holdings(
            {n: held / (1 - to_root) for n, held in top.items()}, holders=holders - idle
        )
        scale, rest = (1 - to_root, [to_root]) if with_root and to_root else (1.0, [])
        least, most = (np.concatenate([each * scale, np.zeros(idle), rest]) for each in extremes)
        days[pd.Timestamp(day)] = (least, most)
    return Lists(days, (ranked, single, subnets, none))


def stake(until: str) -> Lists:
    """Return who held the stake delegated to Bittensor's validators, on the days of 2024 with published shares."""
    rows = _bittensor(until)
    ranked = rows[rows["metric"].str.startswith("validator_stake_share_top")]
    ranked = ranked.assign(n=ranked["metric"].str.removeprefix("validator_stake_share_top").astype(int))
    delegates = data.series("bittensor", "validators_with_stake")  # October's number stands for June's too
    days = {
        pd.Timestamp(str(day)): concentration.extreme_holdings(
            dict(zip(group["n"].tolist(), group["value"].tolist(), strict=True)),
            holders=int(delegates["value"].iloc[0]),
        )
        for day, group in ranked.groupby("date")
    }
    return Lists(days, (ranked, delegates))


def measured(until: str) -> pd.DataFrame:
    """Return the newest measures over keys and owners of Bittensor: gini, hhi, nakamoto, date, source_id by list."""
    rows, found = _bittensor(until), []
    for name, start in LISTS.items():
        mine = rows[rows["metric"].isin([f"{start}_{each}" for each in ("gini", "hhi", "nakamoto")])]
        if mine.empty:
            continue
        last = mine[mine["date"] == mine["date"].max()].set_index("metric")
        values = {each: last["value"][f"{start}_{each}"] for each in ("gini", "hhi", "nakamoto")}
        found.append({"list": name, **values, "date": last["date"].iloc[0], "source_id": last["source_id"].iloc[0]})
    return pd.DataFrame(found, columns=["list", "gini", "hhi", "nakamoto", "date", "source_id"]).set_index("list")


def h100_providers(until: str) -> pd.DataFrame:
    """Return listed and leased H100 of each of Akash's providers that had any, on the newest day with such a list.

    Columns listed, leased, free, date, source_id; a row a provider, the largest first; empty before the first list.
    """
    rows = data.current("observations")
    rows = rows[rows["metric"].str.fullmatch(r"h100_(listed|leased)_provider_\d+") & (rows["date"] <= until)]
    rows = rows[rows["date"] == rows["date"].max()]
    parts = rows["metric"].str.extract(r"h100_(?P<what>listed|leased)_provider_(?P<provider>\d+)")
    table = rows.join(parts).pivot_table(index="provider", columns="what", values="value")
    table = table.reindex(columns=["listed", "leased"])
    table["free"] = table["listed"] - table["leased"]
    table["date"] = rows["date"].max()
    table["source_id"] = rows["source_id"].iloc[0] if len(rows) else ""
    ordered: pd.DataFrame = table.sort_values("listed", ascending=False)
    return ordered


def equal_holders(
    named: Mapping[str, Mapping[pd.Timestamp, Bounds]], computed: pd.DataFrame, providers: pd.DataFrame
) -> pd.DataFrame:
    """Return how many equal holders would be as concentrated as each list: value, with low and high where bounded."""
    rows = {}
    for what, days in named.items():
        for day, extremes in days.items():
            high, low = (1 / each for each in bounds(extremes, concentration.herfindahl))
            rows[f"{what}, {day:%B %Y}"] = {"value": (low * high) ** 0.5, "low": low, "high": high}
    for name, row in computed.iterrows():
        rows[f"{name}, {row['date']:%B %Y}"] = {"value": 1 / row["hhi"]}
    if len(providers):
        index = concentration.herfindahl(providers["listed"].to_numpy(float))
        rows[f"H100 by provider on Akash, {providers['date'].iloc[0]:%B %Y}"] = {"value": 1 / index}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])


def numbers(until: str) -> pd.DataFrame:
    """Return the newest number of holders of the lists that the tables lack: holders, value, date, least (index)."""
    quarters = list(range(89, 93))
    found = {
        "Akash, providers": data.series(
            "akash", "providers_active", status="measured", prefer="messari_q1_2026", period_days=quarters, until=until,
            empty=True,
        ),
        "Render, wallets paid for work": data.series(
            "render", "node_wallets_paid_work", period_days=7, until=until, empty=True
        ),
        "io.net, workers ever paid": data.series("ionet", "workers_paid_cumulative", until=until, empty=True),
    }  # fmt: skip
    table: pd.DataFrame = pd.concat([frame.iloc[-1:].assign(holders=name) for name, frame in found.items()])
    return table.assign(least=1 / table["value"])

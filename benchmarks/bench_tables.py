"""Tables: loading with every cell checked, and the methods that take frames, beside plain peers, and their growth.

Run: python benchmarks/bench_tables.py

The tables are those of the data folder, and the same with their rows repeated under other names (venues of the GPU
prices, metrics of the observations), so that every rule of the schemas still holds. The peers of ``data.load`` are
pandas.read_csv, which checks nothing (the ratio is what strictness costs), and a pydantic model a row under the same
rules (the ratio says whether checking by columns keeps up with checking by rows in compiled code). ``data.series`` and
``price_level`` are held against the same selection and the same two group-bys in plain pandas, and
``hedonic_regression`` against the same regression as a formula of statsmodels: these ratios are the price of checks
and of results ready to read. Ratios are those at the most rows; answers are compared first.
"""

from __future__ import annotations

import csv
import datetime
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from measure import Ratio, conclude, medians, seconds, table
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints

from researchlib import data
from researchlib.pricing.comparison import PRICE, like_for_like, price_level
from researchlib.pricing.discounts import discount
from researchlib.pricing.hedonic import hedonic_regression

FOLDER = data.root()
TIMES = (1, 10, 100)
ROUNDS = 3
METRIC = ("bittensor", "tao_recycled_registration")
SINCE = "2025-01-01"
AT_MOST_READ_CSV = 60  # 36.9 to 54.6 on one machine, in five runs
AT_LEAST_OVER_PYDANTIC = 0.8
AT_LEAST_AGAIN = 10  # what read_csv takes over what loading an unchanged file again takes
AT_MOST_GROWTH = 2  # a row of ten times as many rows

PEERS = {
    "data.series": ("selection in pandas", 10),
    "price_level": ("medians in pandas", 2),
    "hedonic_regression": ("formula in statsmodels", 2),
}
"""The peer of each method, and how many times its time the method may take."""
GROWING = ("data.load", "data.series", "like_for_like", "price_level", "hedonic_regression", "discount")

_FILLED = r"[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?"
Filled = Annotated[str, StringConstraints(pattern=rf"^{_FILLED}$")]
Line = Annotated[str, StringConstraints(pattern=rf"^({_FILLED})?$")]
KEY = ("date", "venue", "instance", "gpu_model", "gpus", "pricing", "region", "source_id")


class Price(BaseModel):
    """A row of gpu_prices under the rules of its schema."""

    model_config = ConfigDict(extra="forbid")
    date: datetime.date
    venue: Filled
    venue_kind: Literal["depin", "hyperscaler", "marketplace", "neocloud"]
    instance: Line
    gpu_model: Filled
    gpus: PositiveInt | Literal[""]
    price_usd_per_gpu_hour: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    pricing: Literal["on_demand", "spot", "reserved", "reserved_1y", "reserved_3y", "bid_min", "bid_max"]
    region: Line
    source_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-]+[a-z0-9]+)*$")]
    note: Line


def load_with_pydantic(folder: Path, sources: frozenset[str]) -> pd.DataFrame:
    """Return gpu_prices read row by row, its key unique and its sources known."""
    rows, keys = [], set()
    with (folder / "gpu_prices.csv").open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            row = Price.model_validate(cells)
            key = tuple(getattr(row, name) for name in KEY)
            if key in keys or row.source_id not in sources:
                raise ValueError(f"gpu_prices: {key} given twice or without a source")
            keys.add(key)
            rows.append(row.model_dump())
    return pd.DataFrame(rows)


def plain_series(observations: pd.DataFrame) -> pd.DataFrame:
    network, metric = METRIC
    rows = observations[(observations["network"] == network) & (observations["metric"] == metric)]
    return rows.sort_values("date").reset_index(drop=True)


def plain_medians(prices: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return each venue's median price in a quarter and group."""
    quarter = prices["date"].dt.to_period("Q").dt.to_timestamp().rename("period")
    return prices.groupby([quarter, *by, "venue"])[PRICE].median()


def plain_level(prices: pd.DataFrame) -> pd.Series:
    by = ["gpu_model", "venue_kind"]
    return plain_medians(prices, by).groupby(["period", *by]).median()


def plain_hedonic(prices: pd.DataFrame, specs: pd.DataFrame) -> pd.Series:
    votes = plain_medians(prices, ["gpu_model", "venue_kind"]).reset_index().merge(specs, on="gpu_model")
    attributes = ["memory_gib", "memory_bandwidth_gb_s", "fp16_tensor_tflops"]
    sample = votes.dropna(subset=attributes)
    logs = " + ".join(f"np.log({name})" for name in attributes)
    model = smf.ols(f"np.log({PRICE}) ~ {logs} + C(venue_kind) + C(period)", sample, eval_env=0)
    groups = sample["gpu_model"].astype("category").cat.codes
    return model.fit(cov_type="cluster", cov_kwds={"groups": groups}).params


def repeated(folder: Path, times: int) -> None:
    """Write the tables into a folder, those measured with this many times their rows."""
    for name in ("sources", "gpu_aliases", "gpu_specs"):
        shutil.copy(FOLDER / f"{name}.csv", folder)
    for name, column in (("gpu_prices", "venue"), ("observations", "metric")):
        cells = pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)
        copies = [cells, *(cells.assign(**{column: cells[column] + f"_{i}"}) for i in range(1, times))]
        pd.concat(copies).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def read_from(folder: Path, name: str, *, fresh: bool = False) -> pd.DataFrame:
    """Return a table of the folder; ``fresh`` makes its file look changed, so that it is read and checked again."""
    os.environ["RESEARCHLIB_DATA"] = str(folder)
    if fresh:
        os.utime(folder / f"{name}.csv")
    return data.load(name)


def series_from(folder: Path) -> pd.DataFrame:
    os.environ["RESEARCHLIB_DATA"] = str(folder)
    return data.series(*METRIC)


def operations(folder: Path) -> dict[str, Callable[[], Any]]:
    """Return what is timed on the tables of a folder, by name."""
    prices, observations, aliases, specs = (
        read_from(folder, name) for name in ("gpu_prices", "observations", "gpu_aliases", "gpu_specs")
    )
    comparable = like_for_like(prices, aliases)
    recent = comparable[comparable["date"] >= SINCE]
    return {
        "pandas.read_csv": partial(pd.read_csv, folder / "gpu_prices.csv"),
        "pydantic, a model a row": partial(
            load_with_pydantic, folder, frozenset(read_from(folder, "sources").source_id)
        ),
        "data.load": partial(read_from, folder, "gpu_prices", fresh=True),
        "data.load, unchanged file": partial(read_from, folder, "gpu_prices"),
        "selection in pandas": partial(plain_series, observations),
        "data.series": partial(series_from, folder),
        "like_for_like": partial(like_for_like, prices, aliases),
        "medians in pandas": partial(plain_level, comparable),
        "price_level": partial(price_level, comparable, frequency="quarter"),
        "formula in statsmodels": partial(plain_hedonic, recent, specs),
        "hedonic_regression": partial(hedonic_regression, recent, specs),
        "discount": partial(discount, recent, base="hyperscaler", groups=["depin"], frequency="quarter"),
    }


def agree(run: dict[str, Callable[[], Any]]) -> None:
    """Raise AssertionError where a peer's answer differs."""
    ours, rows = run["data.load"](), run["pydantic, a model a row"]()
    np.testing.assert_array_equal(ours[PRICE], rows[PRICE])
    np.testing.assert_array_equal(ours["venue"], rows["venue"])
    np.testing.assert_array_equal(run["data.series"]()["value"], run["selection in pandas"]()["value"])
    np.testing.assert_array_equal(run["price_level"]()["price"], run["medians in pandas"]())
    estimates, fitted = run["hedonic_regression"]().coefficients["estimate"], run["formula in statsmodels"]()
    np.testing.assert_allclose(estimates["memory_gib"], fitted["np.log(memory_gib)"], rtol=1e-6)


def measured() -> dict[str, list[float]]:
    """Return the median seconds of each operation on the tables of each of TIMES."""
    sides: dict[tuple[str, int], Callable[[], float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for times in TIMES:
            folder = Path(scratch) / str(times)
            folder.mkdir()
            repeated(folder, times)
            run = operations(folder)
            if times == 1:
                agree(run)
            sides |= {(name, times): partial(seconds, call, repeats=max(1, 10 // times)) for name, call in run.items()}
        time = medians(ROUNDS, sides)
    return {name: [time[name, times] for times in TIMES] for name in run}


def main() -> None:
    rows = [len(data.load(name)) for name in ("gpu_prices", "observations")]
    print(f"median milliseconds on {rows[0]:,} rows of gpu_prices ({rows[1]:,} of observations for a series), and more")
    time = measured()
    columns = {"": "<26"} | {f"{times} x the rows": "9,.2f" for times in TIMES}
    table(columns, [(name, *(1e3 * value for value in values)) for name, values in time.items()])

    def over(side: str, other: str, size: int = -1) -> float:
        return time[side][size] / time[other][size]

    pydantic, again = "pydantic, a model a row", "data.load, unchanged file"
    ratios = [
        Ratio("data.load / pandas.read_csv", over("data.load", "pandas.read_csv"), at_most=AT_MOST_READ_CSV),
        Ratio("pydantic / data.load", over(pydantic, "data.load"), at_least=AT_LEAST_OVER_PYDANTIC),
        Ratio(f"pandas.read_csv / {again}, 1 x", over("pandas.read_csv", again, 0), at_least=AT_LEAST_AGAIN),
        *(Ratio(f"{ours} / {peer}", over(ours, peer), at_most=most) for ours, (peer, most) in PEERS.items()),
    ]
    for name in GROWING:
        grown = time[name][-1] / time[name][-2] / (TIMES[-1] / TIMES[-2])
        ratios.append(Ratio(f"time a row, {TIMES[-1]} x / {TIMES[-2]} x, {name}", grown, at_most=AT_MOST_GROWTH))
    conclude("tables", ratios)


if __name__ == "__main__":
    main()

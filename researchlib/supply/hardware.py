"""A fleet of GPUs in comparable units.

A fleet is a table of ``gpu_model`` and ``count``. Two fleets compare only in a unit they share: memory, bandwidth,
throughput at one precision, rendering score, power. Where a model's specification was not read, the fleet's total is
unknown; what is known of it is a lower bound, and the tables say how much of the fleet it covers.

Source: definitions of our own; specifications come from the caller.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Annotated

import numpy as np
import pandas as pd

from researchlib import _validate as check
from researchlib.bounds import checked, frame

__all__ = ["MEASURES", "fleet_by_model", "fleet_from_metrics", "fleet_units", "resolve_models"]

#: Columns of the specification table that add up over a fleet, with their unit.
MEASURES: Mapping[str, str] = {
    "memory_gib": "GiB",
    "memory_bandwidth_gb_s": "GB/s",
    "fp32_tflops": "TFLOPS",
    "fp16_tensor_tflops": "TFLOPS, dense",
    "bf16_tensor_tflops": "TFLOPS, dense",
    "fp8_tensor_tflops": "TFLOPS, dense",
    "octanebench_2020_score": "OctaneBench points",
    "tdp_w": "W",
}


Fleet = Annotated[pd.DataFrame, frame("gpu_model", "count")]
Specs = Annotated[pd.DataFrame, frame("gpu_model", *MEASURES)]
Aliases = Annotated[pd.DataFrame, frame("printed_model", "gpu_model", "assumption")]


@checked
def resolve_models(
    printed: Sequence[str], specs: Annotated[pd.DataFrame, frame("gpu_model")], aliases: Aliases | None = None
) -> pd.DataFrame:
    """Name the row of ``specs`` (one a ``gpu_model``) of each GPU model, as a source printed its name.

    ``aliases`` lists other names: ``printed_model``, ``gpu_model`` (missing: the model exists, its specification was
    not read) and ``assumption``. The result has these columns for each of ``printed``, in the order given.

    Raises ValueError if a name is neither a specified model nor a listed alias; the message names the nearest known
    ones.

    Examples
    --------
    >>> specs = pd.DataFrame({"gpu_model": ["T4", "L4"]})
    >>> aliases = pd.DataFrame({"printed_model": ["T4 16GB"], "gpu_model": ["T4"], "assumption": [None]})
    >>> resolve_models(["L4", "T4 16GB"], specs, aliases)["gpu_model"].tolist()
    ['L4', 'T4']
    """
    known: dict[str, tuple[object, object]] = {}
    if aliases is not None:
        rows = aliases[["printed_model", "gpu_model", "assumption"]].itertuples(index=False, name=None)
        known = {printed_model: (model, assumption) for printed_model, model, assumption in rows}
    known |= {model: (model, None) for model in specs["gpu_model"]}
    for model in printed:
        if model not in known:
            near = difflib.get_close_matches(str(model), known, n=3, cutoff=0.4) or sorted(known)[:3]
            raise ValueError(
                f"gpu_model: {model!r} given, a specified model or alias allowed, such as {', '.join(near)}"
            )
    return pd.DataFrame(
        [(model, *known[model]) for model in printed], columns=["printed_model", "gpu_model", "assumption"]
    )


@checked
def fleet_by_model(fleet: Fleet, specs: Specs, aliases: Aliases | None = None) -> pd.DataFrame:
    """Total each measure of a ``fleet`` (``gpu_model``, ``count``) by GPU model.

    ``specs`` holds the :data:`MEASURES` of one GPU a ``gpu_model``, ``aliases`` as in :func:`resolve_models`. The
    result has a row a printed model, most numerous first: ``gpu_model``, ``count``, ``specification`` (the row used),
    ``assumption``, then each measure times the count, in its unit; missing where it was not read.

    Raises ValueError if a model is unknown or a count negative.
    """
    counted = pd.DataFrame(
        {"gpu_model": fleet["gpu_model"].to_numpy(), "count": check.array("count", fleet["count"], minimum=0)}
    )
    rows = counted.groupby("gpu_model", as_index=False, sort=False)["count"].sum()
    resolved = resolve_models(rows["gpu_model"].tolist(), specs, aliases)
    per_gpu = specs.set_index("gpu_model").reindex(resolved["gpu_model"])[list(MEASURES)].astype(float)
    totals = per_gpu.reset_index(drop=True).mul(rows["count"], axis=0)
    rows = rows.assign(specification=resolved["gpu_model"], assumption=resolved["assumption"])
    table: pd.DataFrame = pd.concat([rows, totals], axis=1)
    return table.sort_values("count", ascending=False, kind="stable").reset_index(drop=True)


@checked
def fleet_units(fleet: Fleet, specs: Specs, aliases: Aliases | None = None) -> pd.DataFrame:
    """Total a ``fleet`` in comparable units, with what is unknown kept unknown.

    ``specs`` and ``aliases`` as in :func:`fleet_by_model`. The result has a row a measure: ``unit``, ``total`` (missing
    unless every model's figure is known), ``at_least`` (sum over the known ones: a lower bound), ``gpus``,
    ``gpus_known``, ``coverage`` (known over all GPUs, a fraction) and ``not_read`` (models without a figure).

    Raises ValueError if a model is unknown or a count negative.

    Examples
    --------
    >>> specs = pd.DataFrame({"gpu_model": ["T4", "L4"], "memory_gib": [16, 24], "memory_bandwidth_gb_s": [320, 300.1],
    ...     "fp32_tflops": [8.141, 30.29], "fp16_tensor_tflops": [65.13, 121], "bf16_tensor_tflops": [None, 121],
    ...     "fp8_tensor_tflops": [None, 242], "octanebench_2020_score": [None, None], "tdp_w": [70, 72]})
    >>> units = fleet_units(pd.DataFrame({"gpu_model": ["T4", "L4"], "count": [10, 5]}), specs)
    >>> units.loc["memory_gib", ["total", "coverage"]].tolist(), units.loc["fp8_tensor_tflops", "not_read"]
    ([280.0, 1.0], 'T4')
    """
    table = fleet_by_model(fleet, specs, aliases)
    table = table[table["count"] > 0]
    gpus = float(table["count"].sum())
    rows = []
    for measure, unit in MEASURES.items():
        known = table[measure].notna()
        at_least = float(table.loc[known, measure].sum())
        gpus_known = float(table.loc[known, "count"].sum())
        rows.append(
            {
                "measure": measure,
                "unit": unit,
                "total": at_least if known.all() else np.nan,
                "at_least": at_least,
                "gpus": gpus,
                "gpus_known": gpus_known,
                "coverage": gpus_known / gpus if gpus else np.nan,
                "not_read": ", ".join(table.loc[~known, "gpu_model"]),
            }
        )
    return pd.DataFrame(rows).set_index("measure")


@checked
def fleet_from_metrics(
    observations: Annotated[pd.DataFrame, frame("metric", "value", "date", "source_id")],
    prefix: str,
    models: Sequence[str],
) -> pd.DataFrame:
    """Read a fleet out of ``observations`` of one day that keep one metric a model, such as ``gpus_total_rtx_4090``.

    ``prefix`` is what stands before the model, such as ``"gpus_total_"``; a metric may end with one of ``models``,
    lower case and with underscores for spaces, and others (totals, changes) are left out. The result has
    ``gpu_model`` (as in ``models``), ``count``, ``date`` and ``source_id``, most numerous first.

    Raises ValueError if no metric names a model, or one model is read twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": ["gpus_total_t4", "gpus_total_rtx_4090", "gpus_total_low"],
    ...                      "value": [5, 13, 150], "date": "2026-05-24", "source_id": "page"})
    >>> fleet_from_metrics(rows, "gpus_total_", ["T4", "RTX 4090"])["gpu_model"].tolist()
    ['RTX 4090', 'T4']
    """
    endings = {prefix + model.lower().replace(" ", "_"): model for model in models}
    rows = observations[observations["metric"].isin(list(endings))]
    if rows.empty:
        raise ValueError(f"prefix: {prefix!r} given, the beginning of a metric that ends with one of models allowed")
    twice = rows.loc[rows["metric"].duplicated(), "metric"]
    if len(twice):
        raise ValueError(f"observations: {twice.iloc[0]} given twice, one reading a model allowed")
    fleet = rows.assign(gpu_model=rows["metric"].map(endings), count=rows["value"])
    fleet = fleet[["gpu_model", "count", "date", "source_id"]]
    return fleet.sort_values("count", ascending=False, kind="stable").reset_index(drop=True)

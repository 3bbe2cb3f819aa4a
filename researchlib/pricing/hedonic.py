"""Hedonic regression: what a GPU-hour's price pays for, by memory, bandwidth and throughput.

Source: Rosen, Hedonic prices and implicit markets, 1974.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from researchlib import _validate as check
from researchlib.bounds import checked, frame, number
from researchlib.pricing.comparison import Frequency, Readings, venue_prices

__all__ = ["Hedonic", "hedonic_regression"]


@dataclass(frozen=True)
class Hedonic:
    """A fitted hedonic regression of log price.

    ``coefficients`` is indexed by term with columns ``estimate, standard_error, low, high`` and ``clusters``. An
    attribute's estimate is an elasticity: percent of price a percent of the attribute. A control's estimate is a log
    gap to its base level, which ``bases`` names (for ``period`` too: those are a price index). ``models`` counts GPU
    models.
    """

    coefficients: pd.DataFrame
    attributes: tuple[str, ...]
    bases: dict[str, str]
    observations: int
    models: int
    r_squared: float


@checked
def hedonic_regression(
    prices: Readings,
    specs: Annotated[pd.DataFrame, frame("gpu_model")],
    *,
    attributes: Sequence[str] = ("memory_gib", "memory_bandwidth_gb_s", "fp16_tensor_tflops"),
    controls: Sequence[str] = ("venue_kind",),
    frequency: Frequency = "quarter",
    confidence: Annotated[float, number(minimum=0, maximum=1, strict=True)] = 0.95,
) -> Hedonic:
    """Regress the log price of a GPU-hour on the logs of its attributes, with effects of period and controls.

    One observation is one venue's median price of a model in a period. Attributes vary by model only, so their errors
    are clustered by model, those of controls and periods by venue. Intervals use Student's t with one degree of freedom
    less than there are ``clusters``: models, or the venues behind a level of a control or behind its base, whichever
    are fewer; with one of them the interval is NaN.

    ``prices`` are comparable readings, as `researchlib.pricing.comparison.like_for_like` returns them; ``specs`` has a
    row a model: ``gpu_model`` and the ``attributes``, positive (GiB, GB/s, TFLOPS); models that lack one are left out.
    ``controls`` are columns of the prices with one effect a value, the first in alphabetical order being the base;
    ``frequency`` is the length of a period, ``confidence`` the coverage of the intervals, between 0 and 1.

    Raises ValueError for an unknown column, an attribute that is not positive or follows from the others, or too few
    models: attributes + 2 are needed.
    """
    for column in attributes:
        check.one_of("attributes", column, list(specs.columns))
    for column in controls:
        check.one_of("controls", column, list(prices.columns))
    known = specs[["gpu_model", *attributes]].dropna()
    for column in attributes:
        check.array(column, known[column], minimum=0, strict=True)
    votes = venue_prices(prices, frequency, ["gpu_model", *controls])
    sample = votes.merge(known, on="gpu_model", how="inner", validate="many_to_one")
    models = int(sample["gpu_model"].nunique())
    if models < len(attributes) + 2:
        raise ValueError(f"prices: {models} models with all attributes given, {len(attributes) + 2} or more allowed")

    sample = sample.sort_values(["period", "gpu_model", "venue"], ignore_index=True)
    levels = sample[[*controls, "period"]].astype(str)
    bases = {name: str(levels[name].min()) for name in (*controls, "period")}
    effects = [pd.get_dummies(levels[name], prefix=name, drop_first=True, dtype=float) for name in bases]
    logs = sample[list(attributes)].apply(lambda column: np.log(column.astype(float)))
    design = pd.concat([pd.Series(1.0, index=sample.index, name="constant"), logs, *effects], axis=1)
    if np.linalg.matrix_rank(design.to_numpy()) < design.shape[1]:
        raise ValueError(
            f"attributes: {list(attributes)} with controls {list(controls)} given, independent ones allowed"
        )
    fitted = sm.OLS(np.log(sample["price"]), design)
    by_model, by_venue = (
        fitted.fit(cov_type="cluster", cov_kwds={"groups": sample[column].astype("category").cat.codes.to_numpy()})
        for column in ("gpu_model", "venue")
    )
    clusters = pd.Series(models, index=design.columns)
    for name, base in bases.items():
        venues = sample.groupby(levels[name])["venue"].nunique()
        for level, count in venues.items():
            if level != base:
                clusters[f"{name}_{level}"] = min(count, venues[base])
    effect = design.columns.isin([term for each in effects for term in each.columns])
    # few clusters leave no variance for some effect: not known, and not the root of a rounding error below zero
    variance = np.where(effect, np.diag(by_venue.cov_params()), np.diag(by_model.cov_params()))
    error = pd.Series(np.sqrt(np.where(variance > 0, variance, np.nan)), index=design.columns)
    reach = stats.t.ppf(0.5 + confidence / 2, clusters.clip(lower=2) - 1) * error.where(clusters > 1)
    coefficients = pd.DataFrame(
        {
            "estimate": by_model.params,
            "standard_error": error,
            "low": by_model.params - reach,
            "high": by_model.params + reach,
            "clusters": clusters,
        }
    ).rename_axis("term")
    return Hedonic(
        coefficients=coefficients,
        attributes=tuple(attributes),
        bases=bases,
        observations=len(sample),
        models=models,
        r_squared=float(by_model.rsquared),
    )

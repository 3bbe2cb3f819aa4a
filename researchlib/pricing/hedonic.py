"""Hedonic regression: what a GPU-hour's price pays for, by memory, bandwidth and throughput.

Source: Rosen, Hedonic prices and implicit markets, 1974.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from researchlib import _validate as check
from researchlib.pricing.comparison import FREQUENCIES, PRICE, venue_prices

__all__ = ["Hedonic", "hedonic_price", "hedonic_regression"]


@dataclass(frozen=True)
class Hedonic:
    """A fitted hedonic regression of log price.

    ``coefficients`` is indexed by term with columns ``estimate, standard_error, low, high, p_value``. An attribute's
    estimate is an elasticity: percent of price a percent of the attribute. A control's estimate is a log gap to its
    base level, which ``bases`` names (for ``period`` too). ``models`` and ``groups`` count GPU models and independent
    groups of errors.
    """

    coefficients: pd.DataFrame
    attributes: tuple[str, ...]
    bases: dict[str, str]
    observations: int
    models: int
    groups: int
    r_squared: float
    residual_variance: float


def hedonic_regression(
    prices: pd.DataFrame,
    specs: pd.DataFrame,
    *,
    attributes: Sequence[str] = ("memory_gib", "memory_bandwidth_gb_s", "fp16_tensor_tflops"),
    controls: Sequence[str] = ("venue_kind",),
    frequency: str = "quarter",
    covariance: str = "cluster",
    lags: int = 2,
    confidence: float = 0.95,
) -> Hedonic:
    """Regress the log price of a GPU-hour on the logs of its attributes, with effects of period and controls.

    One observation is one venue's median price of a model in a period. Attributes vary by model only, so
    errors are clustered by model (``cluster``), or allowed to correlate across all prices of a period and over
    ``lags`` periods (``hac``, the form of Driscoll and Kraay).

    Parameters
    ----------
    prices : DataFrame
        Comparable readings, as `researchlib.pricing.comparison.like_for_like` returns them; USD per GPU-hour.
    specs : DataFrame
        One row a model: ``gpu_model`` and the attributes. Models with an empty attribute are left out.
    attributes : sequence of str
        Columns of ``specs``, positive (GiB, GB/s, TFLOPS).
    controls : sequence of str
        Columns of ``prices`` with one effect a value; the first value in alphabetical order is the base.
    frequency : {"month", "quarter", "year"}
        Length of a period.
    covariance : {"cluster", "hac"}
        How errors may correlate.
    lags : int
        Periods over which errors correlate under ``hac``.
    confidence : float
        Coverage of the intervals, between 0 and 1. They use Student's t with groups - 1 degrees of freedom.

    Returns
    -------
    Hedonic
        Coefficients and quality of fit.

    Raises
    ------
    ValueError
        Unknown column or choice, an attribute that is not positive, or fewer models than attributes + 2.

    Notes
    -----
    Source: Rosen (1974), "Hedonic prices and implicit markets"; Driscoll and Kraay (1998), "Consistent covariance
    matrix estimation with spatially dependent panel data".
    """
    check.instance("prices", prices, pd.DataFrame)
    check.frame("specs", specs, ["gpu_model"])
    check.sequence("attributes", attributes, str)
    check.sequence("controls", controls, str)
    check.one_of("covariance", covariance, ("cluster", "hac"))
    check.one_of("frequency", frequency, FREQUENCIES)
    check.integer("lags", lags, minimum=0)
    check.number("confidence", confidence, minimum=0, maximum=1, strict=True)
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

    # statsmodels' grouped HAC reads its groups as runs in time order
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
    model = sm.OLS(np.log(sample["price"]), design)
    if covariance == "cluster":
        codes = sample["gpu_model"].astype("category").cat.codes.to_numpy()
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": codes})
        groups = models
    else:
        time = sample["period"].astype("category").cat.codes.to_numpy()
        fit = model.fit(cov_type="hac-groupsum", cov_kwds={"time": time, "maxlags": lags})
        groups = int(sample["period"].nunique())
    spread = stats.t(groups - 1)
    reach = spread.ppf(0.5 + confidence / 2) * fit.bse
    coefficients = pd.DataFrame(
        {
            "estimate": fit.params,
            "standard_error": fit.bse,
            "low": fit.params - reach,
            "high": fit.params + reach,
            "p_value": 2 * spread.sf(np.abs(fit.params / fit.bse)),
        }
    ).rename_axis("term")
    return Hedonic(
        coefficients=coefficients,
        attributes=tuple(attributes),
        bases=bases,
        observations=len(sample),
        models=models,
        groups=groups,
        r_squared=float(fit.rsquared),
        residual_variance=float(fit.mse_resid),
    )


def hedonic_price(fit: Hedonic, specs: pd.DataFrame, *, period: str, **controls: str) -> pd.Series:
    """Median price that a fitted regression gives to models, in a period and for stated controls.

    Parameters
    ----------
    fit : Hedonic
        As `hedonic_regression` returns it.
    specs : DataFrame
        ``gpu_model`` and the attributes of the fit; models with an empty attribute are left out.
    period : str
        First day of a period of the sample, ISO date.
    **controls : str
        One value for every control of the fit, such as ``venue_kind="neocloud"``.

    Returns
    -------
    Series
        USD per GPU-hour, indexed by ``gpu_model``: the exponential of the fitted log, a median rather than a mean.

    Raises
    ------
    ValueError
        A control is missing or unknown.
    """
    check.instance("fit", fit, Hedonic)
    check.frame("specs", specs, ["gpu_model", *fit.attributes])
    chosen = {**controls, "period": period}
    if set(chosen) != set(fit.bases):
        raise ValueError(f"controls: {sorted(chosen)} given, exactly {sorted(fit.bases)} allowed")
    estimate = fit.coefficients["estimate"]
    log_price = estimate["constant"]
    for name, value in chosen.items():
        if value != fit.bases[name]:
            known_values = [term.removeprefix(f"{name}_") for term in estimate.index if term.startswith(f"{name}_")]
            check.one_of(name, value, [fit.bases[name], *known_values])
            log_price = log_price + estimate[f"{name}_{value}"]
    known = specs[["gpu_model", *fit.attributes]].dropna().set_index("gpu_model")
    logs = known.apply(lambda column: np.log(column.astype(float)))
    fitted = np.exp(log_price + logs.to_numpy() @ estimate[list(fit.attributes)].to_numpy())
    return pd.Series(fitted, index=known.index, name=PRICE)

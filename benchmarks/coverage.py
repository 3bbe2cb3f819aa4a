"""Simulated coverage of the intervals that stand in answers: what each promises, and how often it held.

Each entry of ``INTERVALS`` draws a world whose truth is known, makes the interval as the notebook does, and says if it
holds the truth. Run ``python -P benchmarks/coverage.py [NAME...]``; add an interval by adding a function.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd

from researchlib.models import markets
from researchlib.tokens import passage
from researchlib.usage import forecast, scoring

Draw = Callable[[np.random.Generator], bool]


def halving(rng: np.random.Generator) -> bool:
    """Past and future recycling vary alike around one unknown mean, by half of it, as between readings of the chain."""
    mean = rng.uniform(0.05, 0.2) * 7200
    past, future = rng.gamma(4, mean / 4, 2)
    rates = passage.uncertain_rates(7200.0, min(float(past), 6800.0), 0.7, paths=2_000, seed=int(rng.integers(1 << 30)))
    low, high = np.quantile(4e6 / rates, [0.05, 0.95])
    return bool(low <= 4e6 / (7200 - min(future, 7100)) <= high)


def weeks(model: forecast.Model) -> Draw:
    """Weekly work, a level that wanders under noise: the forecast eight weeks ahead."""

    def held(rng: np.random.Generator) -> bool:
        logs = np.cumsum(rng.normal(0, 0.15, 60)) + rng.normal(0, 0.4, 60)
        dates = pd.date_range("2024-01-03", periods=60, freq="W-WED")
        ahead = forecast.forecast(dates[:52], np.exp(10 + logs[:52]), model, horizon=8).iloc[-1]
        return bool(ahead["low"] <= np.exp(10 + logs[-1]) <= ahead["high"])

    return held


def difference(rng: np.random.Generator) -> bool:
    """The difference of two equally good forecasts at 13 dates whose outcomes overlap by one."""
    noise = rng.normal(0, 1, (2, 14))
    first, second = np.abs(noise[:, 1:] + noise[:, :-1])
    found = scoring.diebold_mariano(first, second, 1)
    return found.low <= 0 <= found.high


@functools.cache
def _leads() -> np.ndarray:
    """The auction's lead over the tariff in overload, in 400 draws at the notebook's defaults: the population."""
    setting = markets.Setting(20, 8, 0.4, 0.3, 0.6, 0.4, 0.1, 8.0, 0.5, 5, 2000)
    rules = markets.terms("2026-06-01")
    runs = markets.compare(setting, rules, load=1.4, posted=0.45, replications=400, seed=1)
    gains = runs["gain"].unstack("mechanism")
    return (gains["auction"] - gains["tariff"]).to_numpy()


def lead(rng: np.random.Generator) -> bool:
    """The mean paired lead of 20 draws from that population."""
    found = markets.interval(rng.choice(_leads(), 20))
    return found["low"] <= _leads().mean() <= found["high"]


#: Name: what the interval promises, how often it is drawn, and the draw.
INTERVALS: dict[str, tuple[float, int, Draw]] = {
    "pricing/mechanisms_compared lead in overload": (0.95, 2_000, lead),
    "tokens/bittensor halving": (0.9, 1_000, halving),
    "usage/forecasts mean of 13 weeks": (0.95, 500, weeks("mean_13")),
    "usage/forecasts ARIMA": (0.95, 60, weeks("arima")),
    "usage/forecasts difference of errors": (0.95, 2_000, difference),
}


def main(names: list[str]) -> None:
    """Print promised and found coverage of the named intervals, or of all, with the error of the simulation."""
    for name in names or INTERVALS:
        promised, draws, draw = INTERVALS[name]
        found = np.mean([draw(rng) for rng in np.random.default_rng(1).spawn(draws)])
        error = np.sqrt(found * (1 - found) / draws)
        print(f"{name}: promised {promised:.0%}, found {found:.1%} (+/- {2 * error:.1%}, {draws} draws)")


if __name__ == "__main__":
    main(sys.argv[1:])

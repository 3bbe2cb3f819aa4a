"""Limits of parameters that the data set: the newest reading, the days of a table, the models there are.

A notebook's parameters cell names them in braces, as in ``2023-03-20 to {newest bittensor total_issuance}``, so that
newer readings move them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from researchlib.data.load import current, load

__all__ = ["LIMITS", "limit"]

#: Exchange rates, USD per EUR, that a fully booked Render epoch can imply; the euro has stayed within them since 2015.
USD_PER_EUR = (0.9, 1.4)


def limit(words: str) -> str | list[str]:
    """Return what a limit in braces stands for: a day, or a list of choices.

    ``words`` is the text in the braces: a name of ``LIMITS`` and its arguments, such as ``newest akash active_leases``.
    Raises ValueError for an unknown name or arguments that fit no row.
    """
    name, *arguments = words.split()
    if name not in LIMITS:
        raise ValueError(f"limit: {words!r} given, one of {', '.join(LIMITS)} with its arguments allowed")
    return LIMITS[name](*arguments)


def _days(network: str, metric: str) -> pd.Series:
    rows = current("observations")
    found = rows[(rows["network"] == network) & rows["metric"].str.fullmatch(metric.replace("*", ".*"))]
    if found.empty:
        raise ValueError(f"limit: no row of {network} {metric} in observations")
    return found["date"].sort_values()


def _newest(*what: str) -> str:
    """Return the day of the newest reading: of a metric of a network, or of the table observations."""
    days = _days(*what) if what else load("observations")["date"]
    return str(days.max().date())


def _month_of_newest() -> str:
    """Return the last day of the month in which the newest measured reading of any network was taken."""
    rows = load("observations")
    return str((rows.loc[rows["status"] == "measured", "date"].max() + pd.offsets.MonthEnd(0)).date())


def _oldest(network: str, metric: str) -> str:
    return str(_days(network, metric).min().date())


def _dates(network: str, metric: str) -> list[str]:
    """Return the days with a reading, oldest first; ``*`` in the metric stands for any ending."""
    return [str(day.date()) for day in _days(network, metric).unique()]


def _last_day(network: str, parameter: str) -> str:
    """Return the last day on which a parameter that has ended was in force."""
    rows = load("parameters")
    ends = rows.loc[(rows["network"] == network) & (rows["parameter"] == parameter), "valid_to"].dropna()
    if ends.empty:
        raise ValueError(f"limit: no {network} {parameter} that has ended in parameters")
    return str((ends.max() - pd.Timedelta(days=1)).date())


def _complete_epoch() -> str:
    """Return the closing day of Render's last epoch that is fully booked: its implied exchange rate can be one."""
    rows = load("observations")
    rows = rows[(rows["network"] == "render") & (rows["period_days"] == 7)]
    weeks = rows.pivot_table(index="date", columns="metric", values="value")[
        ["tokens_burned_usd", "rndr_used"]
    ].dropna()
    table = load("parameters").query("network == 'render' and status == 'in_force'")
    terms = table.sort_values("valid_from").groupby("parameter")["value"].last()
    rate = weeks["tokens_burned_usd"] / weeks["rndr_used"] / float(terms["eur_per_credit"]) / float(terms["burn_share"])
    return str(weeks.index[rate.between(*USD_PER_EUR, inclusive="neither")].max().date())


def _fleet_days() -> list[str]:
    """Return the days on which Akash's GPUs were counted by model, oldest first."""
    rows = current("observations").query("network == 'akash' and status == 'measured'")
    rows = rows[rows["metric"].str.startswith("gpus_total_") & ~rows["metric"].str.endswith("_change")]
    return [str(day.date()) for day in rows["date"].sort_values().unique()]


def _parameter(network: str, name: str) -> str:
    """Return the value in force last of a protocol's parameter, such as the day on which a rule began."""
    rows = load("parameters")
    rows = rows[(rows["network"] == network) & (rows["parameter"] == name) & (rows["status"] == "in_force")]
    if rows.empty:
        raise ValueError(f"limit: no value of {network} {name} in parameters")
    return str(rows.sort_values("valid_from")["value"].iloc[-1])


def _gpu_models() -> list[str]:
    return sorted(load("gpu_specs")["gpu_model"])


def _scored_cards() -> list[str]:
    """Return the models of gpu_specs with an OctaneBench score and a power draw."""
    specs = load("gpu_specs")
    return sorted(specs.loc[specs["octanebench_2020_score"].notna() & specs["tdp_w"].notna(), "gpu_model"])


def _priced_models(pricing: str) -> list[str]:
    """Return the models of gpu_specs that gpu_prices quotes at this kind of price."""
    prices = current("gpu_prices")
    quoted = set(prices.loc[prices["pricing"] == pricing, "gpu_model"])
    return [model for model in _gpu_models() if model in quoted]


def _priced_days() -> pd.Series:
    days: pd.Series = load("gpu_prices")["date"]
    return days


def _venues() -> list[str]:
    """Return the sellers that gpu_prices quotes, after an empty text for none of them."""
    prices = current("gpu_prices")
    return ["", *sorted(prices.loc[prices["venue_kind"] != "index", "venue"].unique())]


def _render_delivered() -> str:
    """Return the credits of Render's busiest week in which credits and the work done for them were booked together.

    That was so until 27 August 2025; capacity was no less than this.
    """
    rows = load("observations").query("network == 'render' and period_days == 7")
    weeks = rows.pivot_table(index="date", columns="metric", values="value")[["rndr_used", "octanebench_hours"]]
    return str(math.ceil(weeks.loc[:"2025-08-27"].dropna()["rndr_used"].max()))


def _subnet_days(column: str = "netuid") -> list[str]:
    """Return the days of the table subnets, oldest first: those on which a column is known of any subnet."""
    rows = current("subnets")
    if column not in rows:
        raise ValueError(f"limit: subnet_days {column!r} given, a column of the table subnets allowed")
    return [str(day.date()) for day in rows.loc[rows[column].notna(), "date"].sort_values().unique()]


def _share_rules() -> list[str]:
    """Return the names of the rules that shared Bittensor's emission, in order, behind the one in force."""
    rows = load("parameters").query("network == 'bittensor' and parameter == 'emission_share_rule'")
    return ["in_force", *rows.sort_values("valid_from")["value"]]


def _last_subnet() -> str:
    return str(current("subnets")["netuid"].max())


def _largest_swap() -> str:
    """Return the TAO, whole thousands, that every pool of the table takes in one swap: a multiple of its reserve."""
    rules = load("parameters").query("network == 'bittensor' and parameter == 'max_input_per_reserve'")
    pools = current("subnets")["tao_in_pool"]
    return str(int(pools[pools > 0].min() * float(rules["value"].min()) // 1000 * 1000))


LIMITS: dict[str, Callable[..., str | list[str]]] = {
    "newest": _newest,
    "month_of_newest": _month_of_newest,
    "oldest": _oldest,
    "dates": _dates,
    "last_day": _last_day,
    "complete_epoch": _complete_epoch,
    "fleet_days": _fleet_days,
    "parameter": _parameter,
    "gpu_models": _gpu_models,
    "scored_cards": _scored_cards,
    "priced_models": _priced_models,
    "first_price": lambda: str(_priced_days().min().date()),
    "last_price": lambda: str(_priced_days().max().date()),
    "venues": _venues,
    "render_delivered": _render_delivered,
    "scored_models": lambda: sorted(load("gpu_specs").dropna(subset="octanebench_2020_score")["gpu_model"]),
    "subnet_days": _subnet_days,
    "share_rules": _share_rules,
    "last_subnet": _last_subnet,
    "largest_swap": _largest_swap,
}

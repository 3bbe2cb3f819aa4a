"""Render's weekly epochs as far as they are fully booked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.claims.verdict import readings
from researchlib.render import burn, calendar, emission

__all__ = ["booked_epochs"]

USD_PER_EUR = (0.9, 1.4)
"""Exchange rates that a fully booked epoch can imply; the euro stayed within them since 2015."""
WEEK = pd.Timedelta(days=7)


def booked_epochs(at: pd.Timestamp, until: pd.Timestamp | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what was burned and minted in each epoch, by the rules of a day.

    The last row of a snapshot of the burn file can be unfinished: the exchange rate that it implies shows it.

    Parameters
    ----------
    at
        Day whose rules count.
    until
        Last day of the last epoch wanted; by default all that were read.

    Returns
    -------
    epochs
        By closing date: ``tokens_burned``, ``tokens_burned_usd``, ``rndr_used`` (credits), ``minted_month`` (RENDER
        that the schedule mints in the month of the epoch's first day).
    rows
        The observations behind them.
    """
    schedule = data.parameters(emission.ScheduleParameters, at=at)
    dates = data.parameters(calendar.CalendarParameters, at=at)
    payment = data.parameters(burn.PaymentParameters, at=at)
    metrics = ["tokens_burned", "tokens_burned_usd", "rndr_used"]
    rows = readings("render", *metrics, until=until)
    rows = rows[rows["period_days"] == 7]
    # before the first epoch closed the pivot alone would have no columns
    epochs = rows.pivot_table(index="date", columns="metric", values="value").reindex(columns=metrics).dropna()
    rate = np.asarray(
        burn.burn_implied_fx(
            epochs["tokens_burned_usd"].to_numpy(),
            epochs["rndr_used"].to_numpy(),
            payment.eur_per_credit,
            payment.burn_share,
        )
    )
    epochs = epochs.loc[(rate > USD_PER_EUR[0]) & (rate < USD_PER_EUR[1])].copy()
    epochs["minted_month"] = [
        emission.emission_month(calendar.bme_year(date - WEEK, dates), schedule) for date in epochs.index
    ]
    return epochs, rows[rows["date"].isin(epochs.index)]

"""Prices: daily closes of the four tokens.

Source: CoinGecko API v3, coins/{id}/market_chart; without a key the last 365 days.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

from researchlib.refresh.answers import Field
from researchlib.refresh.client import Client
from researchlib.refresh.readings import NO_VALUE, Endpoint, Reading, Source, Window, plain

__all__ = ["ENDPOINTS"]

CHART = Source(
    "coingecko_chart_live",
    "Market charts of AKT, TAO, IO and RENDER, public API",
    "CoinGecko",
    "https://api.coingecko.com/api/v3/coins",
)
_COINS = {"akash": "akash-network", "bittensor": "bittensor", "ionet": "io", "render": "render-token"}
#: Beyond 90 days a chart has one point a day; without a key it reaches back 365.
_LEAST_DAYS, _MOST_DAYS = 91, 365
#: A point at midnight closes the day before.
_INSTANT = datetime.timedelta(milliseconds=1)


def _closes(network: str, coin: str) -> Callable[[Client, Window], list[Reading]]:
    """Return what reads the closes of one coin: the last point of each day that is over."""

    def read(client: Client, window: Window) -> list[Reading]:
        wanted = (window.today - window.since).days + 1 if window.since else _MOST_DAYS
        days = min(max(wanted, _LEAST_DAYS), _MOST_DAYS)
        answer = client.get(f"{CHART.url}/{coin}/market_chart", params={"vs_currency": "usd", "days": str(days)})
        prices = _last_of_day(answer.body["prices"])
        values = _last_of_day(answer.body["market_caps"])
        readings = []
        for day, price in sorted(prices.items()):
            if not window.wants(day):
                continue
            value = values.get(day)
            cells = {
                "network": network,
                "date": day.isoformat(),
                "price_usd": "" if price is None else plain(price),
                # the service writes a zero where it has no market value
                "market_cap_usd": plain(value) if value else "",
                "circulating_supply": "",
                "source_id": CHART.source_id,
            }
            readings.append(Reading("token_prices", cells, doubt=NO_VALUE if price is None else ""))
        return readings

    return read


def _last_of_day(points: Field) -> dict[datetime.date, Decimal | None]:
    """Return the last number of each day, None for a day with nulls alone."""
    last: dict[datetime.date, tuple[bool, datetime.datetime, Decimal | None]] = {}
    for point in points.items(least=1):
        pair = point.items()
        if len(pair) != 2:
            raise point.wrong("a time and a number")
        moment, number = pair[0].milliseconds(), pair[1].number_or_null()
        day = (moment - _INSTANT).date()
        if day not in last or (number is not None, moment) >= last[day][:2]:
            last[day] = (number is not None, moment, number)
    return {day: number for day, (_, _, number) in last.items()}


ENDPOINTS = tuple(
    Endpoint(f"prices {network}", CHART, _closes(network, coin)) for network, coin in sorted(_COINS.items())
)

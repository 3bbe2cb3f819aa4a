"""Akash's reverse auction: who chooses, what competition makes of the price, and which orders fail."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from researchlib.results import Answer, Found

__all__ = ["answer", "by_bids", "by_load", "by_part", "change", "spread", "strongest"]


def answer(found: Found) -> Answer:
    """Say that the tenant chooses, how far bids lie apart, and what that does to prices and to large orders."""
    sentence = "The tenant chooses the winner: the chain leases an order to any bid within its ceiling"
    if "premium_possible" in found:
        sentence += (
            f", and for the {found['model_widest']} the most expensive bid listed was {found['premium_possible']} "
        )
        sentence += f"above the cheapest on {found['listed_on']}"
    bullets = (
        f"Bids differed for {found['models_with_a_span']} models listed that day, most for the {found['model_widest']}."
        if "models_with_a_span" in found
        else "Bids by model: not known, no list of this day or before gives the cheapest and the most expensive.",
        f"The price script's default for a server of 16 threads is {found['server_now']} a month since "
        f"{found['last_change']}, {found['server_change']} against {found['first_day']}.",
        f"If every provider has room, the bid taken of {found['bidders']} is expected at {found['idle_price_lowest']} "
        f"where the cheapest wins, at {found['idle_price_tenant']} where tenants read from the cheapest up, and at "
        f"{found['idle_price_any']} where they take any.",
        f"In an assumed market the mean price is {found['price_base']} of the median provider's at a load of "
        f"{found['load']} and {found['price_change']} at {found['busy']}."
        if "price_change" in found
        else "The price in a market of whole orders: not known, too few orders were leased.",
        f"Of orders for eight GPUs of one provider {found['served_eight_gpus']} are served at a load of {found['load']}"
        f" and {found['busy_eight_gpus']} at {found['busy']}; of those for one GPU {found['served_one_gpu']} and "
        f"{found['busy_one_gpu']}.",
    )
    return Answer(sentence + ".", bullets)


def change(spread: Mapping[str, float]) -> str:
    """Say how a share moves, in percentage points with its interval, or that it cannot be told from no change."""
    points = f"[{100 * spread['low']:.0f}, {100 * spread['high']:.0f}] percentage points"
    if spread["low"] <= 0 <= spread["high"]:
        return f"not told apart from that ({100 * spread['value']:+.0f} {points})"
    return f"{abs(100 * spread['value']):.0f} {points} {'higher' if spread['value'] > 0 else 'lower'}"


def spread(table: pd.DataFrame) -> str:
    """Say for how many models bids differ, and where most."""
    if table.empty:
        return "No list of this day or before gives both."
    apart = table[table["ratio"] > 1]
    if apart.empty:
        return f"None of the {len(table)} models has two prices."
    return f"{len(apart)} of {len(table)} models have two prices; the ratio is up to {apart['ratio'].max():.1f}."


def by_part(totals: pd.Series) -> str:
    """Say how the monthly price moved from its first to its last value, and when it changed last."""
    first, last = float(totals.iloc[0]), float(totals.iloc[-1])
    if len(totals) == 1:
        return f"{last:.2f} USD a month since {totals.index[0]:%B %Y}."
    moved = f"From {first:.2f} to {last:.2f} USD a month ({last / first - 1:+.0%})"
    return f"{moved}, unchanged since {totals.index[-1]:%B %Y}."


def by_bids(prices: pd.Series, bids: int) -> str:
    """Say what the expected price is by behaviour at a number of bids."""
    return (
        f"Of {bids} bids the one taken is expected at {prices['lowest']:.2f} USD where the cheapest wins, at "
        f"{prices['tenant']:.2f} where tenants read from the cheapest up, at {prices['any']:.2f} where they take any."
    )


def by_load(served: Mapping[str, pd.DataFrame]) -> str:
    """Say which size of order is served least at the highest load, with its interval."""
    last = {name: table.iloc[-1] for name, table in served.items()}
    name = min(last, key=lambda each: float(last[each]["value"]))
    low, high = (float(last[name][end]) for end in ("low", "high"))
    load = float(next(iter(served.values())).index[-1])
    share = f"{float(last[name]['value']):.0%} [{low:.0%}, {high:.0%}]"
    return f"Orders of the kind {name} are served least at a load of {load:.0%}: {share}."


def strongest(moved: pd.DataFrame, measure: str) -> str:
    """Name the two assumptions that move a measure most between the values tried."""
    width = (moved["at_high"] - moved["at_low"]).abs().dropna().sort_values(ascending=False)
    if width.empty:
        return f"What moves {measure}: not known."
    return f"What moves {measure} most: {' and '.join(map(str, width.index[:2]))}."

"""Akash's burn-mint in a crash: what the vault covers, what the breaker does, what has to be minted anew.

The rules are the chain's, exact; how much ACT is outstanding and what it was bought at come from readings, where there
are any, or from the caller. The vault's seed counts as AKT that may be paid out.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib import data
from researchlib.akash import bme, oracle
from researchlib.data.limits import limit
from researchlib.models.gpus import Reply

__all__ = [
    "BLOCK_SECONDS", "After", "Start", "after", "collateral", "drop_to", "falls", "feeds_apart", "histories", "lag",
    "most_credits", "reading", "seed", "spacing", "start", "terms", "through", "windows",
]  # fmt: skip

BLOCK_SECONDS = 6.0
MICRO = 1_000_000
ONE = Decimal(1)
#: Most days between two readings of a price that are taken as one fall.
STRETCH = pd.Timedelta(days=45)


@dataclass(frozen=True)
class Start:
    """Credits outstanding (ACT, a dollar each), AKT in the vault, and the price, USD an AKT."""

    act: float
    vault: float
    price: float

    @property
    def ratio(self) -> float:
        """What the vault is worth over the credits."""
        return self.vault * self.price / self.act


def terms() -> tuple[bme.BmeParameters, pd.DataFrame]:
    """Return the parameters in force last, and their rows."""
    at = str(limit("newest"))
    return data.parameters(bme.BmeParameters, at=at), data.parameter_rows(bme.BmeParameters, at=at)


def seed() -> tuple[float, pd.DataFrame]:
    """Return the AKT that the vault was given at activation, and the row."""
    rows = data.parameter_history("akash", "bme_vault_seed").query("status == 'in_force'")
    return float(rows["value"].iloc[-1]), rows


def start(act: float, price: float, bought_over: float = 1.0) -> Start:
    """Return the vault of credits that were bought at ``bought_over`` times today's price, with the seed."""
    return Start(act, seed()[0] + act / (price * bought_over), price)


def reading() -> tuple[Start, pd.Timestamp, pd.DataFrame] | None:
    """Return vault and credits on the newest day on which both were read, at the newest price by then; None without."""
    rows = data.current("observations").query("network == 'akash'")
    found = rows[rows["metric"].isin(["act_outstanding", "bme_vault"])]
    both = found.pivot_table(index="date", columns="metric", values="value").dropna()
    if both.shape[1] < 2 or both.empty or both["act_outstanding"].iloc[-1] <= 0:
        return None
    day = both.index[-1]
    prices = data.current("token_prices").query("network == 'akash' and date <= @day").sort_values("date")
    price = float(prices["price_usd"].iloc[-1])
    used = found[found["date"] == day]
    return Start(float(both["act_outstanding"].iloc[-1]), float(both["bme_vault"].iloc[-1]), price), day, used


@dataclass(frozen=True)
class After:
    """A fall of the price: ratio and state of the breaker, and both once some holders have left.

    ``minted`` is AKT that did not exist before, made because the vault could not pay those who left.
    """

    ratio: float
    status: str
    ratio_left: float
    status_left: str
    minted: float


def after(begin: Start, drop: float, leaving: float, parameters: bme.BmeParameters) -> After:
    """Return what a sudden fall by the fraction ``drop`` does, and then that a share of all credits is turned in."""
    price = _exact(begin.price * (1 - drop))
    vault, act = round(begin.vault * MICRO), round(begin.act * MICRO)
    fallen = bme.collateral(vault, act, price, parameters)
    back = round(act * leaving)
    if not back:
        return After(float(fallen.ratio), fallen.status, float(fallen.ratio), fallen.status, 0.0)
    paid = bme.convert(
        back, "uact", "uakt", price_source=ONE, price_target=price, parameters=parameters, remint_credit=vault
    )
    if back == act:  # nobody is left to be covered
        return After(float(fallen.ratio), fallen.status, float(fallen.ratio), fallen.status, paid.newly_minted / MICRO)
    rest = bme.collateral(vault - paid.reissued, act - back, price, parameters)
    return After(float(fallen.ratio), fallen.status, float(rest.ratio), rest.status, paid.newly_minted / MICRO)


def drop_to(begin: Start, bps: int) -> float:
    """Return the least sudden fall, a fraction, at which the ratio counts as ``bps`` basis points or less; 0: it does.

    The chain cuts the ratio to whole basis points, so it counts as 9,500 until it reaches 0.9501.
    """
    return max(0.0, 1 - (bps + 1) / 10_000 / begin.ratio)


def most_credits(price: float, bought_over: float, drop: float, parameters: bme.BmeParameters) -> float:
    """Return the credits outstanding from which a sudden fall halts the breaker; infinity if it never does.

    With more credits the seed covers a smaller part of them.
    """
    edge = (parameters.bme_halt_bps + 1) / 10_000 / (1 - drop) - 1 / bought_over
    return seed()[0] * price / edge if edge > 0 else math.inf


def spacing(begin: Start, drops: NDArray[np.float64], parameters: bme.BmeParameters) -> pd.Series:
    """Return minutes between two epochs in which credits are made, by fall; missing where the breaker has halted."""
    found = {}
    for drop in drops:
        bps = min(int(begin.ratio * (1 - drop) * 10_000), 2**32 - 1)
        blocks = bme.epoch_spacing(bps, parameters) if bps > parameters.bme_halt_bps else np.nan
        found[drop] = blocks * BLOCK_SECONDS / 60
    return pd.Series(found)


def through(
    prices: pd.Series, begin: Start, bought_a_day: float, credit_days: float, parameters: bme.BmeParameters
) -> pd.DataFrame:
    """Run the vault day by day along a path of prices (USD an AKT, by day), a row a day.

    Each day customers buy ``bought_a_day`` USD of credits, unless the breaker has halted, and one in ``credit_days`` of
    the credits outstanding is turned into AKT. Columns: price, ratio, status, act (ACT), vault and minted (AKT that did
    not exist before, so far).
    """
    vault, act, minted, rows = round(begin.vault * MICRO), round(begin.act * MICRO), 0, []
    for price in prices:
        exact = _exact(price)
        state = bme.collateral(vault, act, exact, parameters)
        amount = round(bought_a_day / price * MICRO)
        if amount and state.status != "halt_cr":
            made = bme.convert(amount, "uakt", "uact", price_source=exact, price_target=ONE, parameters=parameters)
            if made.status == "executed":
                vault, act = vault + amount, act + made.minted_total
        if back := min(act, round(act / credit_days)):
            paid = bme.convert(
                back, "uact", "uakt", price_source=ONE, price_target=exact, parameters=parameters, remint_credit=vault
            )
            vault, act, minted = vault - paid.reissued, act - back, minted + paid.newly_minted
        rows.append((price, float(state.ratio), state.status, act / MICRO, vault / MICRO, minted / MICRO))
    return pd.DataFrame(rows, prices.index, ["price", "ratio", "status", "act", "vault", "minted"])


def falls(most: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the steepest falls of AKT between two readings of its price that are close in time, and the readings.

    A row a fall: first, last (days), days and drop (a fraction), the deepest on top.
    """
    rows = data.current("token_prices").query("network == 'akash' and price_usd > 0").sort_values("date", kind="stable")
    rows = rows.drop_duplicates("date")
    table = pd.DataFrame({"first": rows["date"].shift(), "last": rows["date"]})
    table["days"] = (table["last"] - table["first"]).dt.days
    table["drop"] = 1 - rows["price_usd"] / rows["price_usd"].shift()
    near = table[(table["last"] - table["first"] <= STRETCH) & (table["drop"] > 0)]
    return near.nlargest(most, "drop").reset_index(drop=True), rows


def histories(
    begin: Start, drop: float, bought_a_day: float, credit_days: float, parameters: bme.BmeParameters
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the vault through AKT's steepest falls and, last, through the given one within a day.

    Each starts at today's price and falls at one rate; the price then stands for 30 days. The first table has a row a
    fall: drop, lowest (ratio), halted and days (counts), minted (AKT). The second has the ratio by day, a column a
    fall; the third is the readings of the price.
    """
    past, rows = falls()
    named = {f"{each['first']:%B %Y} to {each['last']:%B %Y}": each for _, each in past.iterrows()}
    named["the fall looked at, in a day"] = pd.Series({"days": 1, "drop": drop})
    paths, table = {}, {}
    for name, each in named.items():
        left = 1 - each["drop"]
        levels = np.append(np.geomspace(1, left, int(each["days"]) + 1), np.full(30, left))
        run = through(pd.Series(begin.price * levels), begin, bought_a_day, credit_days, parameters)
        paths[name] = run["ratio"]
        halted = int((run["status"] == "halt_cr").sum())
        table[name] = [each["drop"], run["ratio"].min(), halted, len(run), run["minted"].iloc[-1]]
    columns = ["drop", "lowest", "halted", "days", "minted"]
    return pd.DataFrame.from_dict(table, orient="index", columns=columns), pd.DataFrame(paths), rows


def windows() -> pd.DataFrame:
    """Return the windows of the oracle's average, seconds: in force or of a text, by status."""
    return data.parameter_history("akash", "oracle_twap_window")


def lag(drop: float, minutes: float, window: float) -> float:
    """Return how far the oracle's average lies above the market at the end of an even fall, a fraction.

    The price falls by the fraction ``drop`` within ``minutes``, at one rate, and is read at every block.
    """
    end = minutes * 60
    begin = max(0.0, end - window - 2 * BLOCK_SECONDS)
    times = np.append(np.arange(begin, end, BLOCK_SECONDS), end)
    prices = np.exp(math.log1p(-drop) * times / end)
    before = window + 1  # seconds that the price stood still before the fall
    points = [(_exact(before + time), _exact(price)) for time, price in zip(times, prices, strict=True)]
    if not begin:
        points.insert(0, (_exact(0), _exact(1)))
    average = oracle.time_weighted_price(_exact(before + end), _exact(window), points)
    return float(average) / (1 - drop) - 1


def feeds_apart(drop: float, minutes: float) -> int | None:
    """Return the least delay, whole seconds, by which a second feed must lag in such a fall for the oracle to fail."""
    at = str(limit("newest"))
    rules = data.parameters(oracle.OracleParameters, at=at)

    def fails(seconds: int) -> bool:
        late = _exact(math.exp(-math.log1p(-drop) * min(1.0, seconds / (minutes * 60))))
        return not oracle.aggregate_price([_exact(1), late], [_exact(1), late], rules).healthy

    seconds = range(1, math.ceil(minutes * 60) + 1)
    place = bisect.bisect_left(seconds, True, key=fails)
    return seconds[place] if place < len(seconds) else None


def collateral(
    *, drop: float = 0.6, act: float | None = None, vault: float | None = None, price_usd: float | None = None
) -> Reply:
    """Answer what a sudden fall of AKT does to the credits that pay for leases.

    ``act`` (credits outstanding) and ``vault`` (AKT) are by default those read last, ``price_usd`` the newest price of
    an AKT; what was neither read nor given is said to be missing.
    """
    check.number("drop", drop, minimum=0, maximum=0.999)
    given = {"act": act, "vault": vault, "price_usd": price_usd}
    for name, value in given.items():
        if value is not None:
            check.number(name, value, minimum=0, strict=True)
    parameters, rules = terms()
    sources = [(row["parameter"], float(row["value"]), row["source_id"]) for _, row in rules.iterrows()]
    read = reading()
    prices = data.current("token_prices").query("network == 'akash'").sort_values("date", kind="stable").iloc[-1]
    missing = [
        f"{what} ({metric} is not in the tables; `researchlib refresh akash` reads it)"
        for name, what, metric in (
            ("act", "how many ACT are outstanding", "act_outstanding"),
            ("vault", "how many AKT the vault holds", "bme_vault"),
        )
        if given[name] is None and read is None
    ]
    needed = (parameters.bme_halt_bps + 1) / 10_000 / (1 - drop)
    said = [f"The breaker halts after a fall of {drop:.0%} unless the vault was worth {needed:.2f} times the credits."]
    if not missing:
        at = float(prices["price_usd"]) if price_usd is None else price_usd
        begin = Start(
            act if act is not None else read[0].act,  # type: ignore[index]
            vault if vault is not None else read[0].vault,  # type: ignore[index]
            at,
        )
        found = after(begin, drop, 0.0, parameters)
        warned, halted = (drop_to(begin, bps) for bps in (parameters.bme_warn_bps, parameters.bme_halt_bps))
        said = [
            f"At {at:.3f} USD an AKT the vault is worth {begin.ratio:.2f} times the credits; after a fall of "
            f"{drop:.0%} {found.ratio:.2f} times: {found.status.replace('halt_cr', 'halted')}. The breaker warns from "
            f"a fall of {warned:.0%} on and halts from {halted:.0%}."
        ]
        if price_usd is None:
            sources.append(("price, USD an AKT", at, str(prices["source_id"])))
        if read and (act is None or vault is None):
            sources += [(row["metric"], row["value"], row["source_id"]) for _, row in read[2].iterrows()]
        sources += [("ratio", begin.ratio, ""), ("ratio after", found.ratio, "")]
    return Reply(tuple(said), pd.DataFrame(sources, columns=["what", "value", "source_id"]), tuple(missing))


def _exact(value: float) -> Decimal:
    """Return a number as the chain reads one, with twelve decimals."""
    return Decimal(f"{value:.12f}")

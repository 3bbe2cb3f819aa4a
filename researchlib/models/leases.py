"""What a lease on Akash is paid: the script's rate, how long a deposit lasts, and what is owed once it has run dry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from researchlib import data
from researchlib.akash import escrow, fees, provider_script, runway, settlement, units
from researchlib.akash.resources import Resource, Volume

__all__ = ["Lease", "paid"]

GIB = 2**30
#: A web server: 16 CPUs, 32 GiB of memory and 360 GiB of disk.
SERVER = Resource(cpu=16_000, memory=32 * GIB, storage=(Volume(360 * GIB, "beta3"),))
RULES = {"prorated_decimal": "decimal, pro rata: to October 2025", "fifo_carry": "first in, first out: since then"}


@dataclass(frozen=True)
class Lease:
    """A lease and its account: USD a month, blocks that the deposit lasts, and a row a settlement rule.

    ``rules`` has what was drawn when the money ran dry, what was owed then and what the next deposit paid, u-units, and
    ``network`` what the network kept of the first; ``lost`` is the share that a provider loses to rounding who draws in
    every block.
    """

    usd_per_month: float
    blocks: int
    rules: pd.DataFrame
    lost: float


def paid(as_of: str, block_seconds: float, deposit: int = 500_000) -> Lease:
    """Play one lease of a web server at the price script's rate: the provider draws too late, then the tenant pays on.

    ``deposit`` is in uact (a millionth of a dollar), ``block_seconds`` the time a block takes. The provider draws when
    a quarter more blocks have passed than the deposit pays for; then the tenant deposits as much again, and closes.
    """
    targets = data.parameters(provider_script.ScriptTargets, at=as_of)
    take = data.parameters(fees.TakeParameters, at=as_of)
    rate = provider_script.generic_script_bid([SERVER], "uact", targets).rate_per_block
    assert rate is not None  # the script refuses GPUs without a price, and the server has none
    blocks = runway.lease_runway(Decimal(deposit), 0, 0, [rate])[1]
    late = math.ceil(1.25 * blocks)
    story = [
        escrow.Event(late, "withdraw"),
        escrow.Event(late + 100, "deposit", who="owner", amount=deposit),
        escrow.Event(late + 200, "close_account"),
    ]
    rows = {"integer, pro rata: 2021 to April 2022": (_drawn_in_integers(late, deposit, math.ceil(rate)), 0.0, 0)}
    for rule, name in RULES.items():
        before = escrow.run(rule, [("owner", deposit)], [rate], story[:1])  # type: ignore[arg-type]
        after = escrow.run(rule, [("owner", deposit)], [rate], story)  # type: ignore[arg-type]
        drawn, final = (sum(n for to, n in each.transfers if to == escrow.PROVIDER) for each in (before, after))
        rows[name] = (drawn, float(before.payments[0].unsettled), final - drawn)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["drawn", "owed", "paid_later"])
    table["network"] = [fees.take_fee(int(drawn), Decimal(fees.take_rate("uact", take)))[0] for drawn in table["drawn"]]
    every = [escrow.Event(height, "withdraw") for height in range(1, 1001)]
    drawn = escrow.run("fifo_carry", [("owner", deposit)], [rate], every).payments[0].withdrawn
    month = units.price_per_month(float(rate), block_seconds, 365.25 / 12)
    return Lease(month, blocks, table, 1 - float(drawn) / float(rate * 1000))


def _drawn_in_integers(late: int, deposit: int, rate: int) -> int:
    """Return what a provider drew under the chain's first rule, which knew whole rates only, u-units."""
    integer = settlement.settle_prorata_integer(late, deposit, [rate])
    weighted, dust = settlement.split_weighted_integer(int(integer.remaining), [rate])
    return int(integer.credited[0]) + weighted[0] + settlement.split_evenly_integer(dust, 1)[0]

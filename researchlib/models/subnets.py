"""What each subnet gets of the block emission: the state of a day under every rule there has been.

The state is the table ``subnets``; what a day's row lacks is not known here either, and is never filled in. Shares are
of the whole block emission, indexed by netuid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.bittensor import alpha, emission, flow, gate, payout, shares

__all__ = [
    "RULES", "Share", "Terms", "chain_shares", "concentration", "flows", "gate_of", "in_force", "known_on",
    "last_bar", "lost_and_won", "numbers", "occupied_since", "prices", "root_proportions", "root_stake", "rule_shares",
    "sensitivity", "state", "states", "subnet_share", "through_gate", "under_every_rule", "voted_for", "working",
]  # fmt: skip

RAO = emission.RAO_PER_TAO

#: The rules in the order in which they were in force, as the parameter `emission_share_rule` names them, in words.
RULES: Mapping[str, str] = {
    "root_votes": "votes of root",
    "price": "price",
    "flow": "users' flow",
    "net_flow": "users' flow less the protocol's",
    "price_root_proportion_burn": "price × root's proportion × part not burned",
    "price_burn": "price × part not burned",
    "price_burn_gate_quantile": "price × part not burned, gate by mass",
    "price_burn_gate_rank": "price × part not burned, gate by rank",
}


@dataclass(frozen=True)
class Terms:
    """Regime of a day: TAO created by a block, which rule divides it, and which caps what enters a pool."""

    network: ClassVar[str] = "bittensor"

    block_emission: float
    emission_share_rule: str
    injection_rule: str


@dataclass(frozen=True)
class _MassBar:
    network: ClassVar[str] = "bittensor"

    emission_bar_quantile: float


class Share(NamedTuple):
    """A subnet's part of the block emission by a rule on a day, before and after its price moved."""

    day: pd.Timestamp
    rule: str
    price: str
    before: float
    after: float
    frames: tuple[pd.DataFrame, ...]


def state(as_of: str | None = None, netuid: int | None = None) -> pd.DataFrame:
    """Return the rows of the table ``subnets`` of a day, the newest if none is given, by netuid.

    Raises ValueError for a day without state, and for a ``netuid`` that is not among the rows.
    """
    every = states()
    as_of = list(every)[-1] if as_of is None else as_of
    if as_of not in every:
        raise ValueError(f"as_of: {as_of!r} given, one of {', '.join(every)} allowed")
    rows = every[as_of]
    if netuid is not None and netuid not in rows.index:
        raise ValueError(f"netuid: {netuid!r} given, a subnet of {as_of} ({numbers(rows.index)}) allowed")
    return rows


def numbers(netuids: Iterable[int]) -> str:
    """Return the numbers of subnets in words.

    >>> numbers([1, 2, 3, 5, 6])
    '1 to 6 but 4'
    """
    there = sorted(netuids)
    gaps = sorted(set(range(there[0], there[-1])) - set(there))
    return f"{there[0]} to {there[-1]}" + (f" but {', '.join(map(str, gaps))}" if gaps else "")


def states() -> dict[str, pd.DataFrame]:
    """Return the rows of each day, oldest first."""
    rows = data.current("subnets").sort_values(["date", "netuid"]).set_index("netuid", drop=False)
    return {str(day)[:10]: each for day, each in rows.groupby("date")}


def known_on(days: Mapping[str, pd.DataFrame], column: str) -> list[str]:
    """Return the days on which a column is known of any subnet."""
    return [day for day, each in days.items() if each[column].notna().any()]


def in_force(table: pd.DataFrame) -> Terms:
    """Return the regime of a state's day."""
    return data.parameters(Terms, table["date"].iloc[0])


def _last_day(rule: str, day: pd.Timestamp) -> pd.Timestamp:
    """Return the day itself if a rule was in force then, else the last day of the rule, or its first if later."""
    rows = data.parameter_history("bittensor", "emission_share_rule")
    ((start, end),) = rows.loc[rows["value"] == rule, ["valid_from", "valid_to"]].to_numpy()
    last = day if pd.isna(end) else pd.Timestamp(end) - pd.Timedelta(days=1)
    return max(min(day, last), pd.Timestamp(start))


def gate_of(table: pd.DataFrame) -> gate.GateParameters:
    """Return the gate by rank in force on a state's day, or, before, as it came into force."""
    return data.parameters(gate.GateParameters, _last_day("price_burn_gate_rank", table["date"].iloc[0]))


def prices(table: pd.DataFrame) -> tuple[pd.Series, str]:
    """Return the prices that the rules on price look at, and which they are: ``moving`` or, where not known, ``spot``.

    A subnet without a price, or known not to have started, counts with 0, and spot prices count up to 1, as in the
    average.
    """
    kind = "moving" if table["moving_price_tao"].notna().any() else "spot"
    found = table["moving_price_tao"] if kind == "moving" else table["alpha_price_tao"].clip(upper=1)
    return found.fillna(0).where(table["started"].fillna(True).astype(bool), 0.0).rename("price"), kind


def last_bar(table: pd.DataFrame) -> pd.DataFrame:
    """Return the readings of the gate's bar as stored by the chain on a state's day: one row or none."""
    rows = data.current("observations").query("network == 'bittensor' and metric == 'emission_bar'")
    found: pd.DataFrame = rows[rows["date"] == table["date"].iloc[0]]
    return found


def root_stake(table: pd.DataFrame) -> pd.DataFrame:
    """Return the last reading of the TAO on root up to a state's day."""
    rows = data.series("bittensor", "staked_root_tao", status="measured", until=table["date"].iloc[0], empty=True)
    return rows.iloc[-1:]


def root_proportions(table: pd.DataFrame) -> pd.Series | None:
    """Return root's proportion of each subnet, None where the alpha issued or root's stake is not known."""
    root = root_stake(table)
    if root.empty or table["alpha_issued"].isna().any():
        return None
    weight = data.parameters(payout.PayoutParameters, table["date"].iloc[0]).tao_weight_u64
    staked = round(root["value"].iloc[0] * RAO)
    found = [alpha.root_proportion(staked, round(issued * RAO), weight) for issued in table["alpha_issued"]]
    return pd.Series(found, table.index, name="root_proportion")


def rule_shares(
    table: pd.DataFrame,
    rule: str,
    *,
    moved: Mapping[int, float] | None = None,
    gated: gate.GateParameters | None = None,
    bar: float | None = None,
) -> pd.Series | None:
    """Return each subnet's share by a rule of `RULES`, None where the state lacks what the rule looks at.

    ``moved`` multiplies the price of some subnets, ``gated`` replaces the gate, ``bar`` the share at its bar. The
    switch that turns a subnet's TAO off applies where it is known.
    """
    if rule not in RULES:
        raise ValueError(f"rule: {rule!r} given, one of {', '.join(RULES)} allowed")
    if rule == "root_votes":
        return None
    if rule in ("flow", "net_flow"):
        found = _flow_shares(table, rule)
    else:
        price = prices(table)[0].copy()
        for netuid, factor in (moved or {}).items():
            price[netuid] *= factor
        found = _price_shares(table, rule, price, gated, bar)
    if found is None or table["emission_enabled"].isna().all():
        return found
    on = table["emission_enabled"].fillna(True).to_numpy(bool)
    return pd.Series(shares.enabled_shares(found.to_numpy(), on), table.index, name=rule)


def _price_shares(
    table: pd.DataFrame, rule: str, price: pd.Series, gated: gate.GateParameters | None, bar: float | None
) -> pd.Series | None:
    burned, proportion = None, None
    if "burn" in rule:
        if table["miner_burned_share"].isna().all():
            return None
        burned = table["miner_burned_share"].fillna(0).to_numpy()
    if "root_proportion" in rule:
        known = root_proportions(table)
        if known is None:
            return None
        proportion = known.to_numpy()
    found = shares.price_shares(price.to_numpy(), miner_burned=burned, root_proportion=proportion)
    if "gate" in rule:
        given = gated or gate_of(table)
        if rule.endswith("quantile") and bar is None:
            day = _last_day(rule, table["date"].iloc[0])
            bar = gate.quantile_bar(found, data.parameters(_MassBar, day).emission_bar_quantile)
        found = gate.gated_shares(found, given) if bar is None else gate.hill_gate(found, bar, given.gate_exponent)
    return pd.Series(found, table.index, name=rule)


def chain_shares(table: pd.DataFrame) -> pd.Series | None:
    """Return the chain's own shares: TAO put into a pool and TAO that bought alpha, over their sum; None if unknown."""
    if table["tao_excess_per_block"].isna().all():
        return None
    got = table["tao_injected_per_block"] + table["tao_excess_per_block"]
    return (got / got.sum()).rename("chain")


def occupied_since(days: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the registration block of each subnet by day, as the next day that has it tells."""
    return pd.DataFrame({day: each["registered_block"] for day, each in days.items()}).T.astype(float).bfill()


def flows(table: pd.DataFrame) -> pd.DataFrame | None:
    """Return moving averages of the TAO into each pool, rao a block: by users, and by the protocol; None if not known.

    Between two days with pools, users brought what the reserve of TAO grew by, less the subnet's part of the emission,
    all of which enters the pool. That part is known from the chain's shares, or from the rule of the later day; so
    averages begin with the first day that has a rule's shares, at 0. A subnet that took its number in between starts
    again at 0.
    """
    until = table["date"].iloc[0]
    every = states()
    days = [day for day in known_on(every, "tao_in_pool") if pd.Timestamp(day) <= until]
    rule = data.parameters(flow.FlowParameters, _last_day("net_flow", until))
    since = occupied_since(every)
    means: pd.DataFrame | None = None
    for before, after in pairwise(days):
        old, new = every[before], every[after]
        if old["emission_enabled"].isna().all() or (put := _emission(new)) is None:
            continue
        blocks = int(new["block"].iloc[0] - old["block"].iloc[0])
        same = since.loc[after].reindex(new.index) <= old["block"].iloc[0]
        grown = (new["tao_in_pool"] - old["tao_in_pool"].reindex(new.index)).where(same) * RAO / blocks
        now = pd.DataFrame({"user": grown - put, "protocol": put.where(grown.notna())}).fillna(0)
        kept = (1 - rule.flow_smoothing / flow.I64_MAXIMUM) ** blocks
        compound = replace(rule, flow_smoothing=round((1 - kept) * flow.I64_MAXIMUM))
        earlier = (now * 0 if means is None else means.reindex(now.index).fillna(0)).where(grown.notna(), 0)
        means = pd.DataFrame(
            {name: flow.flow_ema(earlier[name].to_numpy(), now[name].to_numpy(), compound) for name in now},
            index=now.index,
        )
    return None if means is None or days[-1] != str(until.date()) else means


def _emission(table: pd.DataFrame) -> pd.Series | None:
    """Return the rao that a block gives each subnet, by the chain or the rule in force; None if neither is known."""
    found = chain_shares(table)
    terms = in_force(table)
    if found is None and terms.emission_share_rule not in ("flow", "net_flow"):
        found = rule_shares(table, terms.emission_share_rule)
    if found is None:
        return None
    got = shares.subnet_tao_emission(found.fillna(0).to_numpy(), terms.block_emission * RAO)
    return pd.Series(got, table.index)


def _flow_shares(table: pd.DataFrame, rule: str) -> pd.Series | None:
    means = flows(table)
    if means is None:
        return None
    taken = means["user"].to_numpy()
    if rule == "net_flow":
        taken = flow.net_flows(taken, means["protocol"].to_numpy())
    parameters = data.parameters(flow.FlowParameters, _last_day(rule, table["date"].iloc[0]))
    return pd.Series(flow.flow_shares(taken, parameters), table.index, name=rule)


def under_every_rule(table: pd.DataFrame, **changes: gate.GateParameters | Mapping[int, float]) -> pd.DataFrame:
    """Return each subnet's share of a day's state under each rule of `RULES` that the state suffices for, by column."""
    found = {rule: rule_shares(table, rule, **changes) for rule in RULES}  # type: ignore[arg-type]
    return pd.DataFrame({rule: each for rule, each in found.items() if each is not None}, index=table.index)


def concentration(found: pd.Series | pd.DataFrame, block_emission: float = 0.5) -> pd.DataFrame:
    """Return how shares are spread, a row a rule.

    Columns: fed (subnets that get a rao a block or more), hhi (sum of squares), effective (1 / hhi: as many equal
    shares would be as concentrated), top1, top10.
    """
    columns = found.to_frame() if isinstance(found, pd.Series) else found
    rows = {}
    for name, each in columns.items():
        ordered, hhi = each.sort_values(ascending=False), float((each**2).sum())
        fed = int((each * block_emission * RAO >= 1).sum())
        rows[name] = (fed, hhi, 1 / hhi if hhi else np.nan, ordered.iloc[0], ordered.iloc[:10].sum())
    return pd.DataFrame.from_dict(rows, orient="index", columns=["fed", "hhi", "effective", "top1", "top10"])


def through_gate(table: pd.DataFrame, moved: Mapping[int, float], gated: gate.GateParameters) -> pd.DataFrame:
    """Return the shares without and, where the burned parts are known, through the gate, the largest first.

    Columns: without the gate (price × part not burned, or by price alone) and through the gate.
    """
    base = "price" if table["miner_burned_share"].isna().all() else "price_burn"
    before, after = (rule_shares(table, rule, moved=moved, gated=gated) for rule in (base, "price_burn_gate_rank"))
    found = {"without the gate": before, "through the gate": after}
    known = pd.DataFrame({name: each for name, each in found.items() if each is not None})
    return known.sort_values("without the gate", ascending=False)


def working(table: pd.DataFrame, ranks: Sequence[int], slopes: Sequence[float]) -> pd.DataFrame:
    """Return how many equal subnets would be as concentrated, by rank of the gate's bar (rows) and slope (columns).

    Empty where the state does not tell what the gate works on.
    """
    found: dict[float, dict[int, float]] = {}
    for slope in slopes:
        for rank in ranks:
            each = rule_shares(table, "price_burn_gate_rank", gated=gate.GateParameters(slope, rank))
            if each is not None:
                found.setdefault(slope, {})[rank] = float(concentration(each)["effective"].iloc[0])
    return pd.DataFrame(found)


def sensitivity(
    table: pd.DataFrame, rule: str, netuid: int, factors: Sequence[float], gated: gate.GateParameters | None = None
) -> pd.Series | None:
    """Return a subnet's share by the factor that its price is multiplied by, None where the rule's input is missing."""
    found = [rule_shares(table, rule, moved={netuid: each}, gated=gated) for each in factors]
    if any(each is None for each in found):
        return None
    return pd.Series([each[netuid] for each in found if each is not None], list(factors), name=rule)


def lost_and_won(every: pd.DataFrame, rule: str, most: int = 5) -> pd.DataFrame:
    """Return the shares, under every rule known, of the subnets that most hangs on: they gain or lose most by ``rule``.

    Gain is the share under ``rule`` less the mean under the other rules known; ``most`` of each side are listed.
    """
    gain = every[rule] - every.drop(columns=rule).mean(axis=1)
    ordered = gain.sort_values(ascending=False).index
    return every.loc[[*ordered[:most], *ordered[-most:]]].assign(gain=gain)


def subnet_share(
    netuid: int,
    price_factor: float = 1.0,
    *,
    as_of: str | None = None,
    rule: str = "in_force",
    gated: gate.GateParameters | None = None,
) -> Share:
    """Return a subnet's share of the block emission by a rule on a day, and after its price moved by a factor.

    >>> found = subnet_share(64, price_factor=2, as_of="2026-08-07")
    >>> found.rule, found.price, round(found.before, 4)
    ('price_burn_gate_rank', 'moving', 0.125)

    The gate is that of the day, with its bar as stored where that was read, unless ``gated`` is given.

    Raises ValueError for a subnet, day or rule that is none, a factor below 0, and a state that the rule cannot be
    followed from.
    """
    table = state(as_of, netuid)
    if not price_factor >= 0:
        raise ValueError(f"price_factor: {price_factor!r} given, a number >= 0 allowed")
    rule = in_force(table).emission_share_rule if rule == "in_force" else rule
    stored = last_bar(table)
    as_stored = len(stored) and gated is None and rule == in_force(table).emission_share_rule
    bar = float(stored["value"].iloc[0]) if as_stored else None
    before, after = (
        rule_shares(table, rule, bar=bar, gated=gated, moved={netuid: each}) for each in (1.0, price_factor)
    )
    if before is None or after is None:
        day = f"{table['date'].iloc[0]:%Y-%m-%d}"
        raise ValueError(f"rule: {rule!r} given, one that the state of {day} suffices for allowed: {_enough(table)}")
    day = table["date"].iloc[0]
    return Share(day, rule, prices(table)[1], float(before[netuid]), float(after[netuid]), (table, stored))


def _enough(table: pd.DataFrame) -> str:
    return ", ".join(under_every_rule(table).columns)


def voted_for(part: Sequence[float], table: pd.DataFrame, netuid: int) -> pd.Series:
    """Return what the rule of the root votes gave a subnet for which only a ``part`` of root's stake votes.

    That part votes for nothing else; the rest votes for the other subnets in proportion to their prices.
    """
    parameters = data.parameters(shares.RootVoteParameters, _last_day("root_votes", table["date"].iloc[0]))
    others = prices(table)[0].drop(netuid).to_numpy()
    weights = np.vstack([np.append(1.0, 0 * others), np.append(0.0, others)])
    found = [shares.root_vote_shares(np.array([each, 1 - each]), weights, parameters)[0] for each in part]
    return pd.Series(found, list(part), name=netuid)

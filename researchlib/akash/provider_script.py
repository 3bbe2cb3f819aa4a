"""Bid prices of the two pricing scripts: the Helm chart's, which most providers run, and the repository's sample.

Source: helm-charts, charts/akash-provider/scripts/price_script_generic.sh; Akash provider repository, sample script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number
from researchlib.akash.resources import GIB, Gpu, Resource
from researchlib.akash.units import MICRO

__all__ = [
    "OracleScriptPrices",
    "ScriptBid",
    "ScriptTargets",
    "generic_script_bid",
    "gpu_unit_price",
    "monthly_target",
    "usd_oracle_script_price",
]

DENOMS = ("uakt", "uact", "usdc")
CLASSES = ("ephemeral", "beta1", "beta2", "beta3", "ram", "default")
PRICED_CLASSES = CLASSES[:4]
MAX_AKT_PRICE = 1_000_000
GIB_DIGITS = 12


@dataclass(frozen=True)
class ScriptTargets:
    """Targets of the Helm chart's script, USD a month, and the blocks it counts in a month."""

    network: ClassVar[str] = "akash"
    target_cpu_usd_per_month: Decimal
    target_memory_usd_per_month: Decimal
    target_ephemeral_usd_per_month: Decimal
    target_beta1_usd_per_month: Decimal
    target_beta2_usd_per_month: Decimal
    target_beta3_usd_per_month: Decimal
    target_endpoint_usd_per_month: Decimal
    target_ip_usd_per_month: Decimal
    target_gpu_fallback_usd_per_month: Decimal
    script_blocks_per_month: int


@dataclass(frozen=True)
class OracleScriptPrices:
    """Prices of the sample script, uact per block: a milli-CPU, GPU, byte of memory or storage class, endpoint."""

    network: ClassVar[str] = "akash"
    oracle_script_cpu: Decimal
    oracle_script_gpu: Decimal
    oracle_script_memory: Decimal
    oracle_script_ephemeral: Decimal
    oracle_script_beta1: Decimal
    oracle_script_beta2: Decimal
    oracle_script_beta3: Decimal
    oracle_script_ram: Decimal
    oracle_script_default: Decimal
    oracle_script_endpoint: Decimal


@dataclass(frozen=True)
class ScriptBid:
    """Whether the script bids, the rate it prints (u-units per block, None without a bid), and its USD a month."""

    bid: bool
    rate_per_block: Decimal | None
    usd_per_month: float


def gpu_unit_price(gpu: Gpu, mappings: Mapping[str, Number], fallback: Number) -> Fraction:
    """Return the price of one GPU, USD a month.

    The key ``model[.memory][.interface]`` is looked up whole, then without its last part, then by its model alone;
    without any entry the price is the highest of the mapping, at least ``fallback``. An entry ``*`` fits only an order
    that names no model.

    Parameters
    ----------
    gpu : Gpu
    mappings : mapping of str to number
        USD a month by key, as the operator configured them.
    fallback : number
        USD a month.

    Raises
    ------
    ValueError
        For a negative price.

    Notes
    -----
    Source: price_script_generic.sh, GPU section.

    Examples
    --------
    >>> prices = {"a100.80Gi": 1000, "a100": 950, "h100": 2000}
    >>> asked = (Gpu(1, "a100", "80Gi", "sxm4"), Gpu(1, "a100"), Gpu(1, "l4"))
    >>> [int(gpu_unit_price(gpu, prices, 100)) for gpu in asked]
    [1000, 950, 2000]
    """
    check.instance("gpu", gpu, Gpu)
    check.mapping("mappings", mappings)
    prices = {key: _exact(f"mapping {key}", value) for key, value in mappings.items()}
    key = ".".join(part for part in (gpu.model, gpu.memory, gpu.interface) if part)
    for candidate in (key, key.rpartition(".")[0], key.partition(".")[0]):
        if candidate in prices:
            return prices[candidate]
    return max(_exact("fallback", fallback), *prices.values(), Fraction(0))


def monthly_target(
    resources: Sequence[Resource], targets: ScriptTargets, *, gpu_mappings: Mapping[str, Number] | None = None
) -> Fraction:
    """Return what the Helm chart's script wants for a group, USD a month, exact.

    CPU, memory, storage and GPUs count once for each replica, endpoints and leased IPs once for each unit: the script
    means to multiply them too, but its query multiplies only the default of a missing value. The classes ram and
    default are free.

    Parameters
    ----------
    resources : sequence of Resource
    targets : ScriptTargets
    gpu_mappings : mapping of str to number, optional
        USD a month by GPU key, see `gpu_unit_price`.

    Raises
    ------
    ValueError
        For an unknown storage class or a negative price.

    Notes
    -----
    Source: price_script_generic.sh.

    Examples
    --------
    The server of the script's comment, 16 CPU, 32 GiB and 360 GiB of NVMe:

    >>> from researchlib.akash.resources import Volume
    >>> names = [name for name in ScriptTargets.__annotations__ if name.startswith("target")]
    >>> values = ("1.60", "0.80", "0.02", "0.01", "0.03", "0.04", "0.05", "5", "100")
    >>> targets = ScriptTargets(*map(Decimal, values), script_blocks_per_month=429909)
    >>> server = Resource(cpu=16_000, memory=32 * GIB, storage=(Volume(360 * GIB, "beta3"),))
    >>> float(monthly_target([server], targets))
    65.6
    """
    mappings: Mapping[str, Number] = {} if gpu_mappings is None else gpu_mappings
    check.mapping("gpu_mappings", mappings)
    check.sequence("resources", resources, Resource)
    check.instance("targets", targets, ScriptTargets)
    stored = dict.fromkeys(CLASSES, 0)
    for unit in resources:
        for volume in unit.storage:
            stored[check.one_of("storage_class", volume.storage_class, CLASSES)] += volume.size * unit.count
    quantities = {
        "cpu": Fraction(sum(unit.cpu * unit.count for unit in resources), 1000),
        "memory": _gib(sum(unit.memory * unit.count for unit in resources)),
        **{name: _gib(stored[name]) for name in PRICED_CLASSES},
        "endpoint": Fraction(sum(unit.endpoints for unit in resources)),
        "ip": Fraction(sum(len(unit.leased_ips) for unit in resources)),
    }
    total = Fraction(0)
    for name, quantity in quantities.items():
        total += quantity * _exact(name, getattr(targets, f"target_{name}_usd_per_month"))
    for unit in resources:
        if unit.gpu and unit.gpu.units:
            price = gpu_unit_price(unit.gpu, mappings, targets.target_gpu_fallback_usd_per_month)
            total += unit.count * unit.gpu.units * price
    return total


def generic_script_bid(
    resources: Sequence[Resource],
    denom: str,
    targets: ScriptTargets,
    *,
    ceiling: Number | None = None,
    akt_price: Number | None = None,
    gpu_mappings: Mapping[str, Number] | None = None,
    decimals: int = 6,
) -> ScriptBid:
    """Return the bid of the Helm chart's script.

    Parameters
    ----------
    resources : sequence of Resource
    denom : str
        ``uakt``, ``uact`` or ``usdc``.
    targets : ScriptTargets
    ceiling : number, optional
        Highest price of the order, u-units per block; none by default.
    akt_price : number, optional
        USD per AKT, needed for ``uakt``.
    gpu_mappings : mapping of str to number, optional
        USD a month by GPU key, see `gpu_unit_price`.
    decimals : int
        Fractional digits of the printed rate.

    Returns
    -------
    ScriptBid
        No bid if the rate is above the ceiling: unrounded for ``uakt``, rounded for the dollar tokens.

    Raises
    ------
    ValueError
        For another token, or an AKT price that is missing or outside (0, 1,000,000].

    Notes
    -----
    Source: price_script_generic.sh.
    """
    check.sequence("resources", resources, Resource)
    check.instance("targets", targets, ScriptTargets)
    check.one_of("denom", denom, DENOMS)
    usd = monthly_target(resources, targets, gpu_mappings=gpu_mappings)
    blocks = check.integer("script_blocks_per_month", targets.script_blocks_per_month, minimum=1)
    rate = usd / blocks * MICRO
    if denom == "uakt":
        rate /= Fraction(dec18.parse("akt_price", akt_price, minimum=0, maximum=MAX_AKT_PRICE, strict=True), dec18.ONE)
    printed = _rounded(rate, check.integer("decimals", decimals, minimum=0, maximum=18))
    asked = rate if denom == "uakt" else Fraction(printed)
    if ceiling is not None and asked > _exact("ceiling", ceiling):
        return ScriptBid(False, None, float(usd))
    return ScriptBid(True, printed, float(usd))


def usd_oracle_script_price(resources: Sequence[Resource], prices: OracleScriptPrices) -> Decimal:
    """Return the price of the provider repository's sample script, uact per block with 6 digits.

    Everything in ``resources`` counts once for each replica, at ``prices`` in uact per block and unit. The figures are
    a sample for tests, not an economic price list.

    Raises
    ------
    ValueError
        For an unknown storage class.

    Notes
    -----
    Source: Akash provider repository, USD oracle pricing script.
    """
    check.sequence("resources", resources, Resource)
    check.instance("prices", prices, OracleScriptPrices)
    total = Fraction(0)
    for unit in resources:
        amounts: dict[str, int] = {"cpu": unit.cpu, "memory": unit.memory, "endpoint": unit.endpoints}
        amounts["gpu"] = unit.gpu.units if unit.gpu else 0
        for volume in unit.storage:
            name = check.one_of("storage_class", volume.storage_class, CLASSES)
            amounts[name] = amounts.get(name, 0) + volume.size
        for name, amount in amounts.items():
            total += unit.count * amount * _exact(name, getattr(prices, f"oracle_script_{name}"))
    return _rounded(total, 6)


def _exact(name: str, value: Number) -> Fraction:
    return Fraction(dec18.parse(name, value, minimum=0), dec18.ONE)


def _gib(size: int) -> Fraction:
    return Fraction(round(Fraction(size, GIB) * 10**GIB_DIGITS), 10**GIB_DIGITS)


def _rounded(value: Fraction, decimals: int) -> Decimal:
    """Round half to even."""
    return Decimal(f"{round(value * 10**decimals)}E-{decimals}")

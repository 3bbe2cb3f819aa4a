"""Bid prices of the Helm chart's pricing script, which most providers run.

Source: helm-charts, charts/akash-provider/scripts/price_script_generic.sh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from researchlib import _validate as check
from researchlib.akash.dec18 import ExactAmount, parse
from researchlib.akash.resources import GIB, Gpu, Resource
from researchlib.akash.units import MICRO
from researchlib.bounds import PositiveCount, checked, integer, rule

__all__ = ["ScriptBid", "ScriptTargets", "generic_script_bid", "gpu_unit_price", "monthly_target"]

PRICED_CLASSES = ("ephemeral", "beta1", "beta2", "beta3")
GIB_DIGITS = 12


@checked
@dataclass(frozen=True)
class ScriptTargets:
    """Targets of the script, USD a month, and the blocks it counts in a month."""

    network: ClassVar[str] = "akash"
    target_cpu_usd_per_month: ExactAmount
    target_memory_usd_per_month: ExactAmount
    target_ephemeral_usd_per_month: ExactAmount
    target_beta1_usd_per_month: ExactAmount
    target_beta2_usd_per_month: ExactAmount
    target_beta3_usd_per_month: ExactAmount
    target_endpoint_usd_per_month: ExactAmount
    target_ip_usd_per_month: ExactAmount
    target_gpu_fallback_usd_per_month: ExactAmount
    script_blocks_per_month: PositiveCount


@dataclass(frozen=True)
class ScriptBid:
    """Whether the script bids, the rate it prints (u-units per block, None without a bid), and its USD a month."""

    bid: bool
    rate_per_block: Decimal | None
    usd_per_month: float


def _price_list(name: str, value: Any) -> dict[str, Decimal]:
    check.mapping(name, value)
    return {key: parse(f"{name} {key}", price, minimum=0) for key, price in value.items()}


PriceList = Annotated[Mapping[str, Decimal], rule(_price_list)]


@checked
def gpu_unit_price(gpu: Gpu, mappings: PriceList, fallback: ExactAmount) -> Fraction:
    """Return the price of one ``gpu``, USD a month.

    The operator's ``mappings`` hold USD a month by key. The key ``model[.memory][.interface]`` is looked up whole, then
    without its last part, then by its model alone; without any entry the price is the highest of the mapping, at least
    ``fallback`` USD. An entry ``*`` fits only an order that names no model.

    >>> prices = {"a100.80Gi": 1000, "a100": 950, "h100": 2000}
    >>> asked = (Gpu(1, "a100", "80Gi", "sxm4"), Gpu(1, "a100"), Gpu(1, "l4"))
    >>> [int(gpu_unit_price(gpu, prices, 100)) for gpu in asked]
    [1000, 950, 2000]
    """
    key = ".".join(part for part in (gpu.model, gpu.memory, gpu.interface) if part)
    for candidate in (key, key.rpartition(".")[0], key.partition(".")[0]):
        if candidate in mappings:
            return Fraction(mappings[candidate])
    return Fraction(max(fallback, *mappings.values(), Decimal(0)))


@checked
def monthly_target(
    resources: Sequence[Resource], targets: ScriptTargets, *, gpu_mappings: PriceList | None = None
) -> Fraction:
    """Return what the script wants for a group of ``resources``, USD a month, exact.

    CPU, memory, storage and GPUs count once for each replica, endpoints and leased IPs once for each unit: the script
    means to multiply them too, but its query multiplies only the default of a missing value. The storage classes ram
    and default are free. ``targets`` and ``gpu_mappings`` (see `gpu_unit_price`) are USD a month.

    The server of the script's comment, 16 CPU, 32 GiB and 360 GiB of NVMe:

    >>> from researchlib.akash.resources import Volume
    >>> values = ("1.60", "0.80", "0.02", "0.01", "0.03", "0.04", "0.05", "5", "100")
    >>> targets = ScriptTargets(*map(Decimal, values), script_blocks_per_month=429909)
    >>> server = Resource(cpu=16_000, memory=32 * GIB, storage=(Volume(360 * GIB, "beta3"),))
    >>> float(monthly_target([server], targets))
    65.6
    """
    stored = dict.fromkeys(PRICED_CLASSES, 0)
    for unit in resources:
        for volume in unit.storage:
            if volume.storage_class in stored:
                stored[volume.storage_class] += volume.size * unit.count
    quantities = {
        "cpu": Fraction(sum(unit.cpu * unit.count for unit in resources), 1000),
        "memory": _gib(sum(unit.memory * unit.count for unit in resources)),
        **{name: _gib(size) for name, size in stored.items()},
        "endpoint": Fraction(sum(unit.endpoints for unit in resources)),
        "ip": Fraction(sum(len(unit.leased_ips) for unit in resources)),
    }
    total = Fraction(0)
    for name, quantity in quantities.items():
        total += quantity * Fraction(getattr(targets, f"target_{name}_usd_per_month"))
    for unit in resources:
        if unit.gpu and unit.gpu.units:
            price = gpu_unit_price(unit.gpu, gpu_mappings or {}, targets.target_gpu_fallback_usd_per_month)
            total += unit.count * unit.gpu.units * price
    return total


@checked
def generic_script_bid(
    resources: Sequence[Resource],
    denom: Literal["uakt", "uact", "usdc"],
    targets: ScriptTargets,
    *,
    ceiling: ExactAmount | None = None,
    akt_price: Annotated[Decimal, rule(parse, minimum=0, maximum=1_000_000, strict=True)] | None = None,
    gpu_mappings: PriceList | None = None,
    decimals: Annotated[int, integer(minimum=0, maximum=18)] = 6,
) -> ScriptBid:
    """Return the bid of the script for a group of ``resources`` in ``denom``.

    There is no bid if the rate is above the ``ceiling`` of the order, u-units per block: the unrounded rate for
    ``uakt``, the rounded one for the dollar tokens. ``akt_price`` is USD per AKT, needed for ``uakt`` (ValueError
    without it); ``decimals`` are the digits of the printed rate; ``targets`` and ``gpu_mappings`` as in
    `monthly_target`.
    """
    usd = monthly_target(resources, targets, gpu_mappings=gpu_mappings)
    rate = usd / targets.script_blocks_per_month * MICRO
    if denom == "uakt":
        if akt_price is None:
            raise ValueError("akt_price: None given, the price of AKT for a bid in uakt allowed")
        rate /= Fraction(akt_price)
    printed = Decimal(f"{round(rate * 10**decimals)}E-{decimals}")  # half to even
    asked = rate if denom == "uakt" else Fraction(printed)
    if ceiling is not None and asked > Fraction(ceiling):
        return ScriptBid(False, None, float(usd))
    return ScriptBid(True, printed, float(usd))


def _gib(size: int) -> Fraction:
    return Fraction(round(Fraction(size, GIB) * 10**GIB_DIGITS), 10**GIB_DIGITS)

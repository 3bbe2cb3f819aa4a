"""What a tenant asks for and a provider prices: units of CPU, memory, storage, GPUs, endpoints and leased IPs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from researchlib.akash.dec18 import ExactAmount
from researchlib.bounds import Count, checked

__all__ = ["GIB", "Gpu", "Resource", "Volume"]

GIB = 2**30


@checked
@dataclass(frozen=True)
class Volume:
    """One storage volume: size in bytes, and class."""

    size: Count
    storage_class: Literal["ephemeral", "beta1", "beta2", "beta3", "ram", "default"] = "ephemeral"


@checked
@dataclass(frozen=True)
class Gpu:
    """GPUs of one unit: how many, and the model as the order names it, with memory and interface if it does."""

    units: Count
    model: str = "*"
    memory: str | None = None
    interface: str | None = None


@checked
@dataclass(frozen=True)
class Resource:
    """One resource unit of a group, wanted ``count`` times.

    ``cpu`` in milli-CPU (1000 is one thread), ``memory`` in bytes, ``endpoints`` as a number, ``leased_ips`` by their
    sequence numbers; ``price`` is the most that the tenant pays for each replica, u-units per block.
    """

    cpu: Count = 0
    memory: Count = 0
    storage: tuple[Volume, ...] = ()
    gpu: Gpu | None = None
    endpoints: Count = 0
    leased_ips: tuple[int, ...] = ()
    count: Count = 1
    price: ExactAmount = Decimal(0)

"""What a tenant asks for and a provider prices: units of CPU, memory, storage, GPUs, endpoints and leased IPs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from researchlib import _validate as check

__all__ = ["GIB", "MIB", "Gpu", "Resource", "Volume"]

MIB = 2**20
GIB = 2**30


@dataclass(frozen=True)
class Volume:
    """One storage volume: size in bytes and class (ephemeral, beta1, beta2, beta3, ram or default)."""

    size: int
    storage_class: str = "ephemeral"

    def __post_init__(self) -> None:
        """Check the size."""
        check.integer("size", self.size, minimum=0)


@dataclass(frozen=True)
class Gpu:
    """GPUs of one unit: how many, and the model as the order names it, with memory and interface if it does."""

    units: int
    model: str = "*"
    memory: str | None = None
    interface: str | None = None

    def __post_init__(self) -> None:
        """Check the number."""
        check.integer("units", self.units, minimum=0)


@dataclass(frozen=True)
class Resource:
    """One resource unit of a group, wanted ``count`` times.

    Attributes
    ----------
    cpu : int
        Milli-CPU (1000 is one thread).
    memory : int
        Bytes.
    storage : tuple of Volume
    gpu : Gpu, optional
    endpoints : int
        Number of endpoints.
    leased_ips : tuple of int
        Sequence numbers of leased IPs.
    count : int
        Number of replicas.
    price : Decimal
        The most that the tenant pays for each replica, u-units per block.
    """

    cpu: int = 0
    memory: int = 0
    storage: tuple[Volume, ...] = ()
    gpu: Gpu | None = None
    endpoints: int = 0
    leased_ips: tuple[int, ...] = ()
    count: int = 1
    price: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Check the quantities."""
        for name in ("cpu", "memory", "endpoints", "count"):
            check.integer(name, getattr(self, name), minimum=0)

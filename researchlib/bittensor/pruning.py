"""Who has to go when there is no place left: a neuron of a full subnet, or a subnet of the full network.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/subnets/registration.rs (neurons) and coinbase/root.rs
(subnets).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from researchlib.bittensor.fixed import U16
from researchlib.bounds import Count, Number, checked

__all__ = ["Neuron", "NeuronPruningParameters", "Subnet", "subnet_to_prune", "uid_to_prune"]


@checked
@dataclass(frozen=True)
class NeuronPruningParameters:
    """What protects a neuron: immunity for a period of blocks after its registration.

    As long as no more than ``min_non_immune_uids`` neurons are without immunity, an immune one goes.
    """

    network: ClassVar[str] = "bittensor"

    immunity_period: Count
    min_non_immune_uids: Count


@checked
@dataclass(frozen=True)
class Neuron:
    """A neuron as the rule sees it.

    `emission` is its last one (any unit, they are compared), `registered_block` a height; `protected` marks the keys of
    the subnet's owner that cannot be replaced.
    """

    uid: U16
    emission: Count
    registered_block: Count
    protected: bool = False


@checked
@dataclass(frozen=True)
class Subnet:
    """A subnet as the rule sees it.

    `score` is its moving alpha price (emission share before dynamic TAO); `added` is false for a place that is free.
    """

    netuid: U16
    registered_at: Count
    score: Number
    added: bool = True


@checked
def uid_to_prune(neurons: Sequence[Neuron], current_block: Count, parameters: NeuronPruningParameters) -> int | None:
    """Return the uid of the neuron that a registration in ``current_block`` replaces; None if all are protected.

    Of all ``neurons`` of the full subnet it is the one with the lowest emission in the last epoch, then the earliest
    registration, then the lowest uid; immune ones only if few are not immune. Raises ValueError for one uid given
    twice.

    >>> rules = NeuronPruningParameters(immunity_period=5000, min_non_immune_uids=0)
    >>> uid_to_prune([Neuron(0, 7, 0), Neuron(1, 5, 0), Neuron(2, 0, 9000)], 10_000, rules)
    1
    """
    _once("uid", [neuron.uid for neuron in neurons])
    candidates = sorted(
        (neuron for neuron in neurons if not neuron.protected), key=lambda n: (n.emission, n.registered_block, n.uid)
    )
    immune: list[Neuron] = []
    free: list[Neuron] = []
    for neuron in candidates:
        # a registration dated ahead of the current block is immune, as one of this block is
        age = max(current_block - neuron.registered_block, 0)
        (immune if age < parameters.immunity_period else free).append(neuron)
    chosen = free if len(free) > parameters.min_non_immune_uids else immune
    return chosen[0].uid if chosen else None


@checked
def subnet_to_prune(subnets: Sequence[Subnet], current_block: Count, network_immunity_period: Count) -> int | None:
    """Return the netuid of the subnet that a new one replaces in ``current_block``; None if all are immune.

    Of all ``subnets`` it has the lowest score, then the earliest registration, then the lowest netuid; root is never
    chosen, nor a subnet within ``network_immunity_period`` blocks of its registration. Raises ValueError for one netuid
    given twice.

    >>> subnet_to_prune([Subnet(1, 0, 0.02), Subnet(2, 0, 0.01), Subnet(3, 900_000, 0.0)], 1_000_000, 864_000)
    2
    """
    _once("netuid", [subnet.netuid for subnet in subnets])
    old = [
        s for s in subnets if s.added and s.netuid != 0 and current_block >= s.registered_at + network_immunity_period
    ]
    return min(old, key=lambda s: (s.score, s.registered_at, s.netuid)).netuid if old else None


def _once(name: str, numbers: Sequence[int]) -> None:
    twice = {number for number in numbers if numbers.count(number) > 1} if len(set(numbers)) < len(numbers) else set()
    if twice:
        raise ValueError(f"{name}: {sorted(twice)} given more than once, each once allowed")

"""Who has to go when there is no place left: a neuron of a full subnet, or a subnet of the full network.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/subnets/registration.rs (neurons) and coinbase/root.rs
(subnets).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from researchlib import _validate as check

__all__ = ["Neuron", "NeuronPruningParameters", "Subnet", "subnet_to_prune", "uid_to_prune"]


@dataclass(frozen=True)
class NeuronPruningParameters:
    """What protects a neuron.

    Parameters
    ----------
    immunity_period : int
        Blocks after its registration in which a neuron is immune.
    min_non_immune_uids : int
        As long as no more neurons than this are without immunity, an immune one goes.
    """

    network: ClassVar[str] = "bittensor"

    immunity_period: int
    min_non_immune_uids: int

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("immunity_period", self.immunity_period, minimum=0)
        check.integer("min_non_immune_uids", self.min_non_immune_uids, minimum=0)


@dataclass(frozen=True)
class Neuron:
    """A neuron as the rule sees it.

    `emission` is its last one (any unit, they are compared), `registered_block` a height; `protected` marks the keys of
    the subnet's owner that cannot be replaced.
    """

    uid: int
    emission: int
    registered_block: int
    protected: bool = False


@dataclass(frozen=True)
class Subnet:
    """A subnet as the rule sees it.

    `score` is its moving alpha price (emission share before dynamic TAO); `added` is false for a place that is free.
    """

    netuid: int
    registered_at: int
    score: float
    added: bool = True


def uid_to_prune(neurons: Sequence[Neuron], current_block: int, parameters: NeuronPruningParameters) -> int | None:
    """Return the neuron that a new registration replaces in a full subnet.

    Parameters
    ----------
    neurons : sequence of Neuron
        All neurons of the subnet.
    current_block : int
        Block of the registration.
    parameters : NeuronPruningParameters
        Immunity, and the floor of neurons without it.

    Returns
    -------
    int or None
        Uid of the neuron with the lowest emission in the last epoch (then the earliest registration, then the lowest
        uid), immune ones only if few are not immune; None if all are protected.

    Raises
    ------
    ValueError
        For a negative block or emission, or one uid given twice.

    Examples
    --------
    >>> rules = NeuronPruningParameters(immunity_period=5000, min_non_immune_uids=0)
    >>> uid_to_prune([Neuron(0, 7, 0), Neuron(1, 5, 0), Neuron(2, 0, 9000)], 10_000, rules)
    1
    """
    check.sequence("neurons", neurons, Neuron)
    check.instance("parameters", parameters, NeuronPruningParameters)
    current_block = check.integer("current_block", current_block, minimum=0)
    for neuron in neurons:
        check.integer("uid", neuron.uid, minimum=0, maximum=65_535)
        check.integer("registered_block", neuron.registered_block, minimum=0)
        check.integer("emission", neuron.emission, minimum=0)
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


def subnet_to_prune(subnets: Sequence[Subnet], current_block: int, network_immunity_period: int) -> int | None:
    """Return the subnet that a new one replaces once the limit is reached.

    Parameters
    ----------
    subnets : sequence of Subnet
        All subnets; root is never chosen.
    current_block : int
        Block of the registration.
    network_immunity_period : int
        Blocks after its registration in which a subnet is immune.

    Returns
    -------
    int or None
        Netuid of the subnet with the lowest score, then the earliest registration, then the lowest netuid; None if
        all are immune.

    Raises
    ------
    ValueError
        For a negative block, a score that is not finite, or one netuid given twice.

    Examples
    --------
    >>> subnet_to_prune([Subnet(1, 0, 0.02), Subnet(2, 0, 0.01), Subnet(3, 900_000, 0.0)], 1_000_000, 864_000)
    2
    """
    check.sequence("subnets", subnets, Subnet)
    current_block = check.integer("current_block", current_block, minimum=0)
    immunity = check.integer("network_immunity_period", network_immunity_period, minimum=0)
    for subnet in subnets:
        check.integer("netuid", subnet.netuid, minimum=0, maximum=65_535)
        check.integer("registered_at", subnet.registered_at, minimum=0)
        check.number("score", subnet.score)
    _once("netuid", [subnet.netuid for subnet in subnets])

    candidates = [s for s in subnets if s.added and s.netuid != 0 and current_block >= s.registered_at + immunity]
    if not candidates:
        return None
    return min(candidates, key=lambda s: (s.score, s.registered_at, s.netuid)).netuid


def _once(name: str, numbers: Sequence[int]) -> None:
    twice = {number for number in numbers if numbers.count(number) > 1} if len(set(numbers)) < len(numbers) else set()
    if twice:
        raise ValueError(f"{name}: {sorted(twice)} given more than once, each once allowed")

"""What lowers total issuance, by period.

To recycle TAO takes it out of issuance, so that it can be emitted again and the next halving comes later. To burn TAO
moves it to an account that nobody holds: issuance stays. Which payments are recycled changed several times.

Source: subtensor at v1.0.0, v1.1.4, v2.0.0, v3.3.10-380, v3.3.14-401 and pull request 3058.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from researchlib import _validate as check

__all__ = ["IssuanceChange", "RecyclingParameters", "issuance_change"]


@dataclass(frozen=True)
class RecyclingParameters:
    """Which payments leave total issuance in a period.

    Parameters
    ----------
    registration_fee_recycled : bool
        The fee for a neuron's place; since dynamic TAO it buys alpha instead.
    transaction_fee_recycled : bool
        Fees of transactions; in some periods the block author gets them.
    root_share_recycled : bool
        The share of emission that root validators voted to netuid 0 (never minted at all).
    subnet_lock_recycled : bool
        The part of a subnet's lock that does not enter its pool.
    unspent_emission_recycled : bool
        Emission that found no subnet to go to.
    """

    network: ClassVar[str] = "bittensor"

    registration_fee_recycled: bool
    transaction_fee_recycled: bool
    root_share_recycled: bool
    subnet_lock_recycled: bool
    unspent_emission_recycled: bool


class IssuanceChange(NamedTuple):
    """Change of total issuance in a period; all in one unit, rao or TAO."""

    emitted: float
    recycled: float
    net: float


def issuance_change(
    emission: float,
    parameters: RecyclingParameters,
    *,
    registration_fees: float = 0,
    transaction_fees: float = 0,
    root_share: float = 0,
    subnet_locks: float = 0,
    unspent_emission: float = 0,
) -> IssuanceChange:
    """Return how a period's payments change total issuance.

    Parameters
    ----------
    emission : float
        What the emission function allowed over the period, rao or TAO.
    parameters : RecyclingParameters
        The rules of the period.
    registration_fees, transaction_fees, subnet_locks : float
        Paid in the period, in the unit of the emission; of the locks only what did not enter a pool.
    root_share, unspent_emission : float
        Parts of the emission that went to netuid 0, or to nobody.

    Returns
    -------
    IssuanceChange
        Emitted, recycled (what the rules take out of it) and the difference; corrections by migrations are not in it.

    Raises
    ------
    ValueError
        For a negative amount, or parts of the emission above the emission.

    Examples
    --------
    >>> before_dynamic_tao = RecyclingParameters(True, True, True, False, False)
    >>> issuance_change(7200, before_dynamic_tao, registration_fees=800, root_share=1300)
    IssuanceChange(emitted=7200.0, recycled=2100.0, net=5100.0)
    """
    check.instance("parameters", parameters, RecyclingParameters)
    emission = check.number("emission", emission, minimum=0)
    amounts = {
        "registration_fees": (registration_fees, parameters.registration_fee_recycled),
        "transaction_fees": (transaction_fees, parameters.transaction_fee_recycled),
        "root_share": (root_share, parameters.root_share_recycled),
        "subnet_locks": (subnet_locks, parameters.subnet_lock_recycled),
        "unspent_emission": (unspent_emission, parameters.unspent_emission_recycled),
    }
    checked = {name: check.number(name, amount, minimum=0) for name, (amount, _) in amounts.items()}
    if checked["root_share"] + checked["unspent_emission"] > emission:
        raise ValueError(
            f"root_share, unspent_emission: {root_share!r} and {unspent_emission!r} given, "
            f"together at most the emission of {emission!r} allowed"
        )
    recycled = sum(checked[name] for name, (_, leaves) in amounts.items() if leaves)
    return IssuanceChange(emission, recycled, emission - recycled)

"""What lowers total issuance, by period.

To recycle TAO takes it out of issuance, so that it can be emitted again and the next halving comes later. To burn TAO
moves it to an account that nobody holds: issuance stays. Which payments are recycled changed several times.

Source: subtensor at v1.0.0, v1.1.4, v2.0.0, v3.3.10-380, v3.3.14-401 and pull request 3058.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from researchlib.bounds import Amount, checked

__all__ = ["IssuanceChange", "RecyclingParameters", "issuance_change"]


@checked
@dataclass(frozen=True)
class RecyclingParameters:
    """Which payments leave total issuance in a period: these are flags."""

    network: ClassVar[str] = "bittensor"

    registration_fee_recycled: bool  # for a neuron's place; since dynamic TAO the fee buys alpha instead
    transaction_fee_recycled: bool  # in some periods the block author gets these fees
    root_share_recycled: bool  # of the emission, voted to netuid 0 by root validators (never minted at all)
    subnet_lock_recycled: bool  # the part of a subnet's lock that does not enter its pool
    unspent_emission_recycled: bool  # emission that found no subnet to go to


class IssuanceChange(NamedTuple):
    """Change of total issuance in a period; all in one unit, rao or TAO."""

    emitted: float
    recycled: float
    net: float


@checked
def issuance_change(
    emission: Amount,
    parameters: RecyclingParameters,
    *,
    registration_fees: Amount = 0,
    transaction_fees: Amount = 0,
    root_share: Amount = 0,
    subnet_locks: Amount = 0,
    unspent_emission: Amount = 0,
) -> IssuanceChange:
    """Return what a period emitted and recycled, and the difference; corrections by migrations are not in it.

    All are in one unit, rao or TAO. ``emission`` is what the emission function allowed; ``registration_fees``,
    ``transaction_fees`` and ``subnet_locks`` were paid, of the locks what did not enter a pool; ``root_share`` and
    ``unspent_emission`` are the parts of the emission that went to netuid 0, or to nobody. Raises ValueError for parts
    above the emission.

    >>> before_dynamic_tao = RecyclingParameters(True, True, True, False, False)
    >>> issuance_change(7200, before_dynamic_tao, registration_fees=800, root_share=1300)
    IssuanceChange(emitted=7200.0, recycled=2100.0, net=5100.0)
    """
    if root_share + unspent_emission > emission:
        raise ValueError(
            f"root_share, unspent_emission: {root_share!r} and {unspent_emission!r} given, "
            f"together at most the emission of {emission!r} allowed"
        )
    amounts = (
        (registration_fees, parameters.registration_fee_recycled),
        (transaction_fees, parameters.transaction_fee_recycled),
        (root_share, parameters.root_share_recycled),
        (subnet_locks, parameters.subnet_lock_recycled),
        (unspent_emission, parameters.unspent_emission_recycled),
    )
    recycled = sum(amount for amount, leaves in amounts if leaves)
    return IssuanceChange(emission, recycled, emission - recycled)

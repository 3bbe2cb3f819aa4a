"""The ends of what lists, tuples and dataclasses hold: the last value inside is taken, the first outside is refused.

``tests/test_domains.py`` looks at the arguments themselves; here are the numbers that an argument carries within.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from researchlib.bittensor import alpha, burn, permits, pool, pruning, schedule

RULES = pruning.NeuronPruningParameters(5, 0)


def prices(**change: Any) -> burn.BurnParameters:
    usual: dict[str, Any] = {"burn_half_life": 360, "burn_increase_mult": Fraction(2), "min_burn_rao": 5}
    return burn.BurnParameters(**usual | {"max_burn_rao": 10} | change)


ENDS: dict[str, tuple[Callable[[Any], object], list[Any], list[Any]]] = {
    "moving_alpha": (
        lambda n: alpha.MovingPriceParameters(n, 0),
        [0, 1],
        [Fraction(-1, 10**6), Fraction(10**6 + 1, 10**6)],
    ),
    "ema_price_halving_blocks": (lambda n: alpha.MovingPriceParameters(1, n), [0], [-1]),
    "start_block": (lambda n: burn.burn_path(9, [], prices(), start_block=n), [0], [-1]),
    "events": (lambda n: burn.burn_path(9, [("block", n)], prices()), [0], [-1]),
    "max_burn_rao": (lambda n: prices(max_burn_rao=n), [5, 2**64 - 1], [4, 2**64]),
    "burn_half_life": (lambda n: burn.equilibrium_registrations_per_day(prices(burn_half_life=n)), [1], [0]),
    "burn_increase_mult": (
        lambda n: burn.equilibrium_registrations_per_day(prices(burn_increase_mult=n)),
        [Fraction(10**6 + 1, 10**6)],
        [1],
    ),
    "blocks_per_day": (
        lambda n: burn.equilibrium_registrations_per_day(prices(), blocks_per_day=n),
        [1e-6],
        [0],
    ),
    "block": (lambda n: permits.active([5], n, 9), [0, 2**64 - 1], [-1, 2**64]),
    "activity_cutoff": (lambda n: permits.active([5], 9, n), [0, 2**64 - 1], [-1, 2**64]),
    "k": (lambda n: permits.top_k([5], n), [0], [-1]),
    "max_allowed_validators": (lambda n: permits.validator_permits([5], n), [0], [-1]),
    "owner_uid": (lambda n: permits.validator_permits([5], 1, n), [0], [-1]),
    "quote_weight": (
        lambda n: pool.Pool(1, 1, n),
        [pool.MIN_WEIGHT, pool.WEIGHT_ONE - pool.MIN_WEIGHT],
        [pool.MIN_WEIGHT - 1, pool.WEIGHT_ONE - pool.MIN_WEIGHT + 1],
    ),
    "uid": (lambda n: pruning.uid_to_prune([pruning.Neuron(n, 0, 0)], 9, RULES), [0, 65_535], [-1, 65_536]),
    "emission": (lambda n: pruning.uid_to_prune([pruning.Neuron(1, n, 0)], 9, RULES), [0], [-1]),
    "registered_block": (lambda n: pruning.uid_to_prune([pruning.Neuron(1, 0, n)], 9, RULES), [0], [-1]),
    "netuid": (lambda n: pruning.subnet_to_prune([pruning.Subnet(n, 0, 0.0)], 9, 5), [0, 65_535], [-1, 65_536]),
    "registered_at": (lambda n: pruning.subnet_to_prune([pruning.Subnet(1, n, 0.0)], 9, 5), [0], [-1]),
    "split_u16": (lambda n: schedule.mechanism_split(9, 2, [n]), [0, 65_535], [-1, 65_536]),
}


@pytest.mark.parametrize("name", ENDS)
def test_numbers_within_end_where_they_should(name: str) -> None:
    call, taken, refused = ENDS[name]
    for value in taken:
        call(value)
    for value in refused:
        with pytest.raises(ValueError, match=f"{name}: .* given"):
            call(value)

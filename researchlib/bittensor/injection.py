"""What a block puts into a subnet's pool: TAO and alpha, and TAO that buys alpha from the pool.

The share of the block emission that falls to a subnet goes into its pool together with alpha of the same worth, up to
a cap on the alpha. What the cap leaves over buys alpha. The cap changed five times.

Source: subtensor, pallets/subtensor/src/coinbase/run_coinbase.rs (get_subnet_terms) at v2.0.8, v3.2.3, v3.2.10-334,
v3.4.0-411 and 14bc6f9f964b.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, NamedTuple

from researchlib.bittensor.fixed import U64, U96F32, ExactAmount
from researchlib.bounds import checked, one_of

__all__ = ["CAP_RULES", "InjectionTerms", "injection_terms"]

CAP_RULES = (
    "unscaled_alpha_emission",
    "price_below_share",
    "alpha_emission",
    "min_alpha_tao_block",
    "root_proportion",
)
"""The rules in the order in which they were in force, as the parameter `injection_rule` names them."""


class InjectionTerms(NamedTuple):
    """Amounts of one block, rao and alpha-rao with 32 fraction bits; what is booked is their whole part."""

    alpha_in_rao: Fraction
    tao_in_rao: Fraction
    alpha_out_rao: Fraction
    excess_tao_rao: Fraction


@checked
def injection_terms(
    rule: Annotated[str, one_of(*CAP_RULES)],
    tao_emission_rao: ExactAmount,
    price: ExactAmount,
    alpha_emission_rao: U64,
    *,
    tao_block_emission_rao: U64 | None = None,
    root_proportion: ExactAmount | None = None,
) -> InjectionTerms:
    """Return alpha and TAO into a pool in a block, alpha created outside it, and the TAO that buys alpha.

    ``tao_emission_rao`` is the subnet's part of the block emission, ``price`` its spot price in TAO per alpha,
    ``alpha_emission_rao`` what the block creates for miners and validators, from the subnet's alpha issuance. Under the
    ``rule`` `price_below_share` or `min_alpha_tao_block` the emission of the whole block, ``tao_block_emission_rao``,
    is needed, under `root_proportion` root's proportion of the subnet. Raises ValueError where that is missing.

    >>> terms = injection_terms("alpha_emission", 2 * 10**7, 0.0078125, 10**9)
    >>> [int(amount) for amount in terms]
    [1000000000, 7812500, 1000000000, 12187500]
    """
    grid = U96F32
    if tao_block_emission_rao is None and rule in ("price_below_share", "min_alpha_tao_block"):
        raise ValueError(f"tao_block_emission_rao: None given, an amount allowed under the rule {rule}")
    if root_proportion is None and rule == "root_proportion":
        raise ValueError("root_proportion: None given, a number allowed under the rule of that name")
    tao, spot = grid.parse("tao_emission_rao", tao_emission_rao), grid.parse("price", price)
    created, block = alpha_emission_rao * grid.one, (tao_block_emission_rao or 0) * grid.one

    if rule == "unscaled_alpha_emission":
        alpha_in = min(grid.divide(tao, spot), created) if spot else created
        tao_in = tao
    elif rule == "price_below_share":
        if spot < grid.divide(tao, block):
            alpha_in, tao_in = created, grid.multiply(spot, block)
        else:
            alpha_in, tao_in = grid.divide(tao, spot), tao
    else:
        cap = created
        if rule == "min_alpha_tao_block":
            cap = min(created, block)
        elif rule == "root_proportion":
            cap = grid.multiply(grid.parse("root_proportion", root_proportion), created)
        alpha_in, tao_in = grid.divide(tao, spot), tao
        if alpha_in > cap:
            alpha_in, tao_in = cap, grid.multiply(cap, spot)
    excess = grid.subtract(tao, tao_in)
    return InjectionTerms(*(grid.to_fraction(amount) for amount in (alpha_in, tao_in, created, excess)))

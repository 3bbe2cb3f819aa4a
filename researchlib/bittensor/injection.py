"""What a block puts into a subnet's pool: TAO and alpha, and TAO that buys alpha from the pool.

The share of the block emission that falls to a subnet goes into its pool together with alpha of the same worth, up to
a cap on the alpha. What the cap leaves over buys alpha. The cap changed five times.

Source: subtensor, pallets/subtensor/src/coinbase/run_coinbase.rs (get_subnet_terms) at v2.0.8, v3.2.3, v3.2.10-334,
v3.4.0-411 and 14bc6f9f964b.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from researchlib import _validate as check
from researchlib.bittensor.fixed import U64_MAXIMUM, U96F32, Number

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


def injection_terms(
    rule: str,
    tao_emission_rao: Number,
    price: Number,
    alpha_emission_rao: int,
    *,
    tao_block_emission_rao: int | None = None,
    root_proportion: Number | None = None,
) -> InjectionTerms:
    """Return what a block puts into a subnet's pool, and the TAO that buys alpha.

    Parameters
    ----------
    rule : str
        One of `CAP_RULES`.
    tao_emission_rao : number
        The subnet's part of the block emission, in rao.
    price : number
        Spot price, TAO per alpha.
    alpha_emission_rao : int
        Alpha that the block creates for miners and validators, from the subnet's alpha issuance.
    tao_block_emission_rao : int, optional
        Emission of the whole block, for the rules `price_below_share` and `min_alpha_tao_block`.
    root_proportion : number, optional
        Root's proportion of the subnet, for the rule `root_proportion`.

    Returns
    -------
    InjectionTerms
        Alpha and TAO into the pool, alpha created outside it, TAO that buys alpha.

    Raises
    ------
    ValueError
        For an unknown rule, a negative amount or price, or a rule whose extra argument is missing.

    Examples
    --------
    >>> terms = injection_terms("alpha_emission", 2 * 10**7, 0.0078125, 10**9)
    >>> [int(amount) for amount in terms]
    [1000000000, 7812500, 1000000000, 12187500]
    """
    rule = check.one_of("rule", rule, CAP_RULES)
    grid = U96F32
    tao = grid.parse("tao_emission_rao", tao_emission_rao, minimum=0)
    spot = grid.parse("price", price, minimum=0)
    created = check.integer("alpha_emission_rao", alpha_emission_rao, minimum=0, maximum=U64_MAXIMUM) * grid.one
    # what the rule does not use may be left out, but not be wrong
    block = share = 0
    if tao_block_emission_rao is not None or rule in ("price_below_share", "min_alpha_tao_block"):
        block = check.integer("tao_block_emission_rao", tao_block_emission_rao, minimum=0, maximum=U64_MAXIMUM)
        block *= grid.one
    if root_proportion is not None or rule == "root_proportion":
        share = grid.parse("root_proportion", root_proportion, minimum=0)

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
            cap = grid.multiply(share, created)
        alpha_in, tao_in = grid.divide(tao, spot), tao
        if alpha_in > cap:
            alpha_in, tao_in = cap, grid.multiply(cap, spot)
    excess = grid.subtract(tao, tao_in)
    return InjectionTerms(*(grid.to_fraction(amount) for amount in (alpha_in, tao_in, created, excess)))

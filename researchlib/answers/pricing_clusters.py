"""io.net's clusters: how many GPUs were ready, which requests can be met, what they cost, and what failures do."""

from __future__ import annotations

import pandas as pd

from researchlib.results import Answer, Found

__all__ = ["answer", "cost", "failures", "met"]


def answer(found: Found) -> Answer:
    """Say what was ready, what an assumed fleet meets and costs, on what that hangs, the fees, and the failures."""
    size, spread = f"{found['cluster']} GPUs", found["price_spread"]
    sentence = (
        f"In {found['ready_on']} {found['ready']} GPUs ({found['ready_share']} of all that had signed up) were ready "
        "for a cluster; which requests they meet at what price is not published, and follows from assumptions"
    )
    price = "No cluster of this size can be formed in the assumed fleet: its price is not known."
    if "price_over_list" in found:
        price = (
            f"A cluster of {size} costs {found['price_over_list']} of the list price if the cheapest devices go first "
            f"and log prices spread by {spread}, both assumed: without spread it costs the list price, and where price "
            f"does not decide {found['any_over_list']} of it."
        )
    bullets = (
        f"Of requests for {size} an assumed fleet of {found['devices']} devices meets {found['met_any']} if only the "
        f"model matters, {found['met_tier3']} with a fast connection, {found['met_country']} in the US as well, and "
        f"{found['met_supplier']} from one supplier there.",
        price,
        f"Of what a renter pays the network keeps {found['kept_usdc']} in USDC and {found['kept_io']} in IO; the "
        f"documented example order costs {found['screen_total']} with fees.",
        f"With {found['failure_hours']} between failures of a device, {found['unbroken']} of runs of {found['run']} on "
        f"{found['cluster']} devices see none; at {found['half_life']} it is half. Saving states keeps "
        f"{found['useful']} of the time useful.",
    )
    return Answer(sentence + ".", bullets)


def met(table: pd.DataFrame, size: int) -> str:
    """Say what share of requests of a size each filter leaves, with its interval."""
    said = [
        f"{name} {row['value']:.0%} [{row['low']:.0%}, {row['high']:.0%}]"
        for name, row in pd.DataFrame(table.xs(size, level="size")).iterrows()
    ]
    return f"Requests for {size} GPUs met: {'; '.join(said)}."


def cost(table: pd.DataFrame) -> str:
    """Say at what spread of prices the choice of the cheapest begins to matter by a tenth of the list price."""
    gain = table["any device"] - table["cheapest first"]
    large = gain[gain >= 0.1]
    if gain.dropna().empty:
        return "No cluster of this size can be formed."
    if large.empty:
        return "Choosing the cheapest saves less than a tenth of the list price at every spread tried."
    return f"Choosing the cheapest saves a tenth of the list price or more from a spread of {large.index[0]:g} on."


def failures(unbroken: pd.DataFrame, size: int) -> str:
    """Say what share of runs see no failure at a size, by the hours between failures."""
    said = [f"{share:.0%} at {hours:,.0f} h" for hours, share in unbroken.loc[size].items()]
    return f"Of runs on {size} devices {', '.join(said)} see no failure."

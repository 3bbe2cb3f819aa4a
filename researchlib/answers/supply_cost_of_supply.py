"""Cost of a GPU-hour: whether letting a GPU on Akash pays its purchase, and on what that hangs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found

__all__ = ["answer", "bids_against_cost", "moved_most", "pays_from", "situations", "turns_at", "validation"]


def answer(found: Found) -> Answer:
    """Count the GPUs whose purchase would pay, and say where the verdict turns and how the model fares on a check."""
    priced, earning = float(found["gpus_priced"]), float(found["gpus_earning_bought"])
    verdict = "Mostly" if earning > priced / 2 else "For few" if earning else "For none"
    sentence = (
        f"{verdict}: of the {words.count(priced, 'GPU')} on Akash with a known price on {found['day']}, "
        f"{found['gpus_earning_bought']} would pay their purchase, {_terms(found)}."
    )
    bullets = [_turn(found)]
    if found["later_day"].value != found["day"].value:
        turned = (earning > priced / 2) != (float(found["later_paying"]) > 0.5)
        bullets.append(
            f"{'It turned with bids and use' if turned else 'It did not turn'}: on {found['later_day']}, "
            f"{found['later_paying']} of the GPUs counted ({_models(found)}) would pay, {found['later_used']} of them "
            "rented."
        )
    said = [
        f"an {model} at {found[f'price_{name}']} ({found[f'price_{name}_date']}) from {found[f'break_even_{name}']}, "
        f"at a constant price from {found[f'break_even_{name}_flat']}"
        for name, model in (("h100", "H100"), ("h200", "H200"))
        if f"break_even_{name}" in found
    ]
    if said:
        bullets.append(f"Use of the calendar from which a purchase pays: {'; '.join(said)}.")
    if "h100_hosted" in found:
        bullets.append(
            f"A hosted H100 sold {found['utilisation']} of the time costs {found['h100_hosted']} an hour against a bid "
            f"of {found['h100_bid']}; one already owned {found['h100_idle']}, its electricity alone."
        )
    if "checked" in found:
        bullets.append(validation(found))
    return Answer(sentence, tuple(bullets))


def _terms(found: Found) -> str:
    decline = float(found["price_decline"])
    if not found["own_use"].value:
        price = "constant" if decline == 0 else "falling" if decline > 0 else "rising"
        return f"all sold {found['utilisation']} of the time at a {price} price"
    moves = "stays" if decline == 0 else f"{'falls' if decline > 0 else 'rises'} {abs(decline):.0%} a year"
    return f"at each model's own use that day and a price that {moves}"


def _models(found: Found) -> str:
    models = str(found["later_models"])
    return words.count(int(models), "model") if models.isdigit() else f"{models} only"


def _turn(found: Found) -> str:
    if "use_half_earns" not in found:
        return "At these bids no use of the calendar would let half of them pay."
    return (
        f"What it hangs on: half of them would pay if all were sold {found['use_half_earns']} of the time or more"
        + (f", {found['use_half_earns_flat']} if prices held" if "use_half_earns_flat" in found else "")
        + f"; on the day {found['used_share']} were rented."
    )


def validation(found: Found) -> str:
    """Hold the cost sold all the time against what operators stated: all below is a bias, and said so."""
    names = [name for name in found if name.startswith("ours_over_stated_")]
    ratios = [float(found[name]) for name in names]
    said = words.listed([f"{found[name]} for {found[name].label.rpartition(', ')[2]}" for name in names])
    if all(ratio < 1 for ratio in ratios) and len(ratios) > 1:
        verdict = "all below: a bias, so true costs may be higher"
    elif all(ratio > 1 for ratio in ratios) and len(ratios) > 1:
        verdict = "all above: a bias, so true costs may be lower"
    else:
        verdict = "on both sides"
    return f"Against the cost that operators stated in {found['checked']} the model gives {said}: {verdict}."


def pays_from(even: pd.Series) -> str:
    """List the break-even use of some cards."""
    texts = [f"{name} {_percent(use)}" for name, use in even.items()]
    return f"Pays from a use of: {', '.join(texts)}."


def _percent(use: float) -> str:
    return "never" if np.isinf(use) else f"{use:.0%}" if use <= 1 else "more than all hours"


def situations(hour: pd.Series, bid: pd.Series) -> str:
    """Say which of some situations the bid pays for."""
    paid = [str(name) for name in hour.index if hour[name] <= bid[name]]
    return f"The bid covers {len(paid)} of {len(hour)}: {words.listed(paid)}."


def moved_most(moved: pd.DataFrame, names: dict[str, str]) -> str:
    """Name the assumption with the widest swing and how far it moves the cost."""
    first = moved.iloc[0]
    low, high = sorted([first["at_low"], first["at_high"]])
    return f"Most: {names[str(moved.index[0])]}, from {low:.2f} to {high:.2f} USD an hour."


def bids_against_cost(table: pd.DataFrame) -> str:
    """Count models whose bid covers the cost of a purchase, and of power alone."""
    sold = table[table["cost"].notna()]
    bought, idle = int((sold["bid"] >= sold["cost"]).sum()), int((sold["bid"] >= sold["idle"]).sum())
    none = len(table) - len(sold)
    return (
        f"In the first year the bid covers a purchase for {bought} of {words.count(len(sold), 'model')} and the "
        f"electricity for {idle}" + (f"; {none} sold no hour." if none else ".")
    )


def turns_at(table: pd.DataFrame, use: float) -> str:
    """Count the GPUs whose break-even use a common use reaches."""
    reached = table.loc[table["even"] <= use, "count"].sum()
    return f"At {use:.0%} use for all, {reached:,.0f} of {words.count(table['count'].sum(), 'GPU')} would pay."

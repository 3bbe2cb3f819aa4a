"""TAO: when its emission halves, what was judged before, and what happened."""

from __future__ import annotations

import pandas as pd

from researchlib.answers import words
from researchlib.results import Answer, Found, Result

__all__ = ["answer", "beside", "by_removal", "missing", "what_came", "words_of"]

NAMES = {1: "first", 2: "second", 3: "third"}


def answer(found: Found) -> Answer:
    """Give the next halving as judged on the day, what came of it, and the one still to come."""
    number = int(float(found["halving"]))
    name = NAMES.get(number, f"{number}th")
    date = found["halving_date"]
    due = f"As known on {found['as_of']}, TAO's {name} halving {'was' if 'error_days' in found else 'is'} due on {date}"
    interval = f" ({found['coverage']} interval: {found['halving_low']} to {_high(found, 'halving')})"
    if "halving_high" in found and str(found["halving_low"]) == str(found["halving_high"]):
        interval = ", with no doubt allowed about what leaves issuance"
    came = ""
    if "error_days" in found:
        came = f"; it came on {found['first_halving']}"
        ours, bare = abs(float(found["error_days"])), abs(float(found["clock_error_days"]))
        if bare < ours:
            due = f"Assuming no recycling at all would have been nearer: {due[0].lower()}{due[1:]}"
    elif "second_halving_date" in found and number != 2:
        came = f"; the second is due on {found['second_halving_date']}"
    sentence = f"{due}{interval}{came}."
    return Answer(sentence, tuple(_bullets(found, number)))


def _bullets(found: Found, number: int) -> list[str]:
    record = (
        f"Over {found['origins']} monthly dates before the first halving, which rest on {found['distinct_forecasts']} "
        f"different readings, this method missed by {found['mean_error_days']} on average and a clock that leaves "
        f"recycling out by {found['clock_mean_error_days']}: "
    )
    better = words.compared(
        found["mean_error_days"],
        found["clock_mean_error_days"],
        "the trivial rule was better",
        "the method was better",
        "no difference",
    )
    bullets = [f"{record}{better}. There is one outcome, so this proves little."]
    if "error_days" in found:
        held = "holds" if found["inside_interval"].value else "misses"
        bullets.append(
            f"From this day's knowledge the method is {_off(found['error_days'])} and the clock "
            f"{_off(found['clock_error_days'])}; the interval {held} what came."
        )
    if found["removal_known"].value == "history":
        bullets.append(
            f"Issuance stood at {found['known_issuance']} and of the {found['emitted_per_day']} that a day creates "
            f"{found['recycled_per_day']} a day are expected to go missing, as over the window before."
        )
    elif found["removal_known"].value == "given":
        bullets.append(
            f"Issuance stood at {found['known_issuance']}; {found['recycled_per_day']} a day leaving it is an "
            f"assumption of this run."
        )
    else:
        bullets.append(
            f"Not known: how much leaves issuance. One reading ({found['known_issuance']}) shows no growth, so any "
            f"share up to {found['most_recycled']} of emission counts as equally likely."
        )
    if number != 2 and "second_halving_date" in found:
        bullets.append(
            f"The second halving, from all readings to {found['newest_reading']}: {found['second_halving_date']}, "
            f"{found['coverage']} interval {found['second_halving_low']} to {_high(found, 'second_halving')}."
        )
    elif "no_recycling_date" in found:
        bullets.append(f"If nothing left issuance any more it would come on {found['no_recycling_date']}.")
    return bullets


def _high(found: Found, name: str) -> str:
    """Return the later end of an interval; where none is recorded it lies more than a century ahead."""
    return str(found[f"{name}_high"]) if f"{name}_high" in found else "more than a century later"


def _off(days: Result | float) -> str:
    value = int(float(days))
    return f"{words.count(abs(value), 'day')} {'late' if value > 0 else 'early'}" if value else "right to the day"


def missing(table: pd.DataFrame) -> str:
    """Say between what shares of emission went missing, and in which stretch least and most."""
    if table.empty:
        return "Not known: there is one reading, so nothing can have gone missing between two."
    least, most = table.sort_values("share").iloc[[0, -1]].to_dict("records")
    if len(table) == 1:
        return f"{most['share']:.0%} of emission went missing, {most['missing a day']:,.0f} TAO a day."
    return (
        f"Between {least['share']:.0%} of emission (to {least['to']:%B %Y}) and {most['share']:.0%} "
        f"(to {most['to']:%B %Y}) went missing."
    )


def what_came(later: pd.DataFrame, ahead: pd.DataFrame) -> str:
    """Say how many readings came later, and how many of them lay inside the interval drawn."""
    if later.empty:
        return "No later reading on the way to this halving is known."
    row = ahead.index.searchsorted(pd.DatetimeIndex(later["date"])).clip(max=len(ahead) - 1)
    value = later["value"].to_numpy(float)
    slack = 0.002 * value  # the drawn path has steps
    inside = (ahead["low"].to_numpy()[row] - slack <= value) & (value <= ahead["high"].to_numpy()[row] + slack)
    return f"Of {words.count(len(later), 'later reading')} before the halving {inside.sum()} lay inside the interval."


def beside(dates: pd.Series, happened: pd.Timestamp | None) -> str:
    """Name the date nearest to what happened among several, or say that nothing has happened yet."""
    if happened is None:
        return f"The dates lie between {dates.min():%B %Y} and {dates.max():%B %Y}; none has come yet."
    off = (dates - happened).abs()
    days = words.count(round(off.min() / pd.Timedelta(days=1)), "day")
    return f"Nearest to what happened: {off.idxmin()}, {days} off."


def by_removal(removed: float, point: pd.Timestamp, bare: pd.Timestamp) -> str:
    """Say by how much a removal moves the halving, against none."""
    days = round((point - bare) / pd.Timedelta(days=1))
    return f"{removed:,.0f} TAO a day missing put it on {words_of(point)}, {words.count(days, 'day')} later than none."


def words_of(day: pd.Timestamp) -> str:
    """Return a day as text."""
    return f"{day.day} {day:%B %Y}"

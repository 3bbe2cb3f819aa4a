"""The table of a sweep: a row a run, columns of one type, written as a column file and as text."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from researchlib.declared import Value
from researchlib.runs import store
from researchlib.runs.execute import Outcome, Task

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_csv", "column", "load_libraries", "tabulate", "write"]


def load_libraries() -> None:
    """Import what the table needs, ahead of time: it takes longer than many a run."""
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401


def as_csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV for spreadsheets: an apostrophe stands before texts they would take for formulas."""
    import pandas as pd

    texts = {
        str(name): frame[name].str.replace(r"^(?=[=+\-@\t\r\n])", "'", regex=True)
        for name in frame
        if pd.api.types.is_string_dtype(frame[name])
    }
    return frame.assign(**texts).to_csv(index=False)


def write(frame: pd.DataFrame, folder: Path) -> None:
    """Write ``results.parquet``, ``results.csv`` and ``units.csv``, each whole or not at all.

    Raises OSError if one cannot be written.
    """
    import pandas as pd

    parquet = io.BytesIO()
    frame.to_parquet(parquet, index=False)
    store.replace_file(folder / "results.parquet", parquet.getvalue())
    store.replace_file(folder / "results.csv", as_csv(frame))
    units = [frame.attrs["units"].get(name, "") for name in frame]
    store.replace_file(folder / "units.csv", pd.DataFrame([units], columns=frame.columns).to_csv(index=False))


def tabulate(tasks: Mapping[str, Task], done: Mapping[str, Outcome], defaults: Mapping[str, Value]) -> pd.DataFrame:
    """Return the table of a sweep, a row a task.

    ``tasks``, ``done``: by the name of the run; a task that is not done is tabulated as ``not_run``. ``defaults``: the
    notebook's parameters at their defaults. Returned is columns as `sweep.Sweep` tells; ``attrs["units"]`` has the unit
    of each result.
    """
    import pandas as pd

    own = ["status", "error", "attempts", "seconds", "state", "run", "notebook"]
    parameters = {name: f"parameter.{name}" if name in own else name for name in defaults}
    found = dict.fromkeys(name for outcome in done.values() for name in outcome.results)
    taken = {*own, *parameters.values()}
    results = {name: f"result.{name}" if name in taken else name for name in sorted(found)}
    units: dict[str, str] = {}
    rows = []
    for name, task in tasks.items():
        outcome = done.get(name, Outcome("not_run", "interrupted"))
        row: dict[str, Any] = {parameters[key]: value for key, value in {**defaults, **task.parameters}.items()}
        row |= {shown: outcome.results.get(key, {}).get("value") for key, shown in results.items()}
        units |= {results[key]: result["unit"] for key, result in outcome.results.items()}
        row |= {
            "status": outcome.status,
            "error": outcome.error,
            "attempts": outcome.attempts,
            "seconds": round(outcome.seconds, 3),
            "state": " ".join(digest[:8] for _, digest in sorted(outcome.state.items())),
            "run": name,
            "notebook": None if outcome.notebook is None else f"{store.RUNS}/{name}.ipynb",
        }
        rows.append(row)
    constant = [name for name in parameters.values() if len({row[name] for row in rows}) == 1]
    order = [*(name for name in rows[0] if name not in constant), *constant]
    frame = pd.DataFrame({name: column([row[name] for row in rows]) for name in order})
    frame.attrs["units"] = {name: units[name] for name in results.values()}
    return frame


def column(values: list[Any]) -> pd.Series:
    """Return a column of one type that a column file can hold; values of several types, or vast integers, as text."""
    import pandas as pd

    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} and all(value is None or abs(value) < 2**63 for value in values):
        return pd.Series(values, dtype="int64" if None not in values else "Int64")
    if kinds <= {bool}:
        return pd.Series(values, dtype="bool" if None not in values else "boolean")
    if kinds <= {int, float} and float in kinds:
        return pd.Series(values, dtype="float64")
    return pd.Series([value if value is None else str(value) for value in values], dtype="str")

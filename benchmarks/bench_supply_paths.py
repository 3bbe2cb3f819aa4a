"""Supply paths of Render and io.net, against NumPy drawing the same random numbers and the same model in radCAD.

Run: python benchmarks/bench_supply_paths.py [--radcad PYTHON] [--million NETWORK]

radCAD pins an old NumPy and needs an interpreter of its own:
    python -m venv radcadenv && radcadenv/bin/pip install radcad==0.14.0 typing_extensions
    python benchmarks/bench_supply_paths.py --radcad radcadenv/bin/python     (or RADCAD_PYTHON=radcadenv/bin/python)

Two comparisons, both on one thread. First, drivers drawn day by day, paths stepped, quantiles taken each year, against
the draws alone (standard normals of the same number, a row a day into one buffer). Second, with the drivers drawn
beforehand, path-days a second of the step against those of benchmarks/supply_paths_radcad.py, on fewer paths, as a path
costs radCAD the same however many there are; both must end at the same supply. Then growth with paths and with days.
``--million`` runs a million paths in a process of its own and prints the most memory that it held.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from measure import Ratio, conclude, medians, seconds, table

from researchlib import data
from researchlib.ionet import daily as ionet_daily
from researchlib.ionet.emission import EmissionParameters
from researchlib.ionet.engine import EngineParameters
from researchlib.ionet.supply import CalendarParameters as IonetClock
from researchlib.render import daily as render_daily
from researchlib.render.burn import PaymentParameters
from researchlib.render.calendar import CalendarParameters
from researchlib.render.emission import ScheduleParameters
from researchlib.tokens.drivers import Driver, GeometricBrownian, MeanReverting, rows
from researchlib.tokens.supply import Step, quantiles, simulate

PATHS, DAYS = 10_000, 3_650
RADCAD_PATHS = 20
ROUNDS = 5
MORE_PATHS = [(paths, 1_825) for paths in (1_000, 10_000, 100_000)]
MORE_DAYS = [(10_000, days) for days in (365, 3_650, 14_600)]
GROWTH_ROUNDS = 3
AT_MOST_DRAWS = 2
AT_LEAST_OVER_RADCAD = 1_000
AT_MOST_GROWTH = 2
AT_MOST_GIB = 2


class Case(NamedTuple):
    """A network's step, its state at day 0, its drivers, and the constants that radCAD's twin needs."""

    step: Step
    start: dict[str, float]
    drivers: dict[str, Driver]
    constants: dict[str, Any]


def render() -> Case:
    schedule = data.parameters(ScheduleParameters, "2025-10-22")
    clock = data.parameters(CalendarParameters, "2025-10-22")
    share = data.parameters(PaymentParameters, "2025-10-22").burn_share
    first = "2025-10-23"
    longest = max(days for _, days in MORE_DAYS)
    minted = render_daily.daily_emission(first, longest, schedule, clock, growth="perpetual")
    return Case(
        render_daily.step(first, longest, schedule, clock, share, growth="perpetual"),
        {"supply": 533e6, "burned": 0.0},
        {"price": GeometricBrownian(2.0, 0.0, 0.9), "revenue": GeometricBrownian(6_500.0, 0.2, 0.6)},
        {"minted": minted.tolist(), "share": float(share)},
    )


def ionet() -> Case:
    emission, clock = (data.parameters(cls, "2026-06-10") for cls in (EmissionParameters, IonetClock))
    engine = data.parameters(EngineParameters, "2026-06-11")
    first = "2026-06-11"
    return Case(
        ionet_daily.step(first, max(days for _, days in MORE_DAYS), emission, clock, engine, engine_from=first),
        {"supply": 569e6, "emitted": 69e6, "burned": 0.0},
        {
            "price": GeometricBrownian(0.18, 0.0, 1.0),
            "earnings": GeometricBrownian(30_000.0, 0.1, 0.6),
            "payout": MeanReverting(25_000.0, 25_000.0, 180, 0.3),
        },
        {"total": float(emission.total_emission), "share": float(engine.ide_burn_share_min)},
    )


CASES = {"render": render, "ionet": ionet}


def draw_only(columns: int) -> None:
    generator, row = np.random.default_rng(1), np.empty(PATHS)
    for _ in range(DAYS * columns):
        generator.standard_normal(out=row)


def simulated(case: Case, paths: int = PATHS, days: int = DAYS, workers: int = 1) -> None:
    years = list(range(0, days + 1, 365))
    kept = simulate(case.step, case.start, case.drivers, at=years, paths=paths, seed=1, workers=workers)
    quantiles(kept["supply"], years)


def drawn_before(case: Case) -> dict[str, np.ndarray]:
    """Return each driver as an array of days by paths."""
    generators = np.random.default_rng(2).spawn(len(case.drivers))
    drawn = {name: np.empty((DAYS, PATHS)) for name in case.drivers}
    for (name, driver), generator in zip(case.drivers.items(), generators, strict=True):
        for day, levels in enumerate(rows(driver, DAYS, PATHS, generator)):
            drawn[name][day] = levels
    return drawn


def stepped(case: Case, drawn: dict[str, np.ndarray]) -> np.ndarray:
    """Return the supply after the last day."""
    state = {name: np.full(PATHS, value) for name, value in case.start.items()}
    for day in range(DAYS):
        case.step(day + 1, state, {name: levels[day] for name, levels in drawn.items()})
    return state["supply"]


def radcad(python: str, network: str, case: Case, drawn: dict[str, np.ndarray], folder: Path) -> dict[str, Any]:
    model = {"network": network, "start": case.start, "drivers": list(drawn), "parameters": case.constants}
    (folder / "model.json").write_text(json.dumps(model))
    for name, levels in drawn.items():
        np.save(folder / f"{name}.npy", levels[:, :RADCAD_PATHS])
    script = Path(__file__).with_name("supply_paths_radcad.py")
    ran = subprocess.run([python, script, folder], check=True, capture_output=True, text=True)
    return json.loads(ran.stdout.splitlines()[-1])  # radCAD logs to stdout, too


def over_draws(network: str) -> tuple[str, int, float, float, float]:
    """Return the network, its drivers, seconds of the draws and of the paths, and their ratio."""
    case = CASES[network]()
    columns = len(case.drivers)
    simulated(case, paths=100)  # compiles
    time = medians(ROUNDS, {"draws": partial(seconds, draw_only, columns), "paths": partial(seconds, simulated, case)})
    return network, columns, time["draws"], time["paths"], time["paths"] / time["draws"]


def over_radcad(network: str, python: str) -> tuple[str, float, float, float]:
    """Return the network, millions of path-days a second here and in radCAD, and their ratio."""
    case = CASES[network]()
    drawn = drawn_before(case)
    ends = stepped(case, drawn)[:RADCAD_PATHS]
    with tempfile.TemporaryDirectory() as folder:

        def theirs() -> float:
            answer = radcad(python, network, case, drawn, Path(folder))
            np.testing.assert_allclose(answer["supply"], ends, rtol=1e-9)
            return answer["path_days"] / answer["seconds"] / 1e6

        rate = medians(ROUNDS, {"here": lambda: PATHS * DAYS / seconds(stepped, case, drawn) / 1e6, "radCAD": theirs})
    return network, rate["here"], rate["radCAD"], rate["here"] / rate["radCAD"]


def growth(network: str) -> tuple[str | float, ...]:
    """Return the network and nanoseconds a path-day for MORE_PATHS, then for MORE_DAYS."""
    case = CASES[network]()

    def side(paths: int, days: int) -> Callable[[], float]:
        return lambda: 1e9 * seconds(simulated, case, paths, days) / (paths * days)

    return network, *medians(GROWTH_ROUNDS, {size: side(*size) for size in (*MORE_PATHS, *MORE_DAYS)}).values()


def million(network: str) -> None:
    """Run a million paths in this process and print time and memory."""
    begin = time.perf_counter()
    simulated(CASES[network](), paths=1_000_000, workers=2)
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # KiB on Linux
    print(
        f"{network}: 1,000,000 paths x {DAYS:,} days, quantiles of {DAYS // 365 + 1} days: "
        f"{time.perf_counter() - begin:.0f} s, at most {gib:.2f} GiB (aim: below {AT_MOST_GIB})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--radcad", default=os.environ.get("RADCAD_PYTHON"), help="interpreter that has radCAD")
    parser.add_argument("--million", choices=CASES, help="only the memory of a million paths of one network")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.million and options.here:
        million(options.million)
        return
    if options.million:
        subprocess.run([sys.executable, __file__, "--million", options.million, "--here"], check=True)
        return
    print(f"{PATHS:,} paths x {DAYS:,} days, medians of {ROUNDS} rounds in seconds")
    columns = {"network": "<10", "drivers": "7", "draws": "7.2f", "paths": "7.2f", "paths / draws": "7.2f"}
    ratios = [
        Ratio(f"paths / draws, {network}", ratio, at_most=AT_MOST_DRAWS)
        for network, *_, ratio in table(columns, map(over_draws, CASES))
    ]
    if options.radcad:
        print("\ndrivers given, millions of path-days a second")
        columns = {"network": "<10", "here": "7.0f", "radCAD": "7.3f", "here / radCAD": "7.0f"}
        rows = table(columns, (over_radcad(network, options.radcad) for network in CASES))
        ratios += [Ratio(f"here / radCAD, {row[0]}", row[-1], at_least=AT_LEAST_OVER_RADCAD) for row in rows]
    else:
        print("\nradCAD is not compared: no --radcad")
    print(f"\ngrowth: nanoseconds a path-day, medians of {GROWTH_ROUNDS} rounds")
    sizes = [f"{paths:,} x {days:,}" for paths, days in (*MORE_PATHS, *MORE_DAYS)]
    for network, *cost in table({"paths x days": "<12"} | dict.fromkeys(sizes, "7.1f"), map(growth, CASES)):
        (_, less, more), (_, short, long) = cost[:3], cost[3:]
        ratios.append(Ratio(f"time a path-day, 10 times the paths, {network}", more / less, at_most=AT_MOST_GROWTH))
        ratios.append(Ratio(f"time a path-day, 4 times the days, {network}", long / short, at_most=AT_MOST_GROWTH))
    conclude("supply_paths", ratios, partial=not options.radcad)


if __name__ == "__main__":
    main()

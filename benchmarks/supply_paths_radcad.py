"""The daily supply steps written for radCAD: the other side of bench_supply_paths.py, run by its own interpreter.

A path is a run, a day a timestep. A policy computes the day, an update function stores each variable, as radCAD models
are written; the drivers of all days are read beforehand. One process, deepcopy and substeps off: its fastest setting.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from radcad import Engine, Model, Simulation
from radcad.backends import Backend


def render(p):
    minted, share = p["minted"], p["share"]

    def day(state, price, revenue):
        burned = min(revenue / price * share, state["supply"])
        return {
            "supply": state["supply"] + minted[state["timestep"]] - burned,
            "burned": state["burned"] + burned,
        }

    return day


def ionet(p):
    total, share = p["total"], p["share"]

    def day(state, price, earnings, payout):
        released = min(payout / price, total - state["emitted"])
        burned = min(max(earnings - payout, 0.0) * share / price, state["supply"])
        return {
            "supply": state["supply"] + released - burned,
            "emitted": state["emitted"] + released,
            "burned": state["burned"] + burned,
        }

    return day


NETWORKS = {"render": render, "ionet": ionet}


def main(folder: Path) -> None:
    given = json.loads((folder / "model.json").read_text())
    # one list of tuples a path: the quickest for Python to read from
    names = given["drivers"]
    drawn = np.stack([np.load(folder / f"{name}.npy") for name in names], axis=-1)
    paths = [[tuple(row) for row in path] for path in drawn.transpose(1, 0, 2).tolist()]
    step = NETWORKS[given["network"]](given["parameters"])

    def policy(_params, _substep, _history, state):
        return step(state, *paths[state["run"] - 1][state["timestep"]])

    def update(name):
        return lambda _params, _substep, _history, _state, signal: (name, signal[name])

    variables = {name: update(name) for name in given["start"]}
    model = Model(
        initial_state=dict(given["start"]),
        state_update_blocks=[{"policies": {"day": policy}, "variables": variables}],
        params={},
    )
    simulation = Simulation(model=model, timesteps=len(drawn), runs=len(paths))
    simulation.engine = Engine(
        backend=Backend.SINGLE_PROCESS, deepcopy=False, drop_substeps=True, raise_exceptions=False
    )
    begin = time.perf_counter()
    result = simulation.run()
    seconds = time.perf_counter() - begin
    last = [row["supply"] for row in result if row["timestep"] == len(drawn)]
    print(json.dumps({"seconds": seconds, "path_days": len(paths) * len(drawn), "supply": last}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Mutation testing of the rules and the methods: change the code a little, and see whether a test notices.

``make mutation`` tries a sample; ``make mutation SAMPLE=all`` tries every mutant. The session is a database of Cosmic
Ray (``cr-report build/mutation/session.sqlite`` shows it); the score goes to ``benchmarks/MUTATION.md`` and the README.
"""

from __future__ import annotations

import argparse
import ast
import gc
import hashlib
import json
import math
import multiprocessing
import multiprocessing.connection
import os
import pickle
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutants
import report
import trial
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "mutation"
COPIED = ("researchlib", "tests", "data", "docs", "benchmarks", "pyproject.toml")
#: seconds of tests a trial may take on the original; the shortest come first, the rest is left out
BUDGET = 10.0
#: seconds of processor time a trial may take beyond three times what its tests take; then the mutant counts as killed
PATIENCE = 15.0
#: a busy machine or a mutant that sleeps: seconds by the clock for each of processor time
BUSY = 20.0
FORK = multiprocessing.get_context("fork")


def _in_fork(connection: Any, function: Any, arguments: tuple[Any, ...]) -> None:
    os.setsid()  # so that a mutant's own processes end with it
    connection.send(function(*arguments))


def _end(process: Any) -> None:
    """End a fork and what it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:  # it does not lead a group yet
        process.kill()
    process.join()


def run_forked(calls: list[tuple[Any, Any, tuple[Any, ...], float]], jobs: int) -> Iterator[tuple[Any, Any]]:
    """Run each (key, function, arguments, seconds) in a fork of its own, ``jobs`` at a time.

    Yields key and result as they come; the result is None for a call that ran out of time or died.
    """
    waiting = calls[::-1]
    running: dict[Any, tuple[Any, Any, float]] = {}
    clock, last = 0.0, time.monotonic()  # a clock that stands still while this process is stopped
    while waiting or running:
        while waiting and len(running) < jobs:
            key, function, arguments, seconds = waiting.pop()
            here, there = FORK.Pipe(duplex=False)
            process = FORK.Process(target=_in_fork, args=(there, function, arguments))
            process.start()
            there.close()
            running[here] = (key, process, clock + seconds)
        ready = multiprocessing.connection.wait(list(running), timeout=0.2)
        now = time.monotonic()
        clock, last = clock + min(now - last, 1.0), now
        for here, (key, process, deadline) in list(running.items()):
            if here in ready or clock > deadline:
                try:
                    result = here.recv() if here in ready else None
                except EOFError:
                    result = None
                _end(process)
                here.close()
                del running[here]
                yield key, result


def copy_tree() -> Path:
    """Copy what the tests need, so that nobody's edits reach a session, and none of it reaches the work tree."""
    tree = BUILD / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree / name)
    return tree


def _fingerprint(target: list[str]) -> str:
    """Return a name for what a target's tests and the package are made of."""
    whole = hashlib.sha256(" ".join(target).encode())
    shared = ["tests/conftest.py", "tests/valid_calls", "tests/adapters", "tests/vectors", "data", "researchlib"]
    for place in map(Path, [*target, *shared]):
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and file.suffix != ".pyc" and not file.suffix.startswith(".nb"):
                whole.update(file.read_bytes())
    return whole.hexdigest()[:16]


def measure(wings: list[str], jobs: int) -> dict[str, Any]:
    """Run the tests of the wings on the original; return seconds by test, failures, and tests by file and line."""
    targets = [[f"tests/{wing}"] for wing in wings]
    targets += [
        ["tests/test_vectors.py"],
        ["tests/test_domains.py"],
        ["tests/test_bad_input.py"],
        [f"researchlib/{wing}" for wing in wings],
    ]
    kept = BUILD / "measured"
    kept.mkdir(exist_ok=True)
    files = {" ".join(target): kept / _fingerprint(target) for target in targets}
    calls = [
        (target, trial.baseline, (target, Path("researchlib"), BUILD / f"coverage.{number}"), 3600.0)
        for number, target in enumerate(targets)
        if not files[" ".join(target)].exists()
    ]
    for target, result in run_forked(calls, jobs):
        if result is None:
            raise RuntimeError(f"the tests of {' '.join(target)} did not end")
        files[" ".join(target)].write_bytes(pickle.dumps(result))
    merged: dict[str, Any] = {"seconds": {}, "failed": [], "reached": {}}
    for file in files.values():
        result = pickle.loads(file.read_bytes())
        merged["seconds"] |= result["seconds"]
        merged["failed"] += result["failed"]
        for file, lines in result["reached"].items():
            known = merged["reached"].setdefault(file, {})
            for line, tests in lines.items():
                known.setdefault(line, set()).update(test for test in tests if test)
    return merged


def _body(path: Path, line: int) -> tuple[int, int] | None:
    """Return the first and last line of the innermost function's body around a line."""
    bodies = [
        (node.body[0].lineno, node.end_lineno or 0)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    return max((body for body in bodies if body[0] <= line <= body[1]), default=None)


def tests_of(path: Path, line: int, measured: dict[str, Any]) -> list[dict[str, float]]:
    """Return batches of tests for a change of a line.

    Those of the mirrored file that reach it come first, then the others that do, then the rest of the mirrored file,
    which may use what another test has computed.
    """
    lines: dict[int, set[str]] = measured["reached"].get(str(path), {})
    body = _body(path, line)
    if body is None:  # constants and signatures: any test that enters the module
        reaching = set().union(*lines.values())
    else:  # an expression of many lines is noted at the line where it begins
        reaching = next((lines[at] for at in range(line, body[0] - 1, -1) if lines.get(at)), set())
    mirrored = {f"tests/{path.parent.name}/test_{path.stem.lstrip('_')}.py", str(path)}
    seconds: dict[str, float] = measured["seconds"]
    own = {test for test in seconds if test.split("::")[0] in mirrored}
    batches, left = [], BUDGET
    for tests in (reaching & own, reaching - own, own - reaching):
        batch = {}
        for test in sorted(tests & seconds.keys(), key=seconds.__getitem__):
            if (left := left - seconds[test]) < 0:
                break
            batch[test] = seconds[test]
        batches.append(batch)
    return batches


def attempt(item: WorkItem, batches: list[dict[str, float]], seconds: float) -> WorkResult:
    """Make the mutant and test it."""
    (mutation,) = item.mutations
    source = mutants.mutated_source(mutation)
    if not mutants.is_told_apart(mutation.module_path, source):
        return WorkResult(WorkerOutcome.SKIPPED, output="does not compile, or is the same program")
    diff = mutants.difference(mutation.module_path, source)
    killer = trial.run_tests(mutation.module_path, source, batches, math.ceil(seconds))
    outcome = TestOutcome.SURVIVED if killer is None else TestOutcome.KILLED
    return WorkResult(WorkerOutcome.NORMAL, output=killer, test_outcome=outcome, diff=diff)


def execute(database: WorkDB, items: list[WorkItem], measured: dict[str, Any], jobs: int) -> None:
    """Try the mutants and write each result into the session."""
    calls: list[tuple[Any, Any, tuple[Any, ...], float]] = []
    for item in items:
        (mutation,) = item.mutations
        batches = tests_of(mutation.module_path, mutation.start_pos[0], measured)
        patience = PATIENCE + 3 * sum(sum(batch.values()) for batch in batches)
        calls.append((item.job_id, attempt, (item, batches, patience), BUSY * patience))
    begun = time.monotonic()
    for done, (job, result) in enumerate(run_forked(calls, jobs), start=1):
        if result is None:
            result = WorkResult(WorkerOutcome.ABNORMAL, output="out of time", test_outcome=TestOutcome.KILLED)
        database.set_result(job, result)
        if done % 50 == 0 or done == len(calls):
            print(f"{done} of {len(calls)} mutants, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


def main() -> None:
    """Read the options, run the session, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", default="600", help="mutants of the rules, and of the methods, to try; or all")
    parser.add_argument("--methods", help="mutants of the methods to try, if not as many as of the rules")
    parser.add_argument("--seed", type=int, default=20261125, help="of the sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="trials at a time")
    parser.add_argument("--wings", nargs="+", default=[*report.RULES, *report.METHODS], help="folders of researchlib/")
    parser.add_argument("--again", action="store_true", help="try only the survivors of the last session again")
    parser.add_argument("--report", action="store_true", help="write the report of the last session again")
    options = parser.parse_args()
    session, summary = BUILD / "session.sqlite", BUILD / "summary.json"
    if not options.report:
        tree = copy_tree()
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        trial.preload()
        measured = measure(options.wings, options.jobs)
        with use_db(str(session)) as database:
            if options.again:
                again = [item for item, result in database.completed_work_items if not result.is_killed]
                again = [item for item in again if item.mutations[0].module_path.parent.name in options.wings]
            else:
                database.clear()
                again, population = [], {}
                for group in (report.RULES, report.METHODS):
                    wings = [wing for wing in group if wing in options.wings]
                    paths = [path for wing in wings for path in sorted(Path("researchlib", wing).glob("*.py"))]
                    items = list(mutants.all_mutants(paths))
                    for path in paths:
                        population[str(path)] = sum(item.mutations[0].module_path == path for item in items)
                    wanted = options.sample if group == report.RULES else options.methods or options.sample
                    count = len(items) if wanted == "all" else int(wanted)
                    again += mutants.sampled(items, count, options.seed)
                database.add_work_items(again)
                about = report.about(ROOT, options.sample, options.seed, population, measured["failed"])
                summary.write_text(json.dumps(about, indent=1), encoding="utf-8")
            gc.freeze()
            execute(database, again, measured, options.jobs)
    with use_db(str(session), WorkDB.Mode.open) as database:
        text = report.write(ROOT, json.loads(summary.read_text(encoding="utf-8")), database.completed_work_items)
    print(text)


if __name__ == "__main__":
    main()

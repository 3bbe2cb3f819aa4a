"""The score: how many mutants the tests kill, which survive and why; written into MUTATION.md and the README."""

from __future__ import annotations

import datetime
import math
import re
import subprocess
import textwrap
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.work_item import WorkerOutcome, WorkItem, WorkResult
from mutants import EXCLUDED

__all__ = ["METHODS", "RULES", "about", "write"]

RULES = ("akash", "render", "ionet", "bittensor")
METHODS = ("supply", "usage", "pricing", "tokens")
HERE = Path(__file__).parent
GAP = "no test tells it from the original yet"


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test killed."""

    module: str
    line: int
    was: str
    became: str
    reason: str
    equivalent: bool


@dataclass(frozen=True)
class Score:
    """Mutants there are, tried, and killed."""

    mutants: int
    tried: int
    killed: int

    @property
    def share(self) -> float:
        """Killed of tried."""
        return self.killed / self.tried if self.tried else math.nan

    def interval(self) -> tuple[float, float]:
        """Return Wilson's 95% interval of the share, for a sample of all mutants."""
        z, n, p = 1.959964, self.tried, self.share
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return middle - half, middle + half


def about(root: Path, sample: str, seed: int, population: dict[str, int], failed: list[str]) -> dict[str, Any]:
    """Return what the report has to say of a session beside its results."""
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = ""
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {
        "commit": commit,
        "date": day,
        "sample": sample,
        "seed": seed,
        "population": population,
        "left_out": failed,
    }


def _survivor(item: WorkItem, result: WorkResult, reasons: list[dict[str, Any]]) -> Survivor:
    (mutation,) = item.mutations
    lines = (result.diff or "").splitlines()
    was = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    became = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    module = str(mutation.module_path.relative_to("researchlib"))
    for entry in reasons:
        if (
            re.fullmatch(entry.get("module", ".*"), module)
            and re.search(entry.get("was", ""), was)
            and re.search(entry.get("became", ""), became)
        ):
            return Survivor(module, mutation.start_pos[0], was, became, entry["reason"], entry["equivalent"])
    return Survivor(module, mutation.start_pos[0], was, became, GAP, False)


def _scores(about: dict[str, Any], results: Iterable[tuple[WorkItem, WorkResult]]) -> dict[str, Score]:
    tried = [(item.mutations[0].module_path, result) for item, result in results if _counts(result)]
    scores = {}
    for module, mutants in about["population"].items():
        own = [result for path, result in tried if str(path) == module]
        scores[module] = Score(mutants, len(own), sum(result.is_killed for result in own))
    return scores


def _counts(result: WorkResult) -> bool:
    return result.worker_outcome is not WorkerOutcome.SKIPPED


def _total(scores: dict[str, Score], wings: Iterable[str]) -> Score:
    own = [score for module, score in scores.items() if module.split("/")[1] in wings]
    return Score(sum(s.mutants for s in own), sum(s.tried for s in own), sum(s.killed for s in own))


def _row(name: str, score: Score, survivors: list[Survivor], whole: bool) -> str:
    low, high = score.interval()
    chance = "" if whole else f"{low:.1%} to {high:.1%}"
    equal = sum(survivor.equivalent for survivor in survivors)
    return (
        f"| {name} | {score.mutants:,} | {score.tried:,} | {score.killed:,} | **{score.share:.1%}** | {chance} | "
        f"{len(survivors)} | {equal} | {score.killed / max(score.tried - equal, 1):.1%} |"
    )


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`"


def write(root: Path, about: dict[str, Any], results: Iterable[tuple[WorkItem, WorkResult]]) -> str:
    """Write ``benchmarks/MUTATION.md`` and the README's section; return the table of the scores."""
    results = list(results)
    reasons = tomllib.loads((HERE / "reasons.toml").read_text(encoding="utf-8"))["reason"]
    survivors = sorted(
        (_survivor(item, result, reasons) for item, result in results if _counts(result) and not result.is_killed),
        key=lambda survivor: (survivor.module, survivor.line, survivor.became),
    )
    scores = _scores(about, results)
    whole = about["sample"] == "all"

    def row(name: str, wings: Iterable[str]) -> str:
        own = [survivor for survivor in survivors if survivor.module.split("/")[0] in wings]
        return _row(name, _total(scores, wings), own, whole)

    head = [
        "| | Mutants | Tried | Killed | Score | 95% interval | Survived | of them equivalent | Score without those |",
        "|---|---:|---:|---:|---:|---|---:|---:|---:|",
    ]
    groups = [("Rules", RULES), ("Methods", METHODS)]
    groups = [(name, wings) for name, wings in groups if _total(scores, wings).tried]
    totals = [*head, *(row(name, wings) for name, wings in groups)]
    wings = [wing for _, group in groups for wing in group if _total(scores, [wing]).tried]
    parts = [*head, *(row(wing, [wing]) for wing in wings)]
    drawn = (
        "Every mutant was tried."
        if whole
        else f"A random sample was tried (seed {about['seed']}), of each module in proportion to its mutants; the "
        "interval is Wilson's. `make mutation SAMPLE=all` tries every mutant."
    )
    skipped = sum(not _counts(result) for _, result in results)
    late = sum(result.worker_outcome is WorkerOutcome.ABNORMAL for _, result in results)
    intro = (
        f"Written by `make mutation` on {about['date']}, at commit {about['commit'] or 'unknown'}. "
        "[Cosmic Ray](https://cosmic-ray.readthedocs.io) changes the code in one place; a change that no test notices "
        "has survived."
    )
    counted = (
        f"{drawn} {late} of the killed ran out of time or memory. {skipped} more were not counted: they do not "
        "compile, or are the same program as the original."
    )
    method = (
        "How it is done: each mutant is imported in a fork of its own, and the tests that reach the changed line run "
        "against it (the mirrored test file and the doctests first, then other tests of the wing, vectors, domains and "
        "bad inputs, up to ten seconds of tests). Compiled functions run as the Python they are written in. Hypothesis "
        "draws the same examples as in `make test`. Tests written against the survivors of one sample flatter that "
        "sample's score, so a score to be recorded after such tests takes a new seed."
    )
    lines = [
        "# Mutation testing",
        "",
        _wrapped(intro),
        "",
        *totals,
        "",
        _wrapped(counted),
        "",
        _wrapped(method),
        "",
        "Left out beforehand:",
        "",
        *(f"- {reason}" for reason in EXCLUDED.values()),
        "- whatever stands in an annotation or a decorator",
        *(
            f"- the test `{test}`, which does not pass on the original in this setting"
            for test in sorted(set(about["left_out"]))
        ),
        "",
        "## By network and theme",
        "",
        *parts,
        "",
        "## By module",
        "",
        *head[:1],
        *head[1:],
        *(
            _row(
                module.removeprefix("researchlib/"),
                score,
                [s for s in survivors if f"researchlib/{s.module}" == module],
                True,
            )
            for module, score in scores.items()
            if score.tried
        ),
        "",
        "## Survivors",
        "",
        "*Equivalent* means that no input can tell the mutant from the original.",
        "",
    ]
    for reason in sorted({survivor.reason for survivor in survivors}, key=lambda text: (text == GAP, text)):
        own = [survivor for survivor in survivors if survivor.reason == reason]
        kind = "Equivalent: " if own[0].equivalent else ""
        lines += [f"### {kind}{reason} ({len(own)})", ""]
        lines += [f"- {s.module}:{s.line} {_code(s.was)} → {_code(s.became)}" for s in own]
        lines.append("")
    (root / "benchmarks" / "MUTATION.md").write_text("\n".join(lines), encoding="utf-8")
    _into_readme(root / "README.md", about, groups, scores, survivors, whole)
    return "\n".join([*totals, "", *parts])


def _into_readme(
    path: Path,
    about: dict[str, Any],
    groups: list[tuple[str, tuple[str, ...]]],
    scores: dict[str, Score],
    survivors: list[Survivor],
    whole: bool,
) -> None:
    sentences = []
    for name, wings in groups:
        score = _total(scores, wings)
        low, high = score.interval()
        chance = "" if whole else f" (95% interval {low:.1%} to {high:.1%})"
        equal = sum(survivor.equivalent for survivor in survivors if survivor.module.split("/")[0] in wings)
        told_apart = score.killed / max(score.tried - equal, 1)
        without = f", {told_apart:.1%} without mutants that no input tells from the original" if equal else ""
        sentences.append(f"{score.share:.1%} of {score.tried:,} in the {name.lower()}{chance}{without}")
    kind = "every mutant" if whole else "a random sample"
    body = (
        "Mutation testing changes the code in one place and asks whether a test notices. "
        f"On {about['date']} the tests killed {', and '.join(sentences)}: {kind}; "
        "[benchmarks/MUTATION.md](benchmarks/MUTATION.md) lists the survivors with their reasons. "
        "`make mutation` measures it again."
    )
    section = f"## How good are the tests\n\n{_wrapped(body)}\n\n"
    text = path.read_text(encoding="utf-8")
    pattern = r"## How good are the tests\n.*?(?=^## )"
    if re.search(pattern, text, flags=re.DOTALL | re.MULTILINE):
        text = re.sub(pattern, lambda _: section, text, flags=re.DOTALL | re.MULTILINE)
    else:
        text = text.replace("## Cite\n", section + "## Cite\n", 1)
    path.write_text(text, encoding="utf-8")


def _wrapped(text: str, width: int = 140) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)

"""What the README says can be typed, and gives what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| .+? \| `(researchlib [^`]+)` \| (.+?) \|$", README, flags=re.MULTILINE)


def test_there_are_five_examples() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize(("command", "answer"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_example_gives_its_answer(command: str, answer: str, tmp_path: Path) -> None:
    arguments = shlex.split(command)[1:]
    place = ["--out", str(tmp_path / "out.ipynb")] if arguments[0] == "run" else ["--out", str(tmp_path)]
    done = subprocess.run(
        [Path(sys.executable).with_name("researchlib"), *arguments, *place],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer in done.stdout


def test_every_make_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, flags=re.MULTILINE))
    assert {"report", "test", "lab"} <= named
    assert named <= targets


def test_every_path_it_links_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)", README) if "://" not in link]
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


@pytest.mark.parametrize("command", ["params", "run", "sweep", "report", "refresh"])
def test_every_command_it_names_has_help(command: str) -> None:
    assert f"researchlib {command}" in README
    done = subprocess.run(
        [Path(sys.executable).with_name("researchlib"), command, "--help"], capture_output=True, text=True, check=True
    )
    assert "Usage" in done.stdout

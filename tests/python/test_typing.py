"""The types of the package as users' checkers see them: good code passes, each mistake is found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CODE = Path(__file__).resolve().parent / "typing"
MARK = "# error"


def mypy(file: Path, cache: Path) -> dict[int, str]:
    options = ["--strict", "--no-error-summary", "--config-file=", f"--cache-dir={cache}"]
    run = checker("mypy", [*options, "--python-version=3.10", "--output=json", file.name])
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return {fault["line"]: fault["message"] for fault in found if fault["severity"] == "error"}


def pyright(file: Path, cache: Path) -> dict[int, str]:
    run = checker("pyright", ["--outputjson", "--pythonversion=3.10", f"--pythonpath={sys.executable}", file.name])
    assert run.returncode in (0, 1), run.stdout + run.stderr
    report = json.loads(run.stdout)
    assert report["summary"]["filesAnalyzed"] == 1
    return {
        fault["range"]["start"]["line"] + 1: fault["message"]
        for fault in report["generalDiagnostics"]
        if fault["severity"] == "error"
    }


# Both look at the installed package: there is no other beside these files.
def checker(name: str, options: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", name, *options], capture_output=True, text=True, cwd=CODE, check=False)


Check = Callable[[Path, Path], dict[int, str]]


@pytest.mark.parametrize("check", [mypy, pyright])
def test_good_code_passes(check: Check, tmp_path: Path) -> None:
    assert check(CODE / "good.py", tmp_path) == {}


@pytest.mark.parametrize("check", [mypy, pyright])
def test_each_mistake_is_found_and_nothing_else(check: Check, tmp_path: Path) -> None:
    lines = (CODE / "bad.py").read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, start=1) if MARK in line}
    found = check(CODE / "bad.py", tmp_path)
    assert {number: found[number] for number in found.keys() - marked} == {}
    assert {number: lines[number - 1] for number in marked - found.keys()} == {}

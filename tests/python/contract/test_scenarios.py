"""Every scenario of the vectors, over every kind of store."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from harness import Harness
from scenario import Run
from vectors import scenarios

# What Python can do; `durable` depends on the store, and JSON text is not an argument here.
ABLE = {"dynamic_arguments", "integers", "naive_times"}


@pytest.mark.parametrize("scenario", [pytest.param(s, id=f"{file}: {s['name']}") for file, s in scenarios()])
def test_scenario(harness: Harness, scenario: dict[str, Any]) -> None:
    needs = set(scenario.get("needs", []))
    if "stored" in scenario or any("reopen" in step for step in scenario["steps"]):
        needs.add("durable")
    able = ABLE | ({"durable"} if harness.durable else set())
    if not needs <= able:
        pytest.skip(f"needs {', '.join(sorted(needs - able))}")
    run = Run(harness, scenario)
    try:
        for number, step in enumerate(scenario["steps"], 1):
            perform(run, number, step)
    finally:
        run.close()


def perform(run: Run, number: int, step: dict[str, Any]) -> None:
    """Performs a step; a failure says which it was, where Python can add that."""
    try:
        run.step(step)
    except Exception as error:
        if sys.version_info >= (3, 11):
            error.add_note(f"in step {number}: {step!r:.400}")
        raise

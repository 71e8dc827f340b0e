"""The results as a table, and as JSON."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bench.measures.memory import Growth
from bench.pairs import ONEFOLD, Result, Target


def table(results: list[Result], growth: Growth | None) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("measure", "against"):
        table.add_column(heading, no_wrap=True)
    for heading in ("onefold", "theirs", "ratio", "target"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for result in results:
        name = f"{result.measure.name} ({result.measure.unit})"
        for target in result.comparable():
            ours, theirs = result.rate((ONEFOLD,)), result.rate(target.against)
            ratio = result.ratio(target.against)
            table.add_row(
                name,
                " or ".join(target.against),
                f"{ours:,.0f}",
                f"{theirs:,.0f}",
                f"{ratio:.2f}",
                f"≥ {target.ratio}" if target.ratio else "",
                _verdict(target.ratio is None or ratio >= target.ratio) if target.ratio else "",
            )
            name = ""
    if growth:
        table.add_row(
            growth.name,
            "",
            f"+{growth.megabytes:.1f} MB",
            "",
            "",
            f"< {growth.limit:.0f} MB",
            _verdict(growth.megabytes < growth.limit),
        )
    return table


def as_json(results: list[Result], growth: Growth | None, rounds: int) -> dict[str, Any]:
    """All that was measured, with the rate of each turn, and where."""
    return {
        "machine": {
            "cpus": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "sqlite (of Python)": sqlite3.sqlite_version,
            "onefold": version("onefold"),
        },
        "rounds": rounds,
        "measures": [_measure(result) for result in results],
        "memory": growth and {"name": growth.name, "megabytes": growth.megabytes, "limit": growth.limit},
    }


def _measure(result: Result) -> dict[str, Any]:
    return {
        "name": result.measure.name,
        "unit": result.measure.unit,
        "rates": result.rates,
        "ratios": [_ratio(result, target) for target in result.comparable()],
    }


def _ratio(result: Result, target: Target) -> dict[str, Any]:
    return {"against": target.against, "ratio": result.ratio(target.against), "target": target.ratio}


def _verdict(met: bool) -> str:
    return "[green]met[/]" if met else "[red]missed[/]"

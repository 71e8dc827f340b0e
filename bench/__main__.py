"""Measures onefold beside code written by hand and its peers: `python -m bench --help`."""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from rich.console import Console

from bench import report
from bench.contenders.present import missing
from bench.measures import MEMORY, MEMORY_EVENTS, MEMORY_LIMIT_MEGABYTES, measures, memory
from bench.pairs import Measure, Result, run
from bench.postgres import measures as postgres
from bench.postgres.server import Place, server, version

P = TypeVar("P")

QUICK = 10
WIDTH = 150


def main() -> int:
    options = _arguments()
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    for name in missing():
        console.print(f"{name} is not installed and left out (pip install -r bench/requirements.txt)")
    part = QUICK if options.quick else 1
    results = []
    for name, measure in measures(part).items():
        if name in options.only:
            with _folder(options) as folder:
                results.append(_run(console, measure, options.rounds, Path(folder)))
    results += _on_postgres(console, options, part)
    growth = None
    if MEMORY in options.only:
        with console.status(MEMORY), _folder(options) as folder:
            growth = memory.measure(MEMORY_EVENTS // part, MEMORY_LIMIT_MEGABYTES, Path(folder))
    console.print(report.table(results, growth))
    console.print("Each ratio is the median of pairs that ran one right after the other; see bench/README.md.")
    if options.json:
        options.json.write_text(json.dumps(report.as_json(results, growth, options.rounds), indent=2) + "\n")
    return 0


def _on_postgres(console: Console, options: argparse.Namespace, part: int) -> list[Result]:
    chosen = [measures for name, measures in postgres.measures(part).items() if name in options.only]
    if not chosen:
        return []
    results = []
    address = server()
    console.print(f"PostgreSQL {version(address)}")
    for sharing in chosen:
        with Place(address) as place:
            results += [_run(console, measure, options.rounds, place) for measure in sharing]
    return results


def _run(console: Console, measure: Measure[P], rounds: int, place: P) -> Result:
    start = time.monotonic()
    with console.status(measure.name) as status:

        def show(done: int) -> None:
            status.update(f"{measure.name}: {done} of {rounds} rounds")

        result = run(measure, rounds, place, show)
    console.print(f"{measure.name}: {time.monotonic() - start:.0f} s")
    return result


def _folder(options: argparse.Namespace) -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="onefold-bench-", dir=options.folder)


def _arguments() -> argparse.Namespace:
    names = [*measures(), MEMORY, *postgres.measures()]
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    known = ", ".join(names)
    parser.add_argument("--only", nargs="+", default=["*"], metavar="MEASURE", help=f"as in 'pg-*', of {known}")
    parser.add_argument("--rounds", type=_positive, default=7, help="the median is taken of (default: 7)")
    parser.add_argument("--quick", action="store_true", help="a tenth of each size, to see that it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rate of every turn there")
    parser.add_argument("--folder", type=Path, help="on the disk to be measured (default: temporary)")
    options = parser.parse_args()
    options.only = {name for pattern in options.only for name in fnmatch.filter(names, pattern)}
    if not options.only:
        parser.error(f"no measure of that name; there are {known}")
    return options


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is not at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

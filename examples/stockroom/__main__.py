"""Runs the stockroom: `python -m examples.stockroom --help`."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path

from onefold import OnefoldError, SqliteStore
from rich.console import Console

from . import report
from .domain import events
from .workers import Tally, crew

ITEMS = ["bolt", "nut", "washer", "screw", "hinge", "bracket", "anchor", "clamp"]
DEFAULT_DB = Path(".demo") / "stockroom.db"


def main() -> int:
    options = _arguments()
    console = Console(highlight=False)
    try:
        options.db.parent.mkdir(parents=True, exist_ok=True)
        return _run(console, options.db, ITEMS[: options.items], options.workers, options.seconds)
    except (OnefoldError, OSError) as error:
        print(f"stockroom: {options.db}: {error}", file=sys.stderr)
        return 2


def _run(console: Console, path: Path, items: list[str], workers: int, seconds: float) -> int:
    with SqliteStore(path, events=events) as store:
        before = report.Book.read(store)
        report.introduce(console, path, before, items, workers, seconds)
        total = _work(console, path, items, workers, seconds)
        book = report.Book.read(store)
        report.levels(console, store, book)
        item = book.busiest(items)
        report.history(console, store, item)
        report.earlier(console, store, item)
        report.work(console, total)
        agrees = report.check(console, store, before, book, total)
    report.what_next(console, path)
    return 0 if agrees else 1


def _work(console: Console, path: Path, items: list[str], workers: int, seconds: float) -> Tally:
    with crew(path, items, workers, seconds) as working:
        try:
            report.watch(console, working, seconds)
        except KeyboardInterrupt:
            console.print("Stopping early …")
            working.stop()
        return working.total()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="stockroom", description=__doc__)
    parser.add_argument("--seconds", type=_seconds, default=12.0, help="how long they work (default: 12)")
    parser.add_argument("--workers", type=_between(1, 16), default=4, metavar="1..16", help="processes (default: 4)")
    parser.add_argument(
        "--items",
        type=_between(1, len(ITEMS)),
        default=4,
        metavar=f"1..{len(ITEMS)}",
        help="stock items (default: 4)",
    )
    parser.add_argument("--db", type=Path, default=DEFAULT_DB, help=f"the SQLite file (default: {DEFAULT_DB})")
    return parser.parse_args()


def _seconds(text: str) -> float:
    seconds = float(text)
    if not (math.isfinite(seconds) and 0 < seconds <= 3600):
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 3600 seconds")
    return seconds


def _between(low: int, high: int) -> Callable[[str], int]:
    def integer(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low} and {high}")
        return value

    return integer


if __name__ == "__main__":
    sys.exit(main())

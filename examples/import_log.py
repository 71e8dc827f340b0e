"""Turns a CSV event log into streams, one per case, and says what it found.

    python examples/import_log.py log.csv --case case_id --activity activity --time timestamp

The store is an SQLite file, or a PostgreSQL database: `--store postgresql://user@host/database`.

Each row becomes one event: its type is the activity, its data the time and all other cells that are not
empty (`attributes`, as XES calls them). Run it again, or run it on a log that has grown, and only the new
rows are written. A log with a fault is refused as a whole, before anything is written.

Two rows are the same when case, activity, time and all other cells are equal; rows that a log holds twice
are kept twice. Where cells of old rows change later (a case's end date, say), name the columns that tell
rows apart with `--key`.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from onefold import Decider, Event, OnefoldError, PostgresStore, SqliteStore, Store
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

# Any constant will do, but it must stay: the ids of all imported events hang on it.
NAMESPACE = UUID("0f4b3b7e-6f0c-4b47-9d2f-5d6f0a1c9b52")
MOST_EVENTS_PER_APPEND = 10_000


def main() -> int:
    options = _arguments()
    address = options.store or f"{options.log.stem}.db"
    console = Console(highlight=False)
    try:
        with Spool(options.key) as spool:
            spool.fill(read_rows(options))
            with open_store(address) as store, _progress(console) as progress:
                summary = import_cases(store, spool, Case(options.category, options.key), options.batch, progress)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except (LogError, OnefoldError) as error:
        return _fail(str(error))
    report(console, summary, options.log, _without_password(address))
    return 0


def open_store(address: str) -> Store:
    """The store at a path, or at the address of a PostgreSQL database."""
    return PostgresStore(address) if _is_postgres(address) else SqliteStore(address)


class LogError(Exception):
    """The log cannot be imported; the message says where and why."""


# The log.


class Row(NamedTuple):
    """One line of the log; `time` is ISO 8601 in UTC."""

    line: int
    case: str
    activity: str
    time: str
    attributes: dict[str, str]


def read_rows(options: argparse.Namespace) -> Iterator[Row]:
    """Yields the log's rows; raises `LogError` at the first that is not one."""
    line = 1
    try:
        with options.log.open(newline="", encoding=options.encoding) as file:
            reader = csv.reader(file, delimiter=options.separator, strict=True)
            header = next(reader, [])
            columns = _columns(header, options)
            line = reader.line_num + 1
            empty = True
            for cells in reader:
                if cells:
                    empty = False
                    yield _row(line, header, cells, columns, options)
                line = reader.line_num + 1
            if empty:
                raise LogError(f"{options.log}: has a header, but no rows below it")
    except csv.Error as error:
        raise LogError(f"{options.log}, line {line}: {error}; is the quoting right?") from error
    except UnicodeDecodeError as error:
        raise LogError(f"{options.log}: is not {error.encoding}; name what it is with --encoding") from error


def _columns(header: list[str], options: argparse.Namespace) -> tuple[int, int, int]:
    """Where the case, the activity and the time are; the columns of `--key` must be there as well."""
    if not header:
        raise LogError(f"{options.log}: is empty; its first line must name the columns")
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        raise LogError(f"{options.log}: more than one column is called `{twice[0]}`")
    for name in (options.case, options.activity, options.time, *(options.key or ())):
        if name not in header:
            known = ", ".join(f"`{column}`" for column in header)
            raise LogError(f"{options.log}: has no column `{name}`; there are {known}")
    return header.index(options.case), header.index(options.activity), header.index(options.time)


def _row(
    line: int, header: list[str], cells: list[str], columns: tuple[int, int, int], options: argparse.Namespace
) -> Row:
    where = f"{options.log}, line {line}"
    if len(cells) != len(header):
        raise LogError(f"{where}: {len(cells)} cells under a header of {len(header)}; is the separator right?")
    case, activity, time = (cells[column] for column in columns)
    if not case:
        raise LogError(f"{where}: the case is empty")
    if not activity:
        raise LogError(f"{where}: the activity is empty")
    attributes = {
        name: cell
        for column, (name, cell) in enumerate(zip(header, cells, strict=True))
        if cell and column not in columns
    }
    return Row(line, case, activity, _utc(time.strip(), options.time_format, where), attributes)


def _utc(text: str, time_format: str | None, where: str) -> str:
    try:
        if time_format:
            time = datetime.strptime(text, time_format)
        else:
            # Python 3.10 does not read the Z.
            time = datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith("Z") else text)
        return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).astimezone(timezone.utc).isoformat()
    except (ValueError, OverflowError) as error:
        hint = "does not match --time-format" if time_format else "is not ISO 8601; describe it with --time-format"
        raise LogError(f"{where}: the time `{text}` {hint}") from error


# Its rows, case by case.


class Record(NamedTuple):
    """A row to be recorded. Rows with the same `key` are the same; `occurrence` counts them from 1."""

    row: Row
    key: str
    occurrence: int


class Spool:
    """Holds the whole log before anything is written, sorted by case and time, in a temporary SQLite file."""

    def __init__(self, key_columns: list[str] | None) -> None:
        self._key_columns = key_columns
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE rows (line INTEGER PRIMARY KEY, case_id, activity, time, attributes)")

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *exception: object) -> None:
        self._db.close()

    def fill(self, rows: Iterator[Row]) -> None:
        self._db.execute("BEGIN")
        values = ((row.line, row.case, row.activity, row.time, json.dumps(row.attributes)) for row in rows)
        self._db.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", values)
        self._db.execute("COMMIT")

    def __len__(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM rows").fetchone()
        return int(count)

    def cases(self) -> Iterator[tuple[str, Iterator[Record]]]:
        """The cases, in the order in which they began; the rows of each by time, then as in the log."""
        rows = self._db.execute(
            "SELECT * FROM rows ORDER BY min(time) OVER (PARTITION BY case_id), case_id, time, line"
        )
        for case, group in groupby(rows, key=lambda row: row[1]):
            yield case, self._records(group)

    def _records(self, group: Iterator[tuple[int, str, str, str, str]]) -> Iterator[Record]:
        seen: Counter[str] = Counter()
        for line, case, activity, time, attributes in group:
            row = Row(line, case, activity, time, json.loads(attributes))
            key = row_key(activity, time, row.attributes, self._key_columns)
            seen[key] += 1
            yield Record(row, key, seen[key])


def row_key(activity: str, time: str, attributes: dict[str, str], key_columns: list[str] | None) -> str:
    """What makes a row of a case the same as another, whatever the order of its columns."""
    telling = attributes if key_columns is None else {name: attributes.get(name) for name in key_columns}
    return json.dumps([activity, time, telling], sort_keys=True)


# A case, folded.


@dataclass
class Status:
    """Where a case stands."""

    steps: int = 0
    first_time: str = ""
    last_time: str = ""
    last_activity: str = ""
    recorded: Counter[str] = field(default_factory=Counter)

    @property
    def throughput(self) -> timedelta:
        """From the first step to the last."""
        return datetime.fromisoformat(self.last_time) - datetime.fromisoformat(self.first_time)


class Case(Decider[list[Record], Status, Event]):
    """Records those rows that it has not recorded yet, however often it is asked."""

    def __init__(self, category: str, key_columns: list[str] | None) -> None:
        self.category = category
        self._key_columns = key_columns

    def initial(self) -> Status:
        return Status()

    def decide(self, command: list[Record], state: Status) -> list[Event]:
        return [self._event(record) for record in command if record.occurrence > state.recorded[record.key]]

    def evolve(self, state: Status, event: Event) -> Status:
        time = event.data["time"]
        state.steps += 1
        state.first_time = min(time, state.first_time or time)
        if time >= state.last_time:
            state.last_time, state.last_activity = time, event.type
        state.recorded[row_key(event.type, time, event.data["attributes"], self._key_columns)] += 1
        return state

    def _event(self, record: Record) -> Event:
        row = record.row
        name = json.dumps([self.category, row.case, record.key, record.occurrence])
        data = {"time": row.time, "attributes": row.attributes}
        return Event(row.activity, data, id=str(uuid5(NAMESPACE, name)))


@dataclass
class Summary:
    """What the log holds, how much of it was new, and where its cases stand."""

    cases: int = 0
    events: int = 0
    new_events: int = 0
    last_activities: Counter[str] = field(default_factory=Counter)
    throughputs: list[timedelta] = field(default_factory=list)


def import_cases(store: Store, spool: Spool, decider: Case, batch: int, progress: Progress) -> Summary:
    """Writes what is new, each case in one append (in several where it has more than `batch` rows)."""
    summary = Summary(events=len(spool))
    task = progress.add_task("Importing", total=summary.events)
    for case, records in spool.cases():
        while command := list(islice(records, batch)):
            done = store.execute(decider, case, command)
            summary.new_events += len(done.events)
            progress.advance(task, len(command))
        summary.cases += 1
        summary.last_activities[done.state.last_activity] += 1
        summary.throughputs.append(done.state.throughput)
    return summary


# What is shown.


def report(console: Console, summary: Summary, log: Path, store: str) -> None:
    console.print(
        f"{log.name}: {summary.cases:,} cases, {summary.events:,} events, {summary.new_events:,} new, in {store}",
        soft_wrap=True,
    )
    last = Table("last activity", box=SIMPLE_HEAD)
    last.add_column("cases", justify="right")
    for activity, cases in summary.last_activities.most_common(5):
        last.add_row(activity, f"{cases:,}")
    others = summary.cases - sum(cases for _, cases in summary.last_activities.most_common(5))
    if others:
        last.add_row("(others)", f"{others:,}")
    console.print(last)

    times = Table("from first to last event", box=SIMPLE_HEAD)
    times.add_column("time", justify="right")
    throughputs = sorted(summary.throughputs)
    times.add_row("shortest", _duration(throughputs[0]))
    times.add_row("median", _duration(statistics.median_high(throughputs)))
    times.add_row("nine of ten within", _duration(throughputs[(len(throughputs) * 9 - 1) // 10]))
    times.add_row("longest", _duration(throughputs[-1]))
    console.print(times)


def _duration(time: timedelta) -> str:
    hours, seconds = divmod(round(time.total_seconds()), 3600)
    if time >= timedelta(days=1):
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours} h {seconds // 60} min" if hours else f"{seconds // 60} min {seconds % 60} s"


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _fail(message: str) -> int:
    print(f"import_log: {message}", file=sys.stderr)
    return 2


# What is asked for.


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="import_log", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("log", type=Path, help="the CSV file; its first line names the columns")
    parser.add_argument("--case", required=True, metavar="COLUMN", help="what an event belongs to")
    parser.add_argument("--activity", required=True, metavar="COLUMN", help="what happened")
    parser.add_argument("--time", required=True, metavar="COLUMN", help="when; without a zone it counts as UTC")
    parser.add_argument("--time-format", metavar="FORMAT", help="as strptime reads it (default: ISO 8601)")
    parser.add_argument("--key", action="append", metavar="COLUMN", help="tells rows apart; may be repeated")
    parser.add_argument(
        "--store", type=_store, metavar="STORE", help="SQLite file, or postgresql://… (default: <log>.db, here)"
    )
    parser.add_argument("--category", type=_category, default="Case", help="first part of the streams' ids")
    parser.add_argument("--separator", type=_separator, default=",", help="one character, or `tab`")
    parser.add_argument("--encoding", type=_encoding, default="utf-8-sig", help="of the log (default: UTF-8)")
    parser.add_argument("--batch", type=_batch, default=1_000, help="most events in one append (default: 1000)")
    return parser.parse_args()


def _store(text: str) -> str:
    if "://" in text and not _is_postgres(text):
        raise argparse.ArgumentTypeError("give the path of an SQLite file, or an address as postgresql://host/database")
    return text


def _is_postgres(address: str) -> bool:
    return address.startswith(("postgresql://", "postgres://"))


def _without_password(address: str) -> str:
    """What of an address may be shown."""
    if not _is_postgres(address):
        return address
    parts = urlsplit(address)
    return f"{parts.hostname or ''}{parts.path}".strip("/") or "PostgreSQL"


def _category(text: str) -> str:
    if not text or "-" in text:
        raise argparse.ArgumentTypeError("must not be empty and must not contain `-`, which ends it")
    return text


def _separator(text: str) -> str:
    character = {"tab": "\t", r"\t": "\t"}.get(text, text)
    if len(character) != 1 or character in '"\r\n':
        raise argparse.ArgumentTypeError(f"`{text}` is not one character that can separate cells")
    return character


def _encoding(text: str) -> str:
    try:
        "".encode(text)
    except LookupError as error:
        raise argparse.ArgumentTypeError(f"Python knows no encoding `{text}`") from error
    return text


def _batch(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_EVENTS_PER_APPEND:
        raise argparse.ArgumentTypeError(f"`{text}` is not between 1 and {MOST_EVENTS_PER_APPEND}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

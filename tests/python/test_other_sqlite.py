"""Another copy of SQLite in the process (Python's own) that looks into the file of an open store.

POSIX locks belong to the process, so that copy could take the log away, and unlock the file for other processes.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest
from onefold import ANY, Event, SqliteStore

ROOT = Path(__file__).resolve().parents[2]
APPENDER = """
import sys
from onefold import Event, SqliteStore
with SqliteStore(sys.argv[1]) as store:
    for number in range(500):
        store.append(f"Order-{number % 7}", [Event("Placed", {"by": sys.argv[2], "number": number})])
"""
READER = """
import sys
from onefold import SqliteStore
with SqliteStore(sys.argv[1]) as store:
    for event in store.iter_all():
        print(event.data["by"], event.data["number"])
"""


def test_no_append_is_lost_when_it_looks_between_appends(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with SqliteStore(path) as store:
        for number in range(20):
            result = store.append("Order-1", [placed(number)], expected_version=number)
            assert (result.version, result.duplicate) == (number + 1, False)
            assert look(path) == number + 1
            if number % 2:
                assert store.stream_version("Order-1") == number + 1
        # Another process finds them while the store is open: they are not in a log that nobody else sees.
        assert stored(path) == [("us", number) for number in range(20)]
    assert stored(path) == [("us", number) for number in range(20)]


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, only what is done in turn is safe")


@needs_linux
def test_no_append_is_lost_when_it_looks_all_the_time(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with SqliteStore(path) as store:
        with looking_all_the_time(path) as looks:
            for number in range(1_000):
                result = store.append(f"Order-{number % 7}", [placed(number)], expected_version=ANY)
                assert not result.duplicate
                assert len(store.read_all(after_position=number)) == 1
        assert looks.times > 10
        assert stored(path) == [("us", number) for number in range(1_000)]


@needs_linux
def test_no_append_is_lost_when_other_processes_write_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with SqliteStore(path) as store:
        others = [subprocess.Popen([sys.executable, "-c", APPENDER, str(path), name], cwd=ROOT) for name in ("a", "b")]
        with looking_all_the_time(path) as looks:
            number = 0
            while number < 500 or any(other.poll() is None for other in others):
                store.append(f"Order-{number % 7}", [placed(number)])
                number += 1
        assert [other.wait() for other in others] == [0, 0]
        assert looks.times > 10
        written = {(name, index) for name in "ab" for index in range(500)}
        written |= {("us", index) for index in range(number)}
        found = stored(path)
        assert len(found) == len(written)
        assert set(found) == written
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


class looking_all_the_time:
    """Opens the file, looks and closes it again, in a thread, as fast as it goes."""

    def __init__(self, path: Path) -> None:
        self.times = 0
        self._path = path
        self._faults: list[Exception] = []
        self._done = Flag()
        self._thread = Thread(target=self._look)

    def __enter__(self) -> looking_all_the_time:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        assert self._faults == []

    def _look(self) -> None:
        try:
            while not self._done.is_set():
                look(self._path)
                self.times += 1
        except Exception as fault:
            self._faults.append(fault)


def look(path: Path) -> int:
    connection = sqlite3.connect(path, timeout=30)
    (count,) = connection.execute("SELECT count(*) FROM events").fetchone()
    connection.close()
    assert isinstance(count, int)
    return count


def stored(path: Path) -> list[tuple[str, int]]:
    """What another process finds."""
    command = [sys.executable, "-c", READER, str(path)]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [(by, int(number)) for by, number in map(str.split, lines)]


def placed(number: int) -> Event:
    return Event("Placed", {"by": "us", "number": number})

"""The store in one SQLite file: opened again, migrated, shared; and files that are not as they must be."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from onefold import (
    ClosedError,
    Event,
    InvalidArgumentError,
    MigrationError,
    OnefoldError,
    SqliteStore,
    StoreError,
    StoreUnavailableError,
)

from tests.python.support import ADDED, Counter
from tests.python.writer import append, count_up, open_as_nobody


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def query(path: Path, sql: str) -> list[Any]:
    """Ask another SQLite; only while no store of this process has the file open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


def test_what_was_appended_is_there_when_it_is_opened_again(path: Path) -> None:
    id = "018f3c5e-0000-7000-8000-000000000001"
    with SqliteStore(path) as store:
        first = store.append("Order-1", [Event("Placed", {"a": [1.5, None, "ü\u0000"]}, id=id), ADDED])
        cursor, epoch, events = store.cursor(1), store.epoch, store.read_all()
    with SqliteStore(str(path)) as store:
        assert store.read_all() == events
        assert store.epoch == epoch
        assert [event.version for event in store.read_all(after_position=cursor)] == [2]
        assert store.append("Order-1", [Event("Placed", {"a": [1.5, None, "ü\u0000"]}, id=id)], 0).duplicate
        assert store.append("Order-1", [ADDED], first.version).version == 3


def test_two_files_are_two_stores(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "a.db") as a, SqliteStore(tmp_path / "b.db") as b:
        a.append("Order-1", [ADDED])
        assert a.epoch != b.epoch
        assert b.head() == 0


def test_with_migrate_false_everything_waits_for_migrate(path: Path) -> None:
    store = SqliteStore(path, migrate=False)
    for use in (
        store.head,
        store.read_all,
        lambda: store.append("Order-1", [ADDED]),
        lambda: store.execute(Counter(), "1", 1),
        lambda: store.cursor(0),
        lambda: store.epoch,
    ):
        with pytest.raises(MigrationError, match=r"store\.db` does not exist; call migrate"):
            use()
    assert "not migrated" in repr(store)
    store.migrate()
    assert store.append("Order-1", [ADDED]).version == 1
    store.migrate()
    assert store.stream_version("Order-1") == 1
    store.close()
    with SqliteStore(path, migrate=False) as again:
        assert again.stream_version("Order-1") == 1


def test_a_store_that_is_closed_before_it_is_migrated_stays_closed(path: Path) -> None:
    with SqliteStore(path, migrate=False) as store:
        assert not store.closed
    assert store.closed
    for use in (store.head, store.migrate):
        with pytest.raises(ClosedError):
            use()


def test_a_database_of_something_else_is_left_alone(path: Path) -> None:
    query(path, "CREATE TABLE notes (note TEXT)")
    before = path.read_bytes()
    for migrate in (True, False):
        with pytest.raises(MigrationError, match="is a database of something else; give the path of another file"):
            SqliteStore(path, migrate=migrate).head()
    assert path.read_bytes() == before
    assert query(path, "SELECT name FROM sqlite_schema") == [("notes",)]


def test_a_file_of_a_newer_onefold_is_left_alone(path: Path) -> None:
    with SqliteStore(path) as store:
        store.append("Order-1", [ADDED])
    query(path, "PRAGMA user_version = 99")
    with pytest.raises(MigrationError, match=r"has schema version 99.*use a newer onefold"):
        SqliteStore(path)
    query(path, "PRAGMA user_version = 1")
    with SqliteStore(path) as store:
        assert store.head() == 1


NO_DATABASES = [b"no database " * 100, b"no", b"\x00" * 4096, b"SQLite format 3\x00" + b"\x07" * 4080]


@pytest.mark.parametrize("content", NO_DATABASES)
def test_a_file_that_is_no_database_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"`.*store\.db`"):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_damaged_file_says_so(path: Path) -> None:
    with SqliteStore(path) as store:
        for _ in range(50):
            store.append("Order-1", [Event("Placed", {"padding": "x" * 1000})] * 10)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[8192:middle] = b"\xff" * (middle - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged .*restore it from a backup"):
        whole_content(path)


def whole_content(path: Path) -> None:
    with SqliteStore(path) as store:
        store.read_all(limit=None)
        store.read_stream("Order-1")


@pytest.fixture
def shared_directory() -> Iterator[Path]:
    """One that other users can enter, as they cannot those of pytest."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_file_or_directory_that_is_read_only_says_so(shared_directory: Path) -> None:
    path = shared_directory / "store.db"
    with SqliteStore(path) as store:
        store.append("Order-1", [ADDED])
    path.chmod(0o444)
    shared_directory.chmod(0o555)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        read_only = pool.submit(open_as_nobody, path).result()
        no_room = pool.submit(open_as_nobody, shared_directory / "new.db").result()
    assert isinstance(read_only, StoreError)
    assert "store.db` is read-only; make the file and its directory writable" in str(read_only)
    assert isinstance(no_room, StoreError)
    assert "new.db` cannot be opened; let this user read and write it" in str(no_room)
    path.chmod(0o644)
    shared_directory.chmod(0o755)
    with SqliteStore(path) as store:
        assert store.head() == 1


@contextmanager
def locked(path: Path) -> Iterator[Callable[[], None]]:
    """Another process writes; a call ends that."""
    lock = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print(); input()"
    command = [sys.executable, "-c", lock, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "\n"
        yield lambda: print(process.communicate("\n")[0], end="")


def test_a_locked_file_is_unavailable_and_usable_afterwards(path: Path) -> None:
    with SqliteStore(path, busy_timeout=0.05) as store:
        store.append("Order-1", [ADDED])
        with locked(path) as unlock:
            with pytest.raises(StoreUnavailableError, match=r"stays locked.*raise busy_timeout or try again"):
                store.append("Order-1", [ADDED])
            with pytest.raises(StoreUnavailableError):
                store.execute(Counter(), "1", 1)
            # Readers do not wait for writers.
            assert store.head() == 1
            assert store.load(Counter(), "1").state == 0
            unlock()
        assert store.append("Order-1", [ADDED]).version == 2
        assert store.execute(Counter(), "1", 1).state == 1


def test_a_writer_waits_for_another_within_its_timeout(path: Path) -> None:
    with SqliteStore(path, busy_timeout=60) as store, locked(path) as unlock, ThreadPoolExecutor(1) as pool:
        appended = pool.submit(store.append, "Order-1", [ADDED])
        assert not wait([appended], timeout=0.2).done
        unlock()
        assert appended.result().version == 1


def test_events_can_be_neither_changed_nor_deleted_in_the_file(path: Path) -> None:
    with SqliteStore(path) as store:
        store.append("Order-1", [ADDED])
    for sql in ("UPDATE events SET type = 'Other'", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            query(path, sql)
    with SqliteStore(path) as store:
        assert store.read_all()[0].type == "Added"


@pytest.mark.parametrize("threads", [2, 8])
def test_several_threads_share_one_store(path: Path, threads: int) -> None:
    with SqliteStore(path, durability="relaxed") as store, ThreadPoolExecutor(threads) as pool:
        runs = [pool.submit(store.execute, Counter(), "1", 1, retries=1000) for _ in range(100)]
        versions = sorted(run.result().version for run in runs)
        assert versions == list(range(1, 101))
        assert store.load(Counter(), "1").state == 100


def test_several_processes_count_up_one_stream(path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(count_up, [path] * 3, [40] * 3))
    with SqliteStore(path) as store:
        assert store.load(Counter(), "1").state == 120
        assert [event.version for event in store.read_stream("Counter-1")] == list(range(1, 121))


def test_several_processes_append_to_one_stream_without_conflict(path: Path) -> None:
    names = ["a", "b", "c"]
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        versions = list(pool.map(append, [path] * 3, names, [40] * 3))
    assert sorted(version for own in versions for version in own) == list(range(1, 121))
    with SqliteStore(path) as store:
        events = store.read_stream("Log-1")
    assert [event.version for event in events] == list(range(1, 121))
    for name, own in zip(names, versions, strict=True):
        assert [event.version for event in events if event.data["by"] == name] == own
        assert [event.data["index"] for event in events if event.data["by"] == name] == list(range(40))


@pytest.mark.parametrize("wrong", ["fast", "STRICT", "", None, True, 1, ["strict"]])
def test_another_durability_is_refused(path: Path, wrong: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="'strict' and 'relaxed'") as refused:
        SqliteStore(path, durability=wrong)
    assert refused.value.argument == "durability"
    assert not path.exists()


@pytest.mark.parametrize("durability", ["strict", "relaxed"])
def test_both_durabilities_log_ahead(path: Path, durability: Any) -> None:
    with SqliteStore(path, durability=durability) as store:
        store.append("Order-1", [ADDED])
        assert path.with_name("store.db-wal").stat().st_size > 0
    assert query(path, "PRAGMA journal_mode") == [("wal",)]


@pytest.mark.parametrize("wrong", [-1, -0.1, float("nan"), float("inf"), "5", None, True, 10**400, 10**9])
def test_a_busy_timeout_out_of_range_is_refused(path: Path, wrong: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="give seconds from 0") as refused:
        SqliteStore(path, busy_timeout=wrong)
    assert refused.value.argument == "busy_timeout"
    assert not path.exists()


@pytest.mark.parametrize("wrong", [None, 5, b"store.db", True, "a\0b", "\ud800", object(), ["store.db"]])
def test_what_is_no_path_is_refused(wrong: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidArgumentError) as refused:
        SqliteStore(wrong)
    assert refused.value.argument == "path"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", ["", ":memory:"])
def test_a_path_that_names_no_file_is_refused(wrong: str) -> None:
    with pytest.raises(OnefoldError, match="names no file; give a path, or use a memory store"):
        SqliteStore(wrong)


def test_a_path_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no directory `.*absent`; make it first"):
        SqliteStore(tmp_path / "absent" / "store.db")
    with pytest.raises(StoreError, match="is a directory; give the path of a file"):
        SqliteStore(tmp_path)


def test_a_path_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("file:x.db?mode=memory", "with space 'and\" quotes.db", "übung.db", "100%.db"):
        with SqliteStore(name) as store:
            store.append("Order-1", [ADDED])
        assert (tmp_path / name).is_file()
        assert SqliteStore(tmp_path / name).head() == 1


def test_a_relative_path_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    with SqliteStore("store.db") as store:
        monkeypatch.chdir(tmp_path / "other")
        store.append("Order-1", [ADDED])
        assert store.head() == 1
        with ThreadPoolExecutor(4) as pool:
            assert {run.result() for run in [pool.submit(store.head) for _ in range(20)]} == {1}
    assert list((tmp_path / "other").iterdir()) == []


def test_after_closing_the_file_stands_alone_and_can_be_deleted(tmp_path: Path, path: Path) -> None:
    with SqliteStore(path) as store:
        store.append("Order-1", [ADDED])
        list(store.iter_all())
    assert store.closed
    assert [entry.name for entry in tmp_path.iterdir()] == ["store.db"]
    path.unlink()
    with SqliteStore(path) as store:
        assert store.head() == 0


def test_leaving_the_with_block_by_an_exception_closes_too(path: Path) -> None:
    with pytest.raises(RuntimeError, match="mine"), SqliteStore(path) as store:
        raise RuntimeError("mine")
    assert store.closed


def test_a_store_that_nobody_holds_any_more_lets_go_of_the_file(tmp_path: Path, path: Path) -> None:
    store = SqliteStore(path)
    store.append("Order-1", [ADDED])
    del store
    assert [entry.name for entry in tmp_path.iterdir()] == ["store.db"]

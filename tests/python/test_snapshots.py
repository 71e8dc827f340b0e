"""Snapshots are a cache: they save folding, and change nothing else (rule D2 of the store contract)."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onefold import (
    CustomStore,
    Decider,
    Event,
    InvalidArgumentError,
    Loaded,
    MemoryStore,
    Snapshot,
    SqliteStore,
    Store,
)

from tests.python.plain_store import PlainStore
from tests.python.support import ADDED, Counter, OpenStore, every_store

ROOT = Path(__file__).resolve().parents[2]


class Counted(Counter):
    """A counter that counts how often it evolves."""

    def __init__(self, state_version: int = 1) -> None:
        self.state_version = state_version
        self.evolved = 0

    def evolve(self, state: int, event: Event) -> int:
        self.evolved += 1
        return super().evolve(state, event)


def evolved_by(store: Store, decider: Counted | None = None) -> int:
    """How many events a load folds."""
    decider = decider or Counted()
    before = decider.evolved
    store.load(decider, "1")
    return decider.evolved - before


@every_store
def test_a_snapshot_is_taken_once_so_many_events_were_folded_and_used(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path, snapshot_every=10) as store:
        store.append("Counter-1", [ADDED] * 9)
        assert evolved_by(store) == 9
        assert evolved_by(store) == 9
        store.append("Counter-1", [ADDED])
        assert evolved_by(store) == 10
        assert evolved_by(store) == 0
        store.append("Counter-1", [ADDED] * 9)
        assert evolved_by(store) == 9
        assert evolved_by(store) == 9
        store.append("Counter-1", [ADDED] * 25)
        assert evolved_by(store) == 34
        assert evolved_by(store) == 0
        loaded = store.load(Counted(), "1")
        assert (loaded.state, loaded.version) == (44, 44)


@every_store
def test_executing_takes_and_uses_snapshots_too(open_store: OpenStore, tmp_path: Path) -> None:
    decider = Counted()
    with open_store(tmp_path, snapshot_every=5) as store:
        for _ in range(50):
            store.execute(decider, "1", 1)
        # Each command folds what came since the last snapshot, and its own event; without snapshots: 1,275.
        assert decider.evolved < 50 * 7
        assert store.load(decider, "1").state == 50


@every_store
def test_without_the_option_no_snapshot_is_taken(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.append("Counter-1", [ADDED] * 100)
        assert evolved_by(store) == 100
        assert evolved_by(store) == 100


@every_store
def test_a_snapshot_of_another_state_version_is_thrown_away(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path, snapshot_every=1) as store:
        store.append("Counter-1", [ADDED] * 10)
        assert evolved_by(store, Counted(1)) == 10
        assert evolved_by(store, Counted(1)) == 0
        assert evolved_by(store, Counted(2)) == 10
        assert evolved_by(store, Counted(2)) == 0
        assert store.load(Counted(2), "1").state == 10


@dataclass
class Account:
    owner: str
    balance: Decimal


class Ledger(Decider[Decimal, Account, Event]):
    """Its state is no JSON, so that it encodes and decodes it."""

    decoded = 0

    def initial(self) -> Account:
        return Account("nobody", Decimal(0))

    def decide(self, command: Decimal, state: Account) -> Event:
        return Event("Paid", {"amount": str(command)})

    def evolve(self, state: Account, event: Event) -> Account:
        return Account(state.owner, state.balance + Decimal(event.data["amount"]))

    def encode_state(self, state: Account) -> dict[str, str]:
        return asdict(state) | {"balance": str(state.balance)}

    def decode_state(self, json: dict[str, str]) -> Account:
        self.decoded += 1
        return Account(json["owner"], Decimal(json["balance"]))


@every_store
def test_a_state_that_is_no_json_goes_through_the_deciders_encoding(open_store: OpenStore, tmp_path: Path) -> None:
    ledger = Ledger()
    with open_store(tmp_path, snapshot_every=1) as store:
        store.execute(ledger, "1", Decimal("0.1"))
        store.execute(ledger, "1", Decimal("0.2"))
        assert store.load(ledger, "1").state == Account("nobody", Decimal("0.3"))
        assert store.load(ledger, "1").state == Account("nobody", Decimal("0.3"))
        assert ledger.decoded == 2


def no_encoding() -> Decider[Any, Any, Any]:
    class Plain(Decider[Decimal, Account, Event]):
        initial = Ledger.initial
        decide = Ledger.decide
        evolve = Ledger.evolve

    return Plain()


def encoding_that(fails: str) -> Decider[Any, Any, Any]:
    class Failing(Ledger):
        def encode_state(self, state: Account) -> dict[str, str]:
            if fails == "encode":
                raise RuntimeError("no encoding today")
            return super().encode_state(state)

        def decode_state(self, json: dict[str, str]) -> Account:
            raise RuntimeError("no decoding today")

    return Failing()


@every_store
@pytest.mark.parametrize(
    ("decider", "message"),
    [
        (no_encoding(), "`tests.python.test_snapshots.Account` is not JSON"),
        (encoding_that("encode"), "no encoding today"),
        (encoding_that("decode"), "no decoding today"),
    ],
)
def test_a_state_that_cannot_be_kept_is_logged_once_and_commands_go_on(
    open_store: OpenStore,
    decider: Decider[Any, Any, Any],
    message: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with open_store(tmp_path, snapshot_every=1) as store, caplog.at_level(logging.WARNING):
        for _ in range(5):
            store.execute(decider, "1", Decimal(1))
            store.execute(decider, "2", Decimal(1))
        assert store.load(decider, "1").state == Account("nobody", Decimal(5))
    [record] = caplog.records
    assert (record.name, record.levelname) == ("onefold", "WARNING")
    assert message in record.getMessage()
    assert f"`{type(decider).__name__}`" in record.getMessage()


def test_deleting_all_snapshots_changes_nothing_but_speed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with SqliteStore(path, snapshot_every=3) as store:
        for _ in range(10):
            store.execute(Counted(), "1", 1)
        before = store.load(Counted(), "1")
        assert evolved_by(store) < 3
    with sqlite3.connect(path) as connection:
        assert connection.execute("DELETE FROM snapshots").rowcount == 1
    connection.close()
    with SqliteStore(path, snapshot_every=3) as store:
        assert evolved_by(store) == 10
        assert store.load(Counted(), "1") == before
        assert store.execute(Counted(), "1", 1).state == 11


def test_a_snapshot_outlasts_the_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with SqliteStore(path, snapshot_every=3) as store:
        store.append("Counter-1", [ADDED] * 10)
        assert evolved_by(store) == 10
    with SqliteStore(path, snapshot_every=3) as store:
        assert evolved_by(store) == 0


@every_store
def test_an_older_snapshot_never_overwrites_a_newer(open_store: OpenStore, tmp_path: Path) -> None:
    class Slow(Counted):
        """Somebody else goes further, and keeps a snapshot of it, while it folds for the first time."""

        def evolve(self, state: int, event: Event) -> int:
            if self.evolved == 0:
                self.evolved = 1
                store.append("Counter-1", [ADDED] * 5)
                assert store.load(self, "1").state == 15
            return super().evolve(state, event)

    with open_store(tmp_path, snapshot_every=1) as store:
        store.append("Counter-1", [ADDED] * 10)
        slow = Slow()
        # What it folded to is older than what was kept meanwhile.
        assert store.load(slow, "1").state == 10
        assert evolved_by(store, slow) == 0
        assert store.load(slow, "1").state == 15


def test_a_custom_store_gets_a_snapshot_with_all_that_tells_it_apart() -> None:
    plain = PlainStore()
    store = CustomStore(plain, snapshot_every=2)
    store.append("Counter-1", [ADDED] * 4)
    store.load(Counted(7), "1")
    assert plain.snapshots == {("Counter-1", "Counted"): Snapshot("Counter-1", "Counted", 7, 4, 4)}


class FailingSnapshots(PlainStore):
    """It keeps events, but its snapshots fail as told."""

    def __init__(self, wrong: Any) -> None:
        super().__init__()
        self._wrong = wrong

    def load_snapshot(self, stream_id: str, name: str) -> Any:
        if isinstance(self._wrong, BaseException):
            raise self._wrong
        return self._wrong

    def save_snapshot(self, snapshot: Snapshot) -> None:
        if isinstance(self._wrong, BaseException):
            raise self._wrong


@pytest.mark.parametrize(
    "wrong",
    [
        OSError("no room"),
        5,
        "a snapshot",
        {},
        {"stream_id": "Counter-1", "name": "Counter", "state_version": 1, "version": -1, "state": 0},
        {"stream_id": "Counter-1", "name": "Counter", "state_version": "x", "version": 1, "state": 0},
        {"stream_id": "Counter-1", "name": "Counter", "state_version": 1, "version": 1, "state": object()},
    ],
    ids=repr,
)
def test_snapshots_that_fail_never_fail_a_command(wrong: Any, caplog: pytest.LogCaptureFixture) -> None:
    store = CustomStore(FailingSnapshots(wrong), snapshot_every=1)
    for _ in range(3):
        store.execute(Counter(), "1", 1)
    assert store.load(Counter(), "1").state == 3
    [record] = caplog.records
    assert "snapshot" in record.getMessage()


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), SystemExit(1)])
def test_an_interrupt_within_a_snapshot_comes_out(interrupt: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    class Interrupted(Counter):
        def encode_state(self, state: int) -> int:
            raise interrupt

    interrupted = MemoryStore(snapshot_every=1)
    interrupted.append("Counter-1", [ADDED])
    failing = CustomStore(FailingSnapshots(interrupt), snapshot_every=1)
    uses: list[Callable[[], object]] = [
        lambda: interrupted.load(Interrupted(), "1"),
        lambda: failing.load(Counter(), "1"),
    ]
    for use in uses:
        with pytest.raises(type(interrupt)) as raised:
            use()
        assert raised.value is interrupt
    assert not caplog.records


@given(commands=st.lists(st.integers(-3, 9), max_size=30), every=st.integers(1, 7))
def test_with_snapshots_commands_come_to_the_same(commands: list[int], every: int) -> None:
    stores = [MemoryStore(), MemoryStore(snapshot_every=every), CustomStore(PlainStore(), snapshot_every=every)]

    def outcome(store: Store, command: int) -> Any:
        try:
            done = store.execute(Counter(), "1", command)
        except Exception as rejection:
            return type(rejection), str(rejection)
        return done.state, done.version

    for command in commands:
        assert len({outcome(store, command) for store in stores}) == 1
    assert len({store.load(Counter(), "1") for store in stores}) == 1


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "10", 10**400, object()])
@every_store
def test_a_snapshot_every_that_is_no_count_is_refused(open_store: OpenStore, wrong: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        open_store(tmp_path, snapshot_every=wrong)
    assert refused.value.argument == "snapshot_every"


@pytest.mark.parametrize("kind", ["using", "waiting"])
def test_a_logging_handler_may_use_the_store_or_wait(kind: str) -> None:
    subprocess.run([sys.executable, "-m", "tests.python.warned", kind], check=True, timeout=30, cwd=ROOT)


def test_a_snapshot_ahead_of_its_stream_is_thrown_away(tmp_path: Path) -> None:
    kept, restored = PlainStore(), PlainStore()
    with CustomStore(kept, snapshot_every=1) as store:
        store.append("Counter-1", [ADDED] * 3)
        assert store.load(Counter(), "1").version == 3
    # The snapshots outlived the events, of which a backup has only the first.
    restored.snapshots = kept.snapshots
    with CustomStore(restored, snapshot_every=1) as store:
        assert store.load(Counter(), "1") == Loaded(0, 0)
        store.append("Counter-1", [ADDED])
        assert store.load(Counter(), "1") == Loaded(1, 1)
        assert store.execute(Counter(), "1", 5).state == 6


def test_an_interrupt_within_a_snapshot_comes_out_of_a_stream_that_has_ended() -> None:
    class Ended(Counter):
        def is_terminal(self, state: int) -> bool:
            return True

    class Interrupted(PlainStore):
        def load_snapshot(self, stream_id: str, name: str) -> Snapshot | None:
            raise KeyboardInterrupt

    store = CustomStore(Interrupted(), snapshot_every=1)
    with pytest.raises(KeyboardInterrupt):
        store.execute(Ended(), "1", 1)
    assert MemoryStore().load(Counter(), "1").state == 0

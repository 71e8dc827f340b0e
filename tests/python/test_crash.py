"""Kill -9 while appending: what was acknowledged is there, once; what was not is there whole or not at all."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from itertools import islice
from pathlib import Path

import pytest
from onefold import SqliteStore

from tests.python.appender import attempt

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 50


class Killed:
    """What a process said until it was killed."""

    def __init__(self, lines: list[str]) -> None:
        said = [line.split() for line in lines]
        self.acknowledged = {int(words[1]): int(words[2]) for words in said if words[0] == "appended"}
        tried = [int(words[1]) for words in said if words[0] == "trying"]
        self.unacknowledged = [number for number in tried if number not in self.acknowledged]


class Ledger:
    """Which event stands where, as acknowledged."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[str, int]] = {}
        self.versions: dict[str, int] = defaultdict(int)

    def acknowledge(self, round: int, number: int, version: int) -> None:
        stream_id, events = attempt(round, number)
        first = version - len(events) + 1
        assert first == self.versions[stream_id] + 1
        self.versions[stream_id] = version
        for index, event in enumerate(events):
            assert event.id is not None
            self.places[event.id] = (stream_id, first + index)


@pytest.mark.timeout(240)
def test_killed_fifty_times_it_keeps_every_acknowledged_append_once(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    ledger = Ledger()
    left_open = kept = 0
    for round in range(ROUNDS):
        killed = append_until_killed(path, round)
        for number, version in killed.acknowledged.items():
            ledger.acknowledge(round, number, version)
        with SqliteStore(path) as store:
            for number in killed.unacknowledged:
                stream_id, events = attempt(round, number)
                there = [store.event_exists(str(event.id)) for event in events]
                assert all(there) or not any(there), "an append was torn"
                result = store.append(stream_id, events)
                assert result.duplicate == there[0]
                ledger.acknowledge(round, number, result.version)
                left_open += 1
                kept += there[0]
            check(store, ledger)
    assert len(ledger.places) > ROUNDS
    assert left_open > kept, "no append was ever cut off"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def append_until_killed(path: Path, round: int) -> Killed:
    """Kill the process while it opens the file, or during some later append."""
    chance = random.Random(round)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.python.appender", str(path), str(round)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert process.stdout is not None
    wait_for_lines = 1 if round % 5 == 0 else chance.randrange(2, 80)
    lines = list(islice(process.stdout, wait_for_lines))
    time.sleep(chance.uniform(0, 0.005))
    process.kill()
    # What it had said by then was acknowledged, read or not.
    lines += process.stdout.readlines()
    process.stdout.close()
    assert process.wait() != 0
    assert lines[0] == "opening\n"
    return Killed(lines)


def check(store: SqliteStore, ledger: Ledger) -> None:
    places = {}
    versions: dict[str, int] = defaultdict(int)
    position = 0
    for event in store.iter_all(page_size=10_000):
        assert event.position > position
        assert event.version == versions[event.stream_id] + 1
        assert event.id not in places
        position = event.position
        versions[event.stream_id] = event.version
        places[event.id] = (event.stream_id, event.version)
    assert places == ledger.places
    assert store.head() == position
    for stream_id, version in versions.items():
        assert store.stream_version(stream_id) == version
    for event in store.read_all(backwards=True, limit=200):
        assert event.data["id"] == event.id

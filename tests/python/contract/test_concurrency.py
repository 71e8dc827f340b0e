"""What vectors cannot express: threads at work on one store at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

import pytest
from counter import Counter
from harness import Harness
from onefold import NO_STREAM, ConflictError, Event, Store

Result = TypeVar("Result")


def at_once(count: int, task: Callable[[int], Result]) -> list[Result]:
    """Runs a task so often in threads that start together."""
    start = threading.Barrier(count)

    def run(number: int) -> Result:
        start.wait()
        return task(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_20_appends_at_any_version_are_all_stored(harness: Harness) -> None:
    with harness.open() as store:
        results = at_once(20, lambda n: store.append("Order-1", [Event("A", {"n": n}), Event("B", {"n": n})]))
        events = store.read_stream("Order-1")
        assert [event.version for event in events] == list(range(1, 41))
        by_version = {event.version: event for event in events}
        for number, result in enumerate(results):
            assert by_version[result.version].data == {"n": number}
            assert by_version[result.version].position == result.position
            assert not result.duplicate


def test_of_appends_at_one_version_one_wins(harness: Harness) -> None:
    def append(number: int) -> ConflictError | None:
        try:
            store.append("Order-1", [Event("A", {"n": number})], NO_STREAM)
        except ConflictError as conflict:
            return conflict
        return None

    with harness.open() as store:
        conflicts = [conflict for conflict in at_once(12, append) if conflict is not None]
        assert len(conflicts) == 11
        assert {(conflict.expected, conflict.actual) for conflict in conflicts} == {(NO_STREAM, 1)}
        assert store.stream_version("Order-1") == 1


def test_the_same_append_at_once_is_written_once(harness: Harness) -> None:
    events = [Event("A", {"n": n}, id=str(UUID(int=n + 1))) for n in range(3)]
    with harness.open() as store:
        results = at_once(10, lambda _: store.append("Order-1", events))
        assert sum(not result.duplicate for result in results) == 1
        assert {(result.version, result.position) for result in results} == {(3, store.head())}
        assert store.stream_version("Order-1") == 3


def test_readers_that_follow_a_cursor_miss_nothing(harness: Harness) -> None:
    writers, readers, appends = 8, 3, 15
    done = threading.Event()

    def write(store: Store, writer: int) -> None:
        for number in range(appends):
            stream = "Order-0" if number % 2 else f"Cart-{writer}"
            store.append(stream, [Event("A", {"n": n}) for n in range(1 + (writer + number) % 5)])

    def follow(store: Store, limit: int | None) -> list[int]:
        seen: list[int] = []
        while True:
            # Looked at before the read: what is written by then, the read must find.
            finished = done.is_set()
            events = store.read_all(after_position=store.cursor(seen[-1] if seen else 0), limit=limit)
            seen += [event.position for event in events]
            if finished and not events:
                return seen

    with harness.open() as store, ThreadPoolExecutor(writers + readers) as threads:
        following = [threads.submit(follow, store, limit) for limit in (1000, 7, None)]
        written = [threads.submit(write, store, writer) for writer in range(writers)]
        for task in written:
            task.result()
        done.set()
        stored = [event.position for event in store.iter_all()]
        for reader in following:
            assert reader.result() == stored


def test_no_command_is_lost_or_counts_twice(harness: Harness) -> None:
    def add(_: int) -> None:
        for _ in range(5):
            store.execute(Counter(), "1", {"type": "Add", "by": 1}, retries=50)

    with harness.open() as store:
        at_once(4, add)
        assert store.load(Counter(), "1").state == {"total": 20, "closed": False}
        assert store.stream_version("Counter-1") == 20


def test_a_store_may_be_open_several_times(harness: Harness) -> None:
    if not harness.durable:
        pytest.skip("needs durable")
    stores = [harness.open() for _ in range(4)]
    at_once(4, lambda n: [stores[n].append("Order-1", [Event("A", {"n": n})]) for _ in range(10)])
    for store in stores:
        assert [event.version for event in store.read_stream("Order-1")] == list(range(1, 41))
        assert store.epoch == stores[0].epoch
        store.close()

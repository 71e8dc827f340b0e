"""Reads, page by page or at once, come to the same as picking from all events (rules R1, R2, R4)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onefold import Event, EventRegistry, Store, StoredEvent

from tests.python.support import OpenStore, every_store

TYPES = ["Kept", "Dropped", "Split"]
LIMITS = st.none() | st.integers(0, 12)
CASES = st.fixed_dictionaries(
    {
        "types": st.lists(st.sampled_from(TYPES), max_size=12),
        "page_size": st.integers(1, 5),
        "limit": LIMITS,
        "backwards": st.booleans(),
        "start": st.none() | st.integers(0, 13),
    }
)


def registry() -> EventRegistry:
    events = EventRegistry()
    events.type("Kept")
    for name in ("Dropped", "Split"):
        events.type(name, version=2)

    @events.upcast("Dropped", 1)
    def drop(data: Any) -> Any:
        return []

    @events.upcast("Split", 1)
    def split(data: Any) -> Any:
        return [("Kept", data), ("Kept", data)]

    return events


def appended(store: Store, types: list[str]) -> None:
    for index, type in enumerate(types):
        store.append(f"Order-{index % 2}", [Event(type, {"index": index}, schema_version=1)])


def picked(events: list[StoredEvent], limit: int | None, *, backwards: bool) -> list[StoredEvent]:
    """The events of so many positions, each with all its parts in their order."""
    positions = sorted({event.position for event in events}, reverse=backwards)[:limit]
    return [event for position in positions for event in events if event.position == position]


@every_store
@pytest.mark.parametrize("with_registry", [False, True])
@settings(deadline=None)
@given(case=CASES)
def test_pages_come_to_the_same_as_one_read(open_store: OpenStore, with_registry: bool, case: dict[str, Any]) -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        open_store(Path(directory), events=registry() if with_registry else None) as store,
    ):
        appended(store, case["types"])
        limit, backwards, size, start = case["limit"], case["backwards"], case["page_size"], case["start"]

        # A cursor is never ahead of the head.
        after = None if start is None else min(start, store.head())
        everything = store.read_all(limit=None)
        if after is not None:
            everything = [
                event for event in everything if (event.position < after if backwards else event.position > after)
            ]
        expected = picked(everything, limit, backwards=backwards)
        assert store.read_all(after_position=after, limit=limit, backwards=backwards) == expected
        assert list(store.iter_all(after_position=after, limit=limit, backwards=backwards, page_size=size)) == expected

        stream = store.read_stream("Order-0")
        head = store.stream_version("Order-0")
        if start is not None:
            stream = [
                event
                for event in stream
                if (event.version <= min(start or 1, head) if backwards else event.version >= start)
            ]
        expected = picked(stream, limit, backwards=backwards)
        assert store.read_stream("Order-0", from_version=start, limit=limit, backwards=backwards) == expected
        assert (
            list(store.iter_stream("Order-0", from_version=start, limit=limit, backwards=backwards, page_size=size))
            == expected
        )


@every_store
def test_a_read_without_a_limit_gives_a_thousand_and_an_iterator_all(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.append("Order-1", [Event("Placed", {"index": index}) for index in range(1001)])
        assert len(store.read_all()) == 1000
        assert len(store.read_all(limit=None)) == 1001
        assert sum(1 for _ in store.iter_all()) == 1001
        assert sum(1 for _ in store.iter_stream("Order-1", page_size=100)) == 1001
        assert len(store.read_stream("Order-1")) == 1001


@every_store
def test_an_iterator_sees_what_is_appended_while_it_runs(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.append("Order-1", [Event("Placed")] * 3)
        events = store.iter_all(page_size=2)
        seen = [next(events).version]
        store.append("Order-1", [Event("Placed")])
        seen += [event.version for event in events]
        assert seen == [1, 2, 3, 4]

"""Whatever is done to them, stores of every kind come to the same, errors and their attributes included."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from onefold import ANY, NO_STREAM, STREAM_EXISTS, Event, Metadata, OnefoldError, Store

from tests.python.support import Counter, custom, memory, sqlite

STREAMS = st.sampled_from(["Counter-1", "Other"])
EXPECTED = st.sampled_from([ANY, ANY, ANY, ANY, NO_STREAM, STREAM_EXISTS, 0, 1, 2, 3])
EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(["Added", "Other"]),
        st.builds(lambda by: {"by": by}, st.integers(0, 1)),
        id=st.integers(1, 30).map(lambda number: UUID(int=number)),
        metadata=st.builds(Metadata, tenant=st.sampled_from([None, "a", "b"])),
    ),
    min_size=1,
    max_size=2,
)
LIMITS = st.none() | st.integers(0, 4)

APPENDS = st.tuples(st.just("append"), STREAMS, EVENTS, EXPECTED)
# An earlier append once more: perhaps elsewhere, as another, or in part.
RETRIES = st.tuples(
    st.just("retry"),
    st.integers(0, 20),
    EXPECTED,
    st.sampled_from([None, None, None, "Other"]),
    st.sampled_from([None, None, {"by": 0.0}, {"by": False}]),
    st.sampled_from([slice(None), slice(None), slice(1), slice(None, None, -1)]),
)
EXECUTES = st.tuples(st.just("execute"), st.sampled_from(["1", "2"]), st.integers(-1, 2))
STREAM_READS = st.tuples(st.just("read_stream"), STREAMS, st.none() | st.integers(0, 6), LIMITS, st.booleans())
ALL_READS = st.tuples(
    st.just("read_all"),
    st.none() | st.integers(0, 9),
    LIMITS,
    st.booleans(),
    st.sampled_from([None, "Counter", "Other", "Absent"]),
    st.none() | st.lists(st.sampled_from(["Added", "Other"]), max_size=2),
    st.sampled_from([None, "a"]),
)
FINDS = st.tuples(st.just("find_event"), st.integers(1, 3))


def outcome(store: Store, step: Any) -> Any:
    try:
        return seen(done(store, step))
    except OnefoldError as error:
        return error.code, seen(vars(error))
    except Exception as rejection:
        return type(rejection), str(rejection)


def done(store: Store, step: Any) -> Any:
    match step:
        case "append", stream_id, events, expected:
            return store.append(stream_id, events, expected)
        case "execute", id, command:
            done = store.execute(Counter(), id, command)
            return done.state, done.events, done.version, done.position
        case "read_stream", stream_id, start, limit, backwards:
            return store.read_stream(stream_id, from_version=start, limit=limit, backwards=backwards)
        case "read_all", after, limit, backwards, category, types, tenant:
            return store.read_all(
                after_position=after, limit=limit, backwards=backwards, category=category, types=types, tenant=tenant
            )
        case "find_event", number:
            return store.find_event(UUID(int=number))
    raise AssertionError(step)


def repeated(steps: list[Any]) -> Iterator[Any]:
    """The steps, with each retry as the append that it comes to."""
    appends: list[Any] = []
    for step in steps:
        match step:
            case "append", *_:
                appends.append(step)
            case "retry", index, expected, elsewhere, data, part:
                if not appends:
                    continue
                _, stream_id, events, _ = appends[index % len(appends)]
                again = [Event(event.type, data or event.data, id=event.id) for event in events[part]]
                yield "append", elsewhere or stream_id, again, expected
                continue
        yield step


def seen(value: Any) -> Any:
    """What must be the same: all but the moments and the ids that stores make."""
    if isinstance(value, list | tuple):
        return [seen(item) for item in value]
    if not hasattr(value, "recorded_at"):
        return value
    fields = value.to_dict() | {"recorded_at": None}
    return fields if UUID(value.id).version is None else fields | {"id": None}


@settings(deadline=None, max_examples=100)
@given(steps=st.lists(APPENDS | RETRIES | EXECUTES | STREAM_READS | ALL_READS | FINDS, min_size=6, max_size=20))
def test_stores_agree(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        stores = [open_store(Path(directory), snapshot_every=2) for open_store in (memory, sqlite, custom)]
        for step in [*repeated(steps), ("read_all", None, None, False, None, None, None)]:
            expected, *others = [outcome(store, step) for store in stores]
            assert others == [expected, expected], step
        for store in stores:
            store.close()

"""Arguments of a wrong type or out of range raise an error of onefold, write nothing, and leave the store usable."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from onefold import (
    ClosedError,
    CursorError,
    CustomStore,
    Event,
    EventRegistry,
    InvalidArgumentError,
    MemoryStore,
    Metadata,
    OnefoldError,
    SqliteStore,
    Store,
)

from tests.python.support import ADDED, Counter, OpenStore, every_store, written

VALUES: dict[str, Any] = {
    "None": None,
    "a bool": True,
    "a negative int": -1,
    "an int": 7,
    "past 2^53": 2**53,
    "past any machine's int": 10**5000,
    "a float": 1.0,
    "NaN": math.nan,
    "infinity": math.inf,
    "an empty text": "",
    "a text": "x",
    "half a surrogate": "\ud800",
    "a null character": "\x00",
    "bytes": b"x",
    "an empty list": [],
    "a list": [object()],
    "a dict": {},
    "an object": object(),
    "a function": len,
    "a class": int,
    "a naive datetime": datetime(2026, 1, 1),
    "a date": date(2026, 1, 1),
    "an aware datetime": datetime(2026, 1, 1, tzinfo=timezone.utc),
}
TEXTS = {"an empty text", "a text", "a null character"}
LISTS = {"an empty list", "a dict"}

# Each parameter: how it is used, and which of the values it takes.
PARAMETERS: dict[str, tuple[Callable[[Store, Any], Any], set[str]]] = {
    "append stream_id": (lambda store, value: store.append(value, [ADDED]), {"a text"}),
    "append events": (lambda store, value: store.append("Order-1", value), {"an empty list"}),
    "append an event": (lambda store, value: store.append("Order-1", [value]), set()),
    "append expected_version": (lambda store, value: store.append("Order-1", [], value), {"an int"}),
    "read_stream stream_id": (lambda store, value: store.read_stream(value), {"a text"}),
    "read_stream from_version": (
        lambda store, value: store.read_stream("Order-1", from_version=value),
        {"None", "an int"},
    ),
    "read_stream limit": (lambda store, value: store.read_stream("Order-1", limit=value), {"None", "an int"}),
    "read_stream backwards": (lambda store, value: store.read_stream("Order-1", backwards=value), {"a bool"}),
    "read_all after_position": (lambda store, value: store.read_all(after_position=value), {"None"}),
    "read_all limit": (lambda store, value: store.read_all(limit=value), {"None", "an int"}),
    "read_all backwards": (lambda store, value: store.read_all(backwards=value), {"a bool"}),
    "read_all category": (lambda store, value: store.read_all(category=value), {"None"} | TEXTS),
    "read_all types": (lambda store, value: store.read_all(types=value), {"None"} | LISTS),
    "read_all tenant": (lambda store, value: store.read_all(tenant=value), {"None", "a text", "a null character"}),
    "read_all correlation_id": (lambda store, value: store.read_all(correlation_id=value), {"None"} | TEXTS),
    "read_all recorded_from": (lambda store, value: store.read_all(recorded_from=value), {"None", "an aware datetime"}),
    "read_all recorded_to": (lambda store, value: store.read_all(recorded_to=value), {"None", "an aware datetime"}),
    "iter_stream stream_id": (lambda store, value: list(store.iter_stream(value)), {"a text"}),
    "iter_stream from_version": (
        lambda store, value: list(store.iter_stream("Order-1", from_version=value)),
        {"None", "an int"},
    ),
    "iter_stream limit": (lambda store, value: list(store.iter_stream("Order-1", limit=value)), {"None", "an int"}),
    "iter_stream backwards": (lambda store, value: list(store.iter_stream("Order-1", backwards=value)), {"a bool"}),
    "iter_stream page_size": (lambda store, value: list(store.iter_stream("Order-1", page_size=value)), {"an int"}),
    "iter_all after_position": (lambda store, value: list(store.iter_all(after_position=value)), {"None"}),
    "iter_all limit": (lambda store, value: list(store.iter_all(limit=value)), {"None", "an int"}),
    "iter_all backwards": (lambda store, value: list(store.iter_all(backwards=value)), {"a bool"}),
    "iter_all page_size": (lambda store, value: list(store.iter_all(page_size=value)), {"an int"}),
    "iter_all types": (lambda store, value: list(store.iter_all(types=value)), {"None"} | LISTS),
    "stream_version": (lambda store, value: store.stream_version(value), {"a text"}),
    "stream_exists": (lambda store, value: store.stream_exists(value), {"a text"}),
    "event_exists": (lambda store, value: store.event_exists(value), set()),
    "find_event": (lambda store, value: store.find_event(value), set()),
    "cursor": (lambda store, value: store.cursor(value), {"an int"}),
    "execute decider": (lambda store, value: store.execute(value, "1", 1), set()),
    "execute id": (lambda store, value: store.execute(Counter(), value, 1), {"a text"}),
    "execute metadata": (lambda store, value: store.execute(Counter(), "1", 1, metadata=value), {"None"}),
    "execute retries": (lambda store, value: store.execute(Counter(), "1", 1, retries=value), {"an int"}),
    "load decider": (lambda store, value: store.load(value, "1"), set()),
    "load id": (lambda store, value: store.load(Counter(), value), {"a text"}),
    "Event type": (lambda store, value: Event(value), {"a text"}),
    "Event id": (lambda store, value: Event("A", id=value), {"None"}),
    "Event metadata": (lambda store, value: Event("A", metadata=value), {"None"}),
    "Event schema_version": (lambda store, value: Event("A", schema_version=value), {"None", "an int"}),
    "Event.of": (lambda store, value: store.append("Order-1", [Event.of(value)]), set()),
    "Event.of id": (lambda store, value: Event.of(ADDED, id=value), {"None"}),
    "Metadata correlation_id": (lambda store, value: Metadata(correlation_id=value), {"None"} | TEXTS),
    "Metadata causation_id": (lambda store, value: Metadata(causation_id=value), {"None"} | TEXTS),
    "Metadata tenant": (lambda store, value: Metadata(tenant=value), {"None"} | TEXTS),
    "Metadata extra": (
        lambda store, value: store.append("Order-1", [Event("A", metadata=Metadata(extra=value))]),
        {"None", "a dict"},
    ),
    "a dict's id": (lambda store, value: store.append("Order-1", [{"type": "A", "id": value}]), {"None"}),
    "a dict's type": (lambda store, value: store.append("Order-1", [{"type": value}]), {"a text"}),
    "a dict's metadata": (
        lambda store, value: store.append("Order-1", [{"type": "A", "metadata": value}]),
        {"None", "a dict"},
    ),
    "a dict's schema_version": (
        lambda store, value: store.append("Order-1", [{"type": "A", "schema_version": value}]),
        {"None", "an int"},
    ),
    "MemoryStore events": (lambda store, value: MemoryStore(events=value), {"None"}),
    "MemoryStore limits": (lambda store, value: MemoryStore(limits=value), {"None"}),
    "MemoryStore enrichers": (lambda store, value: MemoryStore(enrichers=value), {"an empty text"} | LISTS),
    "MemoryStore snapshot_every": (lambda store, value: MemoryStore(snapshot_every=value), {"None", "an int"}),
    "SqliteStore durability": (lambda store, value: SqliteStore("absent/store.db", durability=value), set()),
    "CustomStore store": (lambda store, value: CustomStore(value), set()),
    "EventRegistry unknown": (lambda store, value: EventRegistry(unknown=value), set()),
    "registry from_json": (lambda store, value: EventRegistry.from_json(value), {"a dict"}),
    "registry load": (lambda store, value: EventRegistry.load(value), {"an empty text", "a text"}),
    "registry type": (lambda store, value: EventRegistry().type(value), TEXTS),
    "registry version": (lambda store, value: EventRegistry().type("A", version=value), {"an int"}),
    "registry aliases": (lambda store, value: EventRegistry().type("A", aliases=value), LISTS),
    "registry bind": (lambda store, value: EventRegistry().bind(value), TEXTS),
    "registry class": (lambda store, value: EventRegistry().type("A")(value), set()),
    "registry upcast": (lambda store, value: EventRegistry().upcast(value, 1), TEXTS),
    "registry from_version": (lambda store, value: EventRegistry().upcast("A", value), {"an int"}),
    "registry step": (lambda store, value: EventRegistry().upcast("A", 1)(value), {"a function", "a class"}),
}


def refusal(use: Callable[[Store, Any], Any], store: Store, value: Any) -> str:
    """The code of the error; what comes out of Python itself is no refusal."""
    try:
        return f"no refusal, but {use(store, value)!r}"
    except OnefoldError as error:
        return error.code
    except Exception as error:
        return f"no refusal, but {type(error).__name__}: {error}"


def built(**declared: Any) -> None:
    events = EventRegistry()
    events.type("A", version=2)
    events.upcast("A", 1, **declared)
    events.build()


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_wrong_argument_is_refused_and_writes_nothing(parameter: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    use, fine = PARAMETERS[parameter]
    assert fine <= VALUES.keys()
    store = MemoryStore()
    for name, value in VALUES.items():
        if name not in fine:
            assert refusal(use, store, value) in {"invalid_argument", "invalid_event", "cursor"}, name
    assert written(store) == []
    assert store.append("Order-1", [ADDED]).version == 1


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_right_argument_is_taken(parameter: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").write_text("{}")
    use, fine = PARAMETERS[parameter]
    for name in fine - ({"an empty text"} if parameter == "registry load" else set()):
        store = MemoryStore()
        store.append("Order-1", [ADDED] * 7)
        use(store, VALUES[name])


@pytest.mark.parametrize("declared", ["rename", "add", "remove", "keep", "split", "renam"])
@pytest.mark.parametrize("value", [True, 5, "x", math.nan, object(), {1: 2}, {"a": object()}, [1], b"x", "\ud800"])
def test_a_declared_step_of_another_shape_is_refused(declared: str, value: Any) -> None:
    with pytest.raises(OnefoldError) as refused:
        built(**{declared: value})
    assert refused.value.code in {"invalid_argument", "registry"}


@every_store
@pytest.mark.parametrize("lone", [ADDED, {"type": "Added"}])
def test_a_lone_event_in_place_of_a_list_is_refused(open_store: OpenStore, lone: Any, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        with pytest.raises(InvalidArgumentError, match="is no list of events") as refused:
            store.append("Order-1", lone)
        assert refused.value.argument == "events"
        assert store.head() == 0


@every_store
@pytest.mark.parametrize("types", ["x", b"x", [b"x"], [1], [None], [""], ["\ud800"], 5])
def test_types_that_are_no_list_of_names_are_refused(open_store: OpenStore, types: Any, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for read in (store.read_all, store.iter_all):
            with pytest.raises(InvalidArgumentError) as refused:
                read(types=types)
            assert refused.value.argument == "types"


@every_store
@pytest.mark.parametrize("argument", ["recorded_from", "recorded_to"])
def test_a_naive_datetime_is_refused(open_store: OpenStore, argument: str, tmp_path: Path) -> None:
    given: dict[str, Any] = {argument: datetime(2026, 1, 1)}
    with open_store(tmp_path) as store:
        with pytest.raises(InvalidArgumentError, match="2026-01-01T00:00:00 is naive; give it a time zone") as refused:
            store.read_all(**given)
        assert refused.value.argument == argument


@every_store
def test_a_cursor_that_is_not_of_the_store_is_refused(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.append("Order-1", [ADDED] * 3)
        wrong: Iterable[Any] = [
            "",
            "x",
            "1",
            ":1",
            f"{store.epoch}",
            f"{store.epoch}:",
            f"{store.epoch}:x",
            f"{store.epoch}:-1",
            f"{store.epoch}:+1",
            f"{store.epoch}:4",
            f"{store.epoch}:1:1",
            f"{store.epoch}:{10**30}",
            MemoryStore().cursor(1),
            4,
            2**53 - 1,
        ]
        for cursor in wrong:
            for read in (store.read_all, lambda **given: list(store.iter_all(**given))):
                with pytest.raises(CursorError, match="start again") as refused:
                    read(after_position=cursor)
                assert refused.value.cursor == str(cursor)
        assert [event.position for event in store.read_all(after_position=store.cursor(2))] == [3]


ON_A_CLOSED_STORE: dict[str, Callable[[Store], Any]] = {
    "append": lambda store: store.append("Order-1", [ADDED]),
    "append nothing": lambda store: store.append("Order-1", []),
    "read_stream": lambda store: store.read_stream("Order-1"),
    "read_all": lambda store: store.read_all(),
    "iter_stream": lambda store: list(store.iter_stream("Order-1")),
    "iter_all": lambda store: list(store.iter_all()),
    "stream_version": lambda store: store.stream_version("Order-1"),
    "stream_exists": lambda store: store.stream_exists("Order-1"),
    "event_exists": lambda store: store.event_exists("018f3c5e-0000-7000-8000-000000000001"),
    "find_event": lambda store: store.find_event("018f3c5e-0000-7000-8000-000000000001"),
    "head": lambda store: store.head(),
    "execute": lambda store: store.execute(Counter(), "1", 1),
    "load": lambda store: store.load(Counter(), "1"),
}


@every_store
@pytest.mark.parametrize("use", ON_A_CLOSED_STORE)
def test_a_closed_store_says_so(open_store: OpenStore, use: str, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append("Order-1", [ADDED])
    assert not store.closed
    store.close()
    store.close()
    assert store.closed
    assert "closed" in repr(store)
    with pytest.raises(ClosedError, match="open it again"):
        ON_A_CLOSED_STORE[use](store)


@every_store
def test_an_iterator_of_a_store_that_is_closed_meanwhile_says_so(open_store: OpenStore, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append("Order-1", [ADDED] * 5)
    events = store.iter_all(page_size=2)
    assert next(events).version == 1
    store.close()
    with pytest.raises(ClosedError):
        list(events)


WRONG: list[tuple[Callable[[Any], Any], str]] = [
    (lambda store: store.append("Order-1", [ADDED], expected_version=-1), "expected_version"),
    (lambda store: store.read_stream("Order-1", from_version=1.5), "from_version"),
    (lambda store: store.read_all(limit=True), "limit"),
    (lambda store: store.iter_all(page_size=0), "page_size"),
    (lambda store: store.cursor("x"), "position"),
    (lambda store: store.execute(Counter(), "1", 1, retries=-1), "retries"),
]


@pytest.mark.parametrize(("use", "argument"), WRONG)
def test_a_wrong_argument_is_named(use: Callable[[Any], Any], argument: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        use(MemoryStore())
    assert refused.value.argument == argument


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda store: store.append([ADDED], "Counter-1"), r"invalid `stream_id`: \[Event\('Added', .* is no str"),
        (
            lambda store: store.append("Counter-1", ADDED),
            r"invalid `events`: Event\(.* is no list .* put it into a list",
        ),
        (lambda store: store.append("Counter-1", [ADDED], "any"), r"invalid `expected_version`: 'any' is none of ANY"),
        (lambda store: store.find_event("order-1"), r"invalid `event_id`: 'order-1' is no UUID"),
        (lambda store: store.read_all(types="Added"), r"invalid `types`: 'Added' is no list of str"),
        (lambda store: store.execute(Counter(), 1, 1), r"invalid `id`: 1 is no str"),
        (lambda store: store.execute(Counter(), "1", 1, metadata={}), r"invalid `metadata`: {} is no Metadata"),
        (lambda store: Event("Added", {}, id="order-1"), r"invalid event at `id`: 'order-1' is no UUID"),
        (lambda store: Event("Added", {}, schema_version=0), r"invalid event at `schema_version`: 0 is no int from 1"),
        (lambda store: Event({"by": 1}), r"invalid event at `type`: {'by': 1} is no str"),  # type: ignore[arg-type]
        (lambda store: Metadata(tenant=7), r"invalid `tenant`: 7 is no str"),  # type: ignore[arg-type]
    ],
)
def test_a_message_shows_what_was_given(call: Callable[[Any], object], message: str) -> None:
    with pytest.raises(OnefoldError, match=message):
        call(MemoryStore())

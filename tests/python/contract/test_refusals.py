"""What JSON cannot hold is refused with the path to it, nothing is written, and the store stays usable (A7)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from harness import Harness
from onefold import Event, InvalidArgumentError, InvalidEventError, LimitExceededError, Metadata, OnefoldError, Store


class Colour(Enum):
    RED = "red"


@dataclass
class Point:
    x: int


def cyclic_list() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def cyclic_dict() -> dict[str, Any]:
    value: dict[str, Any] = {"inner": {}}
    value["inner"]["outer"] = value
    return value


REFUSED: dict[str, Callable[[], Any]] = {
    "NaN": lambda: math.nan,
    "infinity": lambda: math.inf,
    "minus infinity": lambda: -math.inf,
    "2**53": lambda: 2**53,
    "-(2**53)": lambda: -(2**53),
    "a huge int": lambda: 10**400,
    "bytes": lambda: b"x",
    "a bytearray": lambda: bytearray(b"x"),
    "a memoryview": lambda: memoryview(b"x"),
    "a set": lambda: {1},
    "a frozenset": lambda: frozenset({1}),
    "a datetime": lambda: datetime.now(timezone.utc),
    "a date": lambda: date(2026, 1, 1),
    "a UUID": lambda: UUID(int=1),
    "a Decimal": lambda: Decimal("1.5"),
    "a complex number": lambda: 1j,
    "an enum": lambda: Colour.RED,
    "a dataclass": lambda: Point(1),
    "an object": object,
    "a class": lambda: Point,
    "a function": lambda: len,
    "a generator": lambda: (n for n in range(3)),
    "a range": lambda: range(3),
    "an int as key": lambda: {1: "x"},
    "None as key": lambda: {None: "x"},
    "a tuple as key": lambda: {("a", "b"): "x"},
    "half a surrogate pair": lambda: "\ud83c",
    "half a surrogate pair as key": lambda: {"\udf88": 1},
}

ACCEPTED: dict[str, tuple[Any, Any]] = {
    "a tuple": ((1, (2, "x"), ()), [1, [2, "x"], []]),
    "2**53 - 1": (2**53 - 1, 2**53 - 1),
    "a float past 2**53": (2.0**53, 2.0**53),
    "the greatest float": (1.7976931348623157e308, 1.7976931348623157e308),
    "truth": ([True, False], [True, False]),
    "the same list twice": ([shared := [1], shared], [[1], [1]]),
    "a key that is a method elsewhere": ({"__class__": 1, "__proto__": {}}, {"__class__": 1, "__proto__": {}}),
}


@pytest.fixture
def store(harness: Harness) -> Any:
    with harness.open() as store:
        yield store


def assert_usable_and_empty(store: Store) -> None:
    assert store.head() == 0
    assert store.read_all() == []
    assert store.append("Order-1", [Event("Fine", {})]).version == 1


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_path(store: Store, make: Callable[[], Any]) -> None:
    with pytest.raises(InvalidEventError) as raised:
        store.append("Order-1", [Event("A", {"items": [0, 1, 2, {"price": make()}]})])
    assert raised.value.path.startswith("data.items[3].price")
    assert "data.items[3].price" in str(raised.value)
    assert_usable_and_empty(store)


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_metadata(store: Store, make: Callable[[], Any]) -> None:
    with pytest.raises(InvalidEventError) as raised:
        store.append("Order-1", [Event("A", {}, metadata=Metadata(extra={"note": [make()]}))])
    assert raised.value.path.startswith("metadata.extra.note[0]")
    assert_usable_and_empty(store)


@pytest.mark.parametrize("make", [cyclic_list, cyclic_dict])
def test_cycles_are_refused(store: Store, make: Callable[[], Any]) -> None:
    with pytest.raises((InvalidEventError, LimitExceededError)):
        store.append("Order-1", [Event("A", {"value": make()})])
    assert_usable_and_empty(store)


@pytest.mark.parametrize(("given", "kept"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(store: Store, given: Any, kept: Any) -> None:
    store.append("Order-1", [Event("A", given)])
    data = store.read_stream("Order-1")[0].data
    assert data == kept
    assert type(data) is type(kept)


def test_the_second_event_of_two_is_named(store: Store) -> None:
    with pytest.raises(InvalidEventError, match="event 1") as raised:
        store.append("Order-1", [Event("Fine", {}), Event("A", {"n": {1}})])
    assert raised.value.path == "data.n"
    assert_usable_and_empty(store)


@pytest.mark.parametrize(
    ("argument", "call"),
    [
        ("stream_id", lambda store: store.append(7, [Event("A", {})])),
        ("stream_id", lambda store: store.append(None, [])),
        ("stream_id", lambda store: store.append("half \ud83c", [Event("A", {})])),
        ("stream_id", lambda store: store.stream_version(b"Order-1")),
        ("events", lambda store: store.append("Order-1", 7)),
        ("events", lambda store: store.append("Order-1", "OrderPlaced")),
        ("expected_version", lambda store: store.append("Order-1", [Event("A", {})], True)),
        ("expected_version", lambda store: store.append("Order-1", [Event("A", {})], 1.0)),
        ("expected_version", lambda store: store.append("Order-1", [Event("A", {})], None)),
        ("expected_version", lambda store: store.append("Order-1", [Event("A", {})], 2**70)),
        ("limit", lambda store: store.read_stream("Order-1", limit=math.nan)),
        ("limit", lambda store: store.read_all(limit="ten")),
        ("limit", lambda store: store.read_all(limit=True)),
        ("from_version", lambda store: store.read_stream("Order-1", from_version="1")),
        ("after_position", lambda store: store.read_all(after_position=1.5)),
        ("types", lambda store: store.read_all(types=[7])),
        ("recorded_from", lambda store: store.read_all(recorded_from="2026-01-01")),
        ("event_id", lambda store: store.find_event(7)),
        ("position", lambda store: store.cursor(-1)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_arguments_of_a_wrong_kind(store: Store, argument: str, call: Callable[[Store], Any]) -> None:
    with pytest.raises(InvalidArgumentError) as raised:
        call(store)
    assert raised.value.argument == argument
    assert isinstance(raised.value, ValueError)
    assert_usable_and_empty(store)


def test_a_closed_store_says_so(harness: Harness) -> None:
    store = harness.open()
    store.append("Order-1", [Event("A", {})])
    pages = store.iter_all(page_size=1)
    store.close()
    store.close()
    calls: list[Callable[[], Any]] = [
        lambda: store.append("Order-1", [Event("A", {})]),
        lambda: store.read_stream("Order-1"),
        store.read_all,
        lambda: list(pages),
        lambda: list(store.iter_stream("Order-1")),
        lambda: store.stream_version("Order-1"),
        lambda: store.stream_exists("Order-1"),
        lambda: store.event_exists("00000000-0000-7000-8000-00000000000a"),
        lambda: store.find_event("00000000-0000-7000-8000-00000000000a"),
        store.head,
    ]
    for call in calls:
        with pytest.raises(OnefoldError) as raised:
            call()
        assert raised.value.code == "closed"

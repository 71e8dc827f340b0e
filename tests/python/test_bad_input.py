"""What JSON cannot hold and what passes a limit is refused with its path, and nothing is written (rules A6, A7)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onefold import (
    Event,
    InvalidArgumentError,
    InvalidEventError,
    LimitExceededError,
    Limits,
    MemoryStore,
    Metadata,
    Store,
)

from tests.python.support import ADDED, Deciding, OpenStore, every_store


class Text(str):
    """A subclass, which would come back as something else."""


class Mapping(dict[str, Any]):
    pass


class Level(IntEnum):
    LOW = 1


class Thing:
    pass


def cycle_of(kind: type) -> Any:
    inside: Any = kind()
    outside = [inside]
    if kind is list:
        inside.append(outside)
    else:
        inside["a"] = outside
    return outside


def nested(levels: int, innermost: Any = None) -> Any:
    value: Any = [] if innermost is None else [innermost]
    for _ in range(levels - 1):
        value = {"a": value}
    return value


NOT_JSON = [
    (float("nan"), ""),
    (float("inf"), ""),
    (-float("inf"), ""),
    (2**53, ""),
    (-(2**53), ""),
    (10**400, ""),
    (10**5000, ""),
    (b"bytes", ""),
    (bytearray(), ""),
    ({1, 2}, ""),
    (frozenset(), ""),
    (range(3), ""),
    (1j, ""),
    (date(2026, 1, 1), ""),
    (datetime(2026, 1, 1, tzinfo=timezone.utc), ""),
    (Decimal(1), ""),
    (UUID(int=1), ""),
    (Thing(), ""),
    (Thing, ""),
    (len, ""),
    (ADDED, ""),
    (Text("a"), ""),
    (Mapping(), ""),
    (OrderedDict(), ""),
    (Level.LOW, ""),
    ("\ud800", ""),
    ("a\udfff", ""),
    ({1: 2}, ""),
    ({None: 2}, ""),
    ({("a",): 2}, ""),
    ({Text("a"): 2}, ""),
    ({"\ud800": 1}, None),
    (cycle_of(list), "[0][0]"),
    (cycle_of(dict), "[0].a"),
    ((float("nan"),), "[0]"),
]


@every_store
@pytest.mark.parametrize(("value", "at"), NOT_JSON, ids=lambda value: f"{type(value).__name__}")
def test_what_is_no_json_is_refused_with_the_path_to_it(
    open_store: OpenStore, value: Any, at: str | None, tmp_path: Path
) -> None:
    places = [
        (value, "data"),
        ({"items": [1, {"price": value}]}, "data.items[1].price"),
        ({"a b": {"": (0, value)}}, 'data["a b"][""][1]'),
        ({"__proto__": value}, "data.__proto__"),
    ]
    with open_store(tmp_path) as store:
        for data, path in places:
            with pytest.raises(InvalidEventError) as refused:
                store.append("Order-1", [ADDED, Event("Placed", data)])
            assert at is None or refused.value.path == path + at
            assert path in refused.value.path
            with pytest.raises(InvalidEventError) as refused:
                store.append("Order-1", [{"type": "Placed", "data": data}])
            assert at is None or refused.value.path == path + at
        assert store.head() == 0
        store.append("Order-1", [ADDED])


@pytest.mark.parametrize(("value", "at"), NOT_JSON, ids=lambda value: f"{type(value).__name__}")
def test_what_is_no_json_is_refused_in_metadata_with_the_path_to_it(value: Any, at: str | None) -> None:
    store = MemoryStore()
    for make in (
        lambda: Metadata(extra={"a": [value]}),
        lambda: store.append("Order-1", [{"type": "Placed", "metadata": {"extra": {"a": [value]}}}]),
    ):
        with pytest.raises(InvalidEventError) as refused:
            make()
        assert at is None or refused.value.path == f"metadata.extra.a[0]{at}"
    assert store.head() == 0


@pytest.mark.parametrize("extra", [[], [1], 5, "text", True, 1.5])
def test_extra_that_is_no_object_is_refused(extra: Any) -> None:
    store = MemoryStore()
    with pytest.raises(InvalidEventError) as refused:
        store.append("Order-1", [Event("Placed", metadata=Metadata(extra=extra))])
    assert refused.value.path == "metadata.extra"
    assert store.head() == 0


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(data=JSON_VALUES, extra=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON_VALUES))
def test_any_json_value_comes_back_equal(data: Any, extra: dict[str, Any]) -> None:
    store = MemoryStore()
    store.append("Order-1", [Event("Placed", data, metadata=Metadata(extra=extra))])
    [stored] = store.read_all()
    assert stored.data == data
    assert repr(stored.data) == repr(data)
    assert stored.metadata.extra == extra


@given(data=JSON_VALUES, at=st.integers(0, 2**16), wrong=st.sampled_from([value for value, at in NOT_JSON]))
def test_one_wrong_value_anywhere_is_refused(data: Any, at: int, wrong: Any) -> None:
    def put(value: Any) -> Any:
        if isinstance(value, list) and value:
            place = at % len(value)
            return [put(item) if index == place else item for index, item in enumerate(value)]
        if isinstance(value, dict) and value:
            place = sorted(value)[at % len(value)]
            return value | {place: put(value[place])}
        return wrong

    store = MemoryStore()
    with pytest.raises(InvalidEventError):
        store.append("Order-1", [Event("Placed", put(data))])
    assert store.head() == 0


@every_store
def test_nesting_has_a_limit(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.append("Order-1", [Event("Placed", nested(128))])
        assert store.read_all()[0].data == nested(128)
        for levels in (129, 130, 500, 100_000):
            with pytest.raises(LimitExceededError, match="nesting") as refused:
                store.append("Order-1", [Event("Placed", nested(levels))])
            assert (refused.value.field, refused.value.limit) == ("nesting", 128)
        assert store.head() == 1


BODY = len('{"a":""}')
EXTRA = len('{"extra":{"a":""}}')


def of_data(size: int) -> tuple[str, list[Event]]:
    return "Order-1", [Event("Placed", {"a": "x" * (size - BODY)})]


def of_wide_data(size: int) -> tuple[str, list[Event]]:
    return "Order-1", [Event("Placed", {"a": "é" * ((size - BODY) // 2) + "x" * (size % 2)})]


def of_metadata(size: int) -> tuple[str, list[Event]]:
    return "Order-1", [Event("Placed", metadata=Metadata(extra={"a": "x" * (size - EXTRA)}))]


def of_events(size: int) -> tuple[str, list[Event]]:
    return "Order-1", [ADDED] * size


def of_stream_id(size: int) -> tuple[str, list[Event]]:
    return "∞" * size, [ADDED]


def of_type(size: int) -> tuple[str, list[Event]]:
    return "Order-1", [Event("∞" * size)]


def of_reference(name: str) -> Callable[[int], tuple[str, list[Event]]]:
    def make(size: int) -> tuple[str, list[Event]]:
        given: dict[str, Any] = {name: "∞" * size}
        return "Order-1", [Event("Placed", metadata=Metadata(**given))]

    return make


LIMITS = [
    ("data_bytes", "data", 2**20, of_data),
    ("data_bytes", "data", 2**20, of_wide_data),
    ("metadata_bytes", "metadata", 2**16, of_metadata),
    ("events", "events", 10_000, of_events),
    ("stream_id_chars", "stream_id", 255, of_stream_id),
    ("type_chars", "type", 255, of_type),
    ("reference_chars", "tenant", 255, of_reference("tenant")),
    ("reference_chars", "correlation_id", 255, of_reference("correlation_id")),
    ("reference_chars", "causation_id", 255, of_reference("causation_id")),
]


@every_store
@pytest.mark.parametrize(("option", "field", "limit", "make"), LIMITS)
@pytest.mark.parametrize("lowered", [False, True])
def test_a_limit_is_kept_to_the_last_byte_or_character(
    open_store: OpenStore,
    option: str,
    field: str,
    limit: int,
    make: Callable[[int], tuple[str, list[Event]]],
    lowered: bool,
    tmp_path: Path,
) -> None:
    limit = 40 if lowered else limit
    with open_store(tmp_path, limits=Limits(**{option: limit}) if lowered else None) as store:
        with pytest.raises(LimitExceededError, match=f"`{field}`") as refused:
            store.append(*make(limit + 1))
        assert (refused.value.field, refused.value.limit) == (field, limit)
        assert store.head() == 0
        store.append(*make(limit))
        assert store.head() > 0


@pytest.mark.parametrize("option", ["data_bytes", "metadata_bytes", "nesting", "events", "stream_id_chars"])
@pytest.mark.parametrize("wrong", [-1, True, 1.5, "10", None, 10**400, float("nan"), object()])
def test_a_limit_that_is_no_count_is_refused(option: str, wrong: Any) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        MemoryStore(limits=Limits(**{option: wrong}))
    assert refused.value.argument == f"limits.{option}"


def test_nesting_cannot_be_raised_past_what_json_readers_bear() -> None:
    store = MemoryStore(limits=Limits(nesting=512))
    store.append("Order-1", [Event("Placed", nested(512))])
    assert store.read_all()[0].data == nested(512)
    with pytest.raises(InvalidArgumentError, match="512"):
        MemoryStore(limits=Limits(nesting=513))


NO_NAME = ["", "\ud800", "a\x00", "a\n", "a\x7f", "a\x9f"]


@every_store
@pytest.mark.parametrize("wrong", NO_NAME, ids=ascii)
def test_a_name_that_is_empty_or_has_control_characters_is_refused(
    open_store: OpenStore, wrong: str, tmp_path: Path
) -> None:
    with open_store(tmp_path) as store:
        uses: list[Callable[[], Any]] = [
            lambda: store.append(wrong, [ADDED]),
            lambda: store.read_stream(wrong),
            lambda: store.iter_stream(wrong),
            lambda: store.stream_version(wrong),
            lambda: store.stream_exists(wrong),
        ]
        for use in uses:
            with pytest.raises(InvalidArgumentError) as refused:
                use()
            assert refused.value.argument == "stream_id"
        with pytest.raises(InvalidEventError) as invalid:
            store.append("Order-1", [{"type": wrong}])
        assert invalid.value.path == "type"
        with pytest.raises(InvalidEventError):
            Event(wrong)
        assert store.head() == 0


@every_store
def test_an_empty_tenant_is_refused(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        with pytest.raises(InvalidEventError) as invalid:
            store.append("Order-1", [Event("Placed", metadata=Metadata(tenant=""))])
        assert invalid.value.path == "metadata.tenant"
        with pytest.raises(InvalidArgumentError) as refused:
            store.read_all(tenant="")
        assert refused.value.argument == "tenant"
        assert store.head() == 0


def test_an_exception_within_the_events_comes_out_and_nothing_is_written() -> None:
    store: Store = MemoryStore()
    failure = RuntimeError("no more")

    def events() -> Any:
        yield ADDED
        raise failure

    with pytest.raises(RuntimeError) as raised:
        store.append("Order-1", events())
    assert raised.value is failure
    assert store.head() == 0


@every_store
def test_events_without_end_are_refused_at_the_limit(open_store: OpenStore, tmp_path: Path) -> None:
    taken = 0

    def events() -> Iterator[Event]:
        nonlocal taken
        # Without end but for the memory of this machine, should nobody stop it.
        for taken in range(1, 100_000):  # noqa: B007 - counted
            yield ADDED

    with open_store(tmp_path) as store:
        for use in (
            lambda: store.append("Order-1", events()),
            lambda: store.execute(Deciding(lambda command, state: events()), "1", 1),
        ):
            with pytest.raises(LimitExceededError) as refused:
                use()
            assert (refused.value.field, refused.value.limit) == ("events", 10_000)
            assert taken == 10_001
        assert store.head() == 0

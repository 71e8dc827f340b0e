"""A store of one's own behind `CustomStore` is a full store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

import pytest
from onefold import (
    ANY,
    NO_STREAM,
    STREAM_EXISTS,
    AppendResult,
    ConflictError,
    CustomStore,
    DuplicateEventError,
    Event,
    EventRegistry,
    InvalidArgumentError,
    Metadata,
    ReadFilter,
    StoreError,
)

from tests.python.plain_store import DelegatingStore, PlainStore
from tests.python.support import ADDED, Counter, Overtaken, written

KINDS: list[Callable[[], Any]] = [PlainStore, DelegatingStore]
every_kind = pytest.mark.parametrize("kind", KINDS)


@dataclass(frozen=True)
class Placed:
    cents: int


def registry() -> EventRegistry:
    events = EventRegistry()
    events.type("Placed", version=2, aliases=["Created"])(Placed)
    events.upcast("Placed", 1, rename={"total": "cents"})
    return events


@every_kind
def test_events_come_back_as_they_were_given(kind: Callable[[], Any]) -> None:
    store = CustomStore(kind())
    id, metadata = str(uuid4()), Metadata(tenant="t", extra={"a": [1]})
    before = datetime.now(timezone.utc)
    given = [Event("Placed", {"a": [1, {"ü": None}]}, id=id, metadata=metadata, schema_version=3), ADDED]
    assert store.append("Order-1", given, NO_STREAM) == AppendResult(version=2, position=2, duplicate=False)
    first, second = store.read_stream("Order-1")
    assert (first.id, first.type, first.data, first.metadata) == (id, "Placed", given[0].data, metadata)
    assert (first.schema_version, first.stream_id, first.version, first.position) == (3, "Order-1", 1, 1)
    assert before <= first.recorded_at.replace(microsecond=999_999)
    assert (second.version, second.schema_version, second.metadata) == (2, 1, Metadata())
    assert store.find_event(id) == first
    assert store.event_exists(id)
    assert store.find_event(uuid4()) is None
    assert store.head() == 2


@every_kind
def test_its_append_gets_complete_events_and_the_expected_version_as_given(kind: Callable[[], Any]) -> None:
    got: list[Any] = []

    class Looking(kind):  # type: ignore[misc, valid-type]
        def append(self, *arguments: Any) -> Any:
            got.append(arguments)
            return super().append(*arguments)

    store = CustomStore(Looking())
    for expected in (ANY, 1, STREAM_EXISTS):
        store.append("Order-1", [{"type": "Placed", "data": {"cents": 1}}], expected)
    assert [(stream_id, expected) for stream_id, _, expected in got] == [
        ("Order-1", ANY),
        ("Order-1", 1),
        ("Order-1", STREAM_EXISTS),
    ]
    for _, [envelope], _ in got:
        assert type(envelope) is Event
        assert envelope.id is not None
        assert (envelope.type, envelope.data, envelope.schema_version) == ("Placed", {"cents": 1}, 1)


@every_kind
def test_a_retry_with_the_same_ids_is_a_duplicate(kind: Callable[[], Any]) -> None:
    store = CustomStore(kind())
    event = Event("Placed", {"a": 1}, id=uuid4())
    first = store.append("Order-1", [event], 0)
    again = store.append("Order-1", [event], 0)
    assert again == AppendResult(first.version, first.position, duplicate=True)
    with pytest.raises(DuplicateEventError) as refused:
        store.append("Order-2", [event])
    assert refused.value.ids == [str(event.id)]
    with pytest.raises(ConflictError) as conflict:
        store.append("Order-1", [ADDED], NO_STREAM)
    assert (conflict.value.stream_id, conflict.value.expected, conflict.value.actual) == ("Order-1", NO_STREAM, 1)


@every_kind
def test_a_registry_upcasts_and_types_what_it_gives(kind: Callable[[], Any]) -> None:
    store = CustomStore(kind(), events=registry())
    store.append("Order-1", [Event("Created", {"total": 5}, schema_version=1), Placed(6)])
    assert [event.event for event in store.read_stream("Order-1")] == [Placed(5), Placed(6)]
    assert [event.event for event in store.read_all(types=["Placed"])] == [Placed(5), Placed(6)]
    assert [event.type for event in store.iter_all(types=["Created"])] == ["Placed", "Placed"]


@every_kind
@pytest.mark.parametrize("page_size", [1, 2, 3, 100])
@pytest.mark.parametrize("backwards", [False, True])
def test_iterators_page_through_it(kind: Callable[[], Any], page_size: int, backwards: bool) -> None:
    store = CustomStore(kind())
    for index in range(7):
        store.append(f"Order-{index % 2}", [Event("Placed", {"index": index})])
    store.append("Item-1", [ADDED])
    paged = list(store.iter_all(category="Order", backwards=backwards, page_size=page_size))
    indices = [event.data["index"] for event in paged]
    assert indices == sorted(range(7), reverse=backwards)
    assert paged == store.read_all(category="Order", backwards=backwards)
    stream = list(store.iter_stream("Order-0", backwards=backwards, page_size=page_size, limit=3))
    assert stream == store.read_stream("Order-0", backwards=backwards, limit=3)
    assert len(stream) == 3


@every_kind
def test_read_filters_reach_it(kind: Callable[[], Any]) -> None:
    seen: list[ReadFilter] = []

    class Looking(kind):  # type: ignore[misc, valid-type]
        def read_all(self, *, filter: ReadFilter, **options: Any) -> Any:
            seen.append(filter)
            return super().read_all(filter=filter, **options)

    store = CustomStore(Looking(), events=registry())
    first, last = (datetime(year, 1, 1, tzinfo=timezone.utc) for year in (2000, 2100))
    store.append("Order-1", [Event.of(Placed(1), metadata=Metadata(tenant="t", correlation_id="c"))])
    given: dict[str, Any] = {
        "category": "Order",
        "tenant": "t",
        "correlation_id": "c",
        "recorded_from": first,
        "recorded_to": last,
    }
    assert len(store.read_all(types=["Placed"], **given)) == 1
    assert seen[-1] == ReadFilter(types=seen[-1].types, **given)
    assert sorted(seen[-1].types or []) == ["Created", "Placed"]
    assert store.read_all(tenant="other") == []


@every_kind
def test_commands_execute_on_it(kind: Callable[[], Any]) -> None:
    store = CustomStore(kind(), snapshot_every=2)
    for _ in range(5):
        done = store.execute(Counter(), "1", 2)
    assert (done.state, done.version, done.position) == (10, 5, 5)
    assert done.events == store.read_stream("Counter-1", from_version=5)
    assert store.load(Counter(), "1").state == 10


@every_kind
def test_its_conflict_is_retried(kind: Callable[[], Any]) -> None:
    store = CustomStore(kind())
    done = store.execute(Overtaken(store, 2), "1", 1)
    assert (done.state, done.attempts) == (21, 3)


class Failing(PlainStore):
    """It raises as told, from the method that is named."""

    def __init__(self, method: str, error: BaseException) -> None:
        super().__init__()

        def fail(*arguments: Any, **options: Any) -> Any:
            raise error

        setattr(self, method, fail)


class Unrelated(Exception):
    """An exception that looks like one of onefold's."""

    code = "conflict"


USES: dict[str, Callable[[CustomStore], Any]] = {
    "append": lambda store: store.append("Order-1", [ADDED]),
    "read_stream": lambda store: store.read_stream("Order-1"),
    "read_all": lambda store: store.read_all(),
    "stream_version": lambda store: store.stream_version("Order-1"),
    "head": lambda store: store.head(),
    "find_event": lambda store: store.find_event(uuid4()),
    "close": lambda store: store.close(),
}


@pytest.mark.parametrize("method", USES)
@pytest.mark.parametrize("error", [OSError("no disk"), KeyError("x"), Unrelated("no")])
def test_any_other_exception_is_a_store_error_with_its_cause(method: str, error: Exception) -> None:
    store = CustomStore(Failing(method, error))
    with pytest.raises(StoreError) as raised:
        USES[method](store)
    assert raised.value.__cause__ is error or isinstance(raised.value.__cause__, AttributeError)
    assert f"the store's `{method}` failed" in str(raised.value)
    if not isinstance(error, Unrelated):
        assert raised.value.__cause__ is error
        assert str(error) in str(raised.value)


@pytest.mark.parametrize("method", USES)
@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), GeneratorExit()])
def test_an_interrupt_passes(method: str, error: BaseException) -> None:
    store = CustomStore(Failing(method, error))
    with pytest.raises(type(error)) as raised:
        USES[method](store)
    assert raised.value is error


@pytest.mark.parametrize("method", ["read_stream", "append"])
def test_its_failure_comes_out_of_execute(method: str) -> None:
    error = OSError("no disk")
    store = CustomStore(Failing(method, error))
    with pytest.raises(StoreError) as raised:
        store.execute(Counter(), "1", 1)
    assert raised.value.__cause__ is error


@pytest.mark.parametrize("missing", ["append", "read_stream", "read_all", "stream_version", "head", "find_event"])
def test_a_missing_method_is_named(missing: str) -> None:
    incomplete = PlainStore()
    setattr(incomplete, missing, None)
    with pytest.raises(InvalidArgumentError, match=f"has no {missing}$") as refused:
        CustomStore(incomplete)
    assert refused.value.argument == "store"


def test_all_missing_methods_are_named_at_once() -> None:
    with pytest.raises(InvalidArgumentError, match="append, read_stream, read_all, stream_version, head, find_event"):
        CustomStore(object())  # type: ignore[arg-type]


WRONG_RESULTS: list[tuple[str, Any]] = [
    ("append", None),
    ("append", {"version": 1}),
    ("append", {"version": -1, "position": 1}),
    ("append", {"version": "1", "position": 1}),
    ("read_stream", None),
    ("read_stream", [None]),
    ("read_stream", [{"id": "x"}]),
    ("read_all", 5),
    ("read_all", ["event"]),
    ("stream_version", None),
    ("stream_version", -1),
    ("head", "0"),
    ("head", True),
    ("find_event", {}),
]


@pytest.mark.parametrize(("method", "result"), WRONG_RESULTS)
def test_a_result_of_another_shape_is_the_stores_error(method: str, result: Any) -> None:
    plain = PlainStore()
    setattr(plain, method, lambda *arguments, **options: result)
    with pytest.raises(StoreError):
        USES[method](CustomStore(plain))


@pytest.mark.parametrize("epoch", ["x", 5, None, b"x"])
def test_an_epoch_that_is_no_uuid_is_refused(epoch: Any) -> None:
    plain = PlainStore()
    plain.epoch = epoch
    with pytest.raises(InvalidArgumentError):
        CustomStore(plain)


def test_its_epoch_makes_the_cursors() -> None:
    plain = PlainStore()
    store = CustomStore(plain)
    assert store.epoch == plain.epoch
    store.append("Order-1", [ADDED] * 2)
    assert [event.version for event in CustomStore(plain).read_all(after_position=store.cursor(1))] == [2]
    without = DelegatingStore()
    assert CustomStore(without).epoch != CustomStore(without).epoch


def test_closing_closes_it_once() -> None:
    plain = PlainStore()
    with CustomStore(plain) as store:
        assert not plain.closed
    assert plain.closed
    plain.closed = False
    store.close()
    assert not plain.closed
    CustomStore(DelegatingStore()).close()


def test_what_it_gave_can_be_changed_without_harm() -> None:
    plain = PlainStore()
    store = CustomStore(plain)
    given = {"notes": ["one"]}
    store.append("Order-1", [Event("Placed", given)])
    given["notes"].append("two")
    store.read_stream("Order-1")[0].data["notes"].append("three")
    assert store.read_stream("Order-1")[0].data == {"notes": ["one"]}
    assert written(store) == [("Order-1", 1, "Placed")]

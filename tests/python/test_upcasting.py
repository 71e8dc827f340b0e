"""Upcasting steps written in Python, and registries that are read from files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from onefold import (
    Event,
    EventRegistry,
    InvalidArgumentError,
    InvalidEventError,
    MemoryStore,
    RegistryError,
    UnknownEventError,
    UpcastError,
)

from tests.python.support import Counter, OpenStore, every_store


def with_step(step: Callable[[Any], Any], **options: Any) -> EventRegistry:
    events = EventRegistry(**options)
    events.type("Placed", version=2)
    events.type("Paid")
    events.upcast("Placed", 1)(step)
    return events


def old(data: Any = None) -> Event:
    return Event("Placed", {"a": 1} if data is None else data, schema_version=1)


@every_store
@pytest.mark.parametrize("failure", [KeyError("a"), ValueError("no"), KeyboardInterrupt()])
def test_what_a_step_raises_is_the_cause_of_the_error(
    open_store: OpenStore, failure: BaseException, tmp_path: Path
) -> None:
    def fail(data: Any) -> Any:
        raise failure

    with open_store(tmp_path, events=with_step(fail)) as store:
        store.append("Counter-1", [old()])
        for read in (
            lambda: store.read_stream("Counter-1"),
            store.read_all,
            lambda: list(store.iter_all()),
            lambda: store.load(Counter(), "1"),
            lambda: store.execute(Counter(), "1", 1),
        ):
            if not isinstance(failure, Exception):
                with pytest.raises(type(failure)) as interrupted:
                    read()
                assert interrupted.value is failure
                continue
            with pytest.raises(UpcastError, match=r"`Placed` from schema version 1") as raised:
                read()
            assert raised.value.__cause__ is failure
            assert (raised.value.type, raised.value.schema_version) == ("Placed", 1)
        assert store.stream_version("Counter-1") == 1


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (None, "returned None; return the data, or [] to drop the event"),
        ({"price": float("nan")}, "data.price: NaN is not JSON"),
        ({"price": {1}}, "data.price: `set` is not JSON"),
        ({1: 2}, "the key 1 is no string"),
        (object(), "`object` is not JSON"),
        ([{"a": 1}], "a list is a split"),
        (["Placed"], "a list is a split"),
        ([("Placed",)], "a list is a split"),
        ([("Placed", {}, 2, 3)], "a list is a split"),
        ([("Placed", {}, "2")], "a list is a split"),
        ([(5, {})], "a list is a split"),
        ([("", {})], "empty"),
        ([("Paid", {"price": float("inf")})], "data.price: inf is not JSON"),
        ([("Unknown", {})], "Unknown"),
    ],
)
def test_a_result_that_is_no_data_is_an_upcast_error(made: Any, message: str) -> None:
    store = MemoryStore(events=with_step(lambda data: made))
    store.append("Order-1", [old()])
    with pytest.raises((UpcastError, UnknownEventError)) as raised:
        store.read_all()
    assert message in str(raised.value)


@pytest.mark.parametrize("made", ["text", 5, 1.5, True, (1, 2), {}])
def test_a_step_may_give_anything_that_json_holds(made: Any) -> None:
    store = MemoryStore(events=with_step(lambda data: made))
    store.append("Order-1", [old()])
    [seen] = store.read_all()
    assert seen.data == (list(made) if isinstance(made, tuple) else made)
    assert json.loads(seen.raw) == seen.data
    assert seen.schema_version == 2


def test_a_step_may_change_its_argument_and_nothing_is_written_back() -> None:
    def add(data: dict[str, Any]) -> dict[str, Any]:
        data["a"] += 1
        return data

    store = MemoryStore(events=with_step(add))
    store.append("Order-1", [old()])
    assert [store.read_all()[0].data for _ in range(3)] == [{"a": 2}] * 3


def test_a_list_splits_and_an_empty_one_drops() -> None:
    def split(data: dict[str, Any]) -> list[Any]:
        return [("Placed", data)] * data["placed"] + [("Paid", data, 1)] * data["paid"]

    store = MemoryStore(events=with_step(split))
    store.append("Order-1", [old({"placed": 1, "paid": 2}), old({"placed": 0, "paid": 0}), Event("Paid")])
    seen = [(event.type, event.version, event.part, event.schema_version) for event in store.read_all()]
    assert seen == [("Placed", 1, 0, 2), ("Paid", 1, 1, 1), ("Paid", 1, 2, 1), ("Paid", 3, 0, 1)]


@every_store
@pytest.mark.parametrize("unknown", ["error", "skip", "pass"])
def test_events_that_the_registry_does_not_know(open_store: OpenStore, unknown: Any, tmp_path: Path) -> None:
    events = with_step(lambda data: data, unknown=unknown)
    with open_store(tmp_path, events=events) as store:
        store.append("Order-1", [Event("Paid")])
        if unknown == "error":
            with pytest.raises(UnknownEventError, match="`Other`") as refused:
                store.append("Order-1", [Event("Other")])
            assert refused.value.type == "Other"
            with pytest.raises(InvalidEventError) as newer:
                store.append("Order-1", [Event("Paid", schema_version=2)])
            assert newer.value.path == "schema_version"
            assert store.head() == 1
            return
        store.append("Order-1", [Event("Other"), Event("Paid", schema_version=2)])
        seen = [(event.type, event.schema_version) for event in store.read_all()]
        assert seen == ([("Paid", 1)] if unknown == "skip" else [("Paid", 1), ("Other", 1), ("Paid", 2)])


def test_a_registry_is_frozen_once_a_store_uses_it() -> None:
    events = with_step(lambda data: data)
    later = events.type("Later")
    MemoryStore(events=events)
    for declare in (
        lambda: events.type("Other"),
        lambda: events.bind("Paid")(dict),
        lambda: later(dict),
        lambda: events.upcast("Placed", 2),
        lambda: events.upcast("Placed", 2, remove=["a"]),
    ):
        with pytest.raises(InvalidArgumentError, match="built and frozen") as refused:
            declare()
        assert refused.value.argument == "registry"
    MemoryStore(events=events)


def test_a_registry_with_faults_opens_no_store() -> None:
    events = EventRegistry()
    events.type("Placed", version=3)
    with pytest.raises(RegistryError) as refused:
        MemoryStore(events=events)
    assert [fault.details["from"] for fault in refused.value.faults] == [1, 2]
    # It can be mended: what is not built is not frozen.
    events.upcast("Placed", 1, remove=["a"])
    events.upcast("Placed", 2, remove=["b"])
    assert events.build().current_version("Placed") == 3


SPEC: dict[str, Any] = {
    "unknown": "skip",
    "types": [{"type": "Placed", "version": 2, "aliases": ["Created"]}],
    "upcasters": [{"type": "Placed", "from": 1, "rename": {"a": "b"}, "add": {"c.d": None}}],
}


def test_a_registry_is_read_from_json_text_bytes_a_mapping_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text(json.dumps(SPEC), encoding="utf-8")
    for events in (
        EventRegistry.from_json(json.dumps(SPEC)),
        EventRegistry.from_json(json.dumps(SPEC).encode()),
        EventRegistry.from_json(SPEC),
        EventRegistry.load(path),
        EventRegistry.load(str(path)),
    ):
        store = MemoryStore(events=events)
        store.append("Order-1", [Event("Created", {"a": 1}, schema_version=1), Event("Other")])
        [seen] = store.read_all()
        assert (seen.type, seen.data) == ("Placed", {"b": 1, "c": {"d": None}})


def test_a_registry_that_was_read_takes_custom_steps() -> None:
    events = EventRegistry.from_json({"types": [{"type": "Placed", "version": 2}]})
    events.upcast("Placed", 1)(lambda data: data | {"b": 2})
    store = MemoryStore(events=events)
    store.append("Order-1", [old()])
    assert store.read_all()[0].data == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "5", "null", '{"kinds": []}', '{"types": 5}', '{"types": {}}', '{"upcasters": "x"}', b"\xff"],
)
def test_json_that_is_no_registry_is_refused(text: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        EventRegistry.from_json(text)
    assert refused.value.argument == "source"
    path = tmp_path / "events.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidArgumentError):
        EventRegistry.load(path)


@pytest.mark.parametrize(
    "spec",
    [
        {"types": [5]},
        {"types": [{}]},
        {"types": [{"type": 5}]},
        {"types": [{"type": "A", "version": "2"}]},
        {"types": [{"type": "A", "versions": 2}]},
        {"types": [{"type": "A", "aliases": "B"}]},
        {"upcasters": [{"type": "A"}]},
        {"upcasters": [{"type": "A", "from": 1, "rename": ["a"]}]},
        {"unknown": "ignore"},
        {"unknown": None},
        {"unknown": []},
    ],
)
def test_a_spec_with_parts_of_another_shape_is_refused(spec: dict[str, Any]) -> None:
    with pytest.raises((InvalidArgumentError, RegistryError)):
        EventRegistry.from_json(spec).build()


def test_a_spec_with_a_number_that_no_double_holds_is_refused() -> None:
    spec = {"types": [{"type": "A", "version": 2}], "upcasters": [{"type": "A", "from": 1, "add": {"x": 2**53}}]}
    with pytest.raises(InvalidArgumentError, match=r"`upcasters\[0\]\.add\.x`: the integer 9007199254740992 is past"):
        EventRegistry.from_json(spec).build()


def test_what_is_nested_without_end_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    cyclic: dict[str, Any] = {}
    cyclic["a"] = cyclic
    for default in (deep, cyclic):
        with pytest.raises(InvalidArgumentError):
            EventRegistry().upcast("A", 1, add={"x": default})
        with pytest.raises(InvalidArgumentError):
            EventRegistry.from_json({"upcasters": [{"type": "A", "from": 1, "add": {"x": default}}]}).build()
    with pytest.raises(InvalidArgumentError):
        EventRegistry.from_json('{"types":' + "[" * 100_000)


def test_an_edit_that_there_is_not_is_named_at_once() -> None:
    with pytest.raises(InvalidArgumentError, match="keep, rename, add, remove, split") as refused:
        EventRegistry().upcast("A", 1, renmae={"a": "b"})  # type: ignore[call-overload]
    assert refused.value.argument == "renmae"


@pytest.mark.parametrize("name", ["Absent", "OldA"])
def test_a_class_needs_a_type_that_is_declared(name: str) -> None:
    events = EventRegistry()
    events.type("A", aliases=["OldA"])

    @events.bind(name)
    @dataclass
    class A:
        x: int

    with pytest.raises(InvalidArgumentError, match=f"`{name}`, which is not declared"):
        events.build()


def test_a_registry_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        EventRegistry.load(tmp_path / "absent.json")


def test_declaring_changes_nothing_in_what_it_was_read_from() -> None:
    spec: dict[str, Any] = {"types": [{"type": "A"}], "upcasters": []}
    events = EventRegistry.from_json(spec)
    events.type("B")
    events.upcast("B", 1, remove=["x"])
    assert spec == {"types": [{"type": "A"}], "upcasters": []}

"""Errors are part of the API: codes, attributes, and messages that name the value and what to do next."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onefold
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onefold import (
    NO_STREAM,
    STREAM_EXISTS,
    ConflictError,
    CustomStore,
    Event,
    EventRegistry,
    InvalidArgumentError,
    Limits,
    MemoryStore,
    OnefoldError,
    RegistryFault,
    SqliteStore,
    StoreError,
)

from tests.python.plain_store import PlainStore
from tests.python.support import Counter

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/errors.json").read_text(encoding="utf-8"))
ID = "018f3c5e-0000-7000-8000-000000000001"

CLASSES = {
    name: item for name, item in vars(onefold).items() if inspect.isclass(item) and issubclass(item, OnefoldError)
}

# One of each, as the constructor makes it.
MADE = [
    OnefoldError("it failed"),
    ConflictError("Order-1", 0, 1),
    ConflictError("Order-1", NO_STREAM, 1),
    ConflictError("Order-1", STREAM_EXISTS, 0),
    onefold.DuplicateEventError([ID, ID]),
    onefold.InvalidEventError("data.items[3].price", "NaN is not JSON"),
    InvalidArgumentError("stream_id", "it is empty"),
    onefold.LimitExceededError("data", 1048576),
    onefold.UpcastError("OrderPlaced", 2, "a step failed"),
    onefold.UnknownEventError("OrderPlaced"),
    onefold.RegistryError([RegistryFault("gap", "no step", {"type": "OrderPlaced", "from": 2})]),
    onefold.CursorError("x:1"),
    onefold.TerminatedError("Order-1", 4),
    onefold.ClosedError(),
    StoreError("`shop.db` is damaged"),
    onefold.StoreUnavailableError("`shop.db` stays locked"),
    onefold.MigrationError("`shop.db` is empty"),
]


def raised(run: Callable[[], Any]) -> OnefoldError:
    with pytest.raises(OnefoldError) as caught:
        run()
    return caught.value


class Broken(PlainStore):
    def head(self) -> int:
        raise OSError("the disk is gone")


def provoked() -> list[OnefoldError]:
    """One of each that the core raises itself."""
    store = MemoryStore(limits=Limits(data_bytes=10))
    store.append("Order-1", [Event("Placed", {}, id=ID)])

    known = EventRegistry()
    known.type("Known", version=2)
    known.upcast("Known", 1, rename={"a": "b"})
    reading = CustomStore(plain := PlainStore(), events=known)
    CustomStore(plain).append("Order-1", [Event("Known", {}, schema_version=3)])

    gaps = EventRegistry()
    gaps.type("Gaps", version=3)

    class Ended(Counter):
        def is_terminal(self, state: int) -> bool:
            return True

    closed = MemoryStore()
    closed.close()
    broken = CustomStore(Broken())
    return [
        raised(lambda: store.append("Order-1", [Event("Placed", {})], expected_version=5)),
        raised(lambda: store.append("Order-1", [Event("Placed", {})], expected_version=NO_STREAM)),
        raised(lambda: store.append("Order-2", [Event("Placed", {}, id=ID)])),
        raised(lambda: store.append("Order-1", [Event("Placed", {"a": [float("nan")]})])),
        raised(lambda: store.append("", [])),
        raised(lambda: store.append("Order-1", [Event("Placed", "more than ten")])),
        raised(reading.read_all),
        raised(lambda: reading.append("Order-1", [Event("Unknown")])),
        raised(gaps.build),
        raised(lambda: store.read_all(after_position="x")),
        raised(lambda: store.execute(Ended(), "1", 1)),
        raised(closed.head),
        raised(broken.head),
    ]


def test_the_errors_are_those_of_every_language() -> None:
    assert {vector["name"] for vector in VECTORS} == set(CLASSES)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_an_error_has_its_code_and_place_in_the_hierarchy(vector: dict[str, Any]) -> None:
    cls = CLASSES[vector["name"]]
    assert cls.code == vector["code"]
    expected = cls.__name__.removesuffix("Error")
    if cls is not OnefoldError:
        assert cls.code == re.sub(r"(?<!^)(?=[A-Z])", "_", expected).lower()
        assert cls.__bases__[0].__name__ == vector["parent"]
    for other in vector.get("also", {}).get("python", []):
        assert issubclass(cls, {"ValueError": ValueError}[other])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_an_error_has_its_attributes(vector: dict[str, Any]) -> None:
    cls = CLASSES[vector["name"]]
    of_class = [error for error in MADE + provoked() if type(error) is cls]
    assert of_class
    for error in of_class:
        assert error.code == vector["code"]
        assert set(vector["attributes"]) <= set(vars(error))
    if vector["attributes"] and cls is not onefold.RegistryError:
        made = cls(**vector["attributes"])
        assert {name: getattr(made, name) for name in vector["attributes"]} == vector["attributes"]


def test_a_conflict_tells_what_the_caller_expected() -> None:
    expected = [error.expected for error in provoked() if isinstance(error, ConflictError)]
    assert expected == [5, NO_STREAM]


@pytest.mark.parametrize("error", MADE + provoked(), ids=lambda error: type(error).__name__)
def test_an_error_pickles_and_copies_with_everything(error: OnefoldError) -> None:
    copies = [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for other in [*copies, copy.copy(error), copy.deepcopy(error)]:
        assert type(other) is type(error)
        assert str(other) == str(error)
        assert other.args == error.args
        assert other.code == error.code
        assert vars(other) == vars(error)


@given(st.text(), st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1))
def test_any_conflict_pickles(stream_id: str, expected: int, actual: int) -> None:
    other = pickle.loads(pickle.dumps(ConflictError(stream_id, expected, actual)))
    assert (other.stream_id, other.expected, other.actual) == (stream_id, expected, actual)


@pytest.mark.parametrize("error", MADE + provoked(), ids=lambda error: type(error).__name__)
def test_a_message_is_lowercase_and_has_no_full_stop(error: OnefoldError) -> None:
    assert str(error)[0].islower() or str(error)[0] == "`"
    assert not str(error).endswith(".")


@pytest.mark.parametrize(
    ("code", "value", "what_to_do"),
    [
        ("conflict", "`Order-1` is at version 1, expected version 5", "load it again"),
        ("conflict", "`Order-1` is at version 1, expected NO_STREAM", "load it again"),
        ("duplicate_event", ID, "a retry must repeat the whole append"),
        ("invalid_event", "`data.a[0]`: NaN", "send None or a string"),
        ("invalid_argument", "`stream_id`: it is empty", "at least one character"),
        ("limit_exceeded", "`data` has 15 bytes, the limit is 10", "send less or raise the limit"),
        ("upcast", "`Known` from schema version 3", ""),
        ("unknown_event", "`Unknown`", "declare it"),
        ("registry", "`Gaps`", ""),
        ("cursor", "`x`", "start again from"),
        ("terminated", "`Counter-1` has ended at version 0", "no more commands"),
        ("closed", "", "open it again"),
        ("store", "the disk is gone", ""),
    ],
)
def test_a_message_names_the_value_and_what_to_do(code: str, value: str, what_to_do: str) -> None:
    messages = [str(error) for error in provoked() if error.code == code]
    assert any(value in message and what_to_do in message for message in messages), messages


def test_a_store_error_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, however you look at it" * 50)
    error = raised(lambda: SqliteStore(tmp_path / "notes.txt"))
    assert error.code == "migration"
    assert f"`{tmp_path / 'notes.txt'}`" in str(error)
    assert "give the path of another file" in str(error)


def test_an_invalid_argument_is_caught_as_a_value_error() -> None:
    with pytest.raises(ValueError, match="stream_id"):
        MemoryStore().read_stream("")


def test_a_registry_error_lists_every_fault_with_its_kind() -> None:
    events = EventRegistry()
    events.type("A", version=3)
    events.upcast("A", 1, rename={"a": "b"})
    events.type("B", aliases=["A"])
    events.upcast("C", 1, remove=["c"])
    error = raised(events.build)
    assert isinstance(error, onefold.RegistryError)
    assert {fault.kind for fault in error.faults} >= {"gap", "alias_clash"}
    assert all(fault.message in str(error) for fault in error.faults)
    [gap] = [fault for fault in error.faults if fault.kind == "gap"]
    assert gap.details == {"type": "A", "from": 2}

"""What `evolve` sees, and that a state is handed over, not shared (rule D1 of the store contract)."""

from __future__ import annotations

import contextvars
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pydantic
import pytest
from onefold import (
    Decider,
    Event,
    EventRegistry,
    Metadata,
)

from tests.python.support import ADDED, Counter, OpenStore, every_store, written


@every_store
def test_a_decider_runs_on_the_callers_thread_with_its_context(open_store: OpenStore, tmp_path: Path) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    seen = []

    class Looking(Counter):
        def initial(self) -> int:
            seen.append((variable.get(), threading.get_ident()))
            return super().initial()

        def decide(self, command: int, state: int) -> Any:
            seen.append((variable.get(), threading.get_ident()))
            return super().decide(command, state)

        def evolve(self, state: int, event: Event) -> int:
            seen.append((variable.get(), threading.get_ident()))
            return super().evolve(state, event)

    with open_store(tmp_path) as store:
        context = contextvars.copy_context()
        context.run(variable.set, "the caller's")
        context.run(store.execute, Looking(), "1", 1)
        assert seen == [("the caller's", threading.get_ident())] * 3


@every_store
@pytest.mark.parametrize("snapshot_every", [None, 1])
def test_what_a_decider_does_to_its_argument_shows_in_no_later_load(
    open_store: OpenStore, snapshot_every: int | None, tmp_path: Path
) -> None:
    shared: dict[str, Any] = {"items": []}

    class InPlace(Decider[str, dict[str, Any], Event]):
        def initial(self) -> dict[str, Any]:
            return shared

        def decide(self, command: str, state: dict[str, Any]) -> list[Event]:
            state["items"].append("left by decide")
            return [Event("Put", {"item": command})]

        def evolve(self, state: dict[str, Any], event: Event) -> dict[str, Any]:
            state["items"].append(event.data["item"])
            return state

    with open_store(tmp_path, snapshot_every=snapshot_every) as store:
        store.execute(InPlace(), "1", "a")
        store.execute(InPlace(), "1", "b")
        loaded = store.load(InPlace(), "1")
        assert loaded.state == {"items": ["a", "b"]}
        loaded.state["items"].clear()
        assert store.load(InPlace(), "1").state == {"items": ["a", "b"]}
        assert store.load(InPlace(), "2").state == {"items": []}
        assert shared == {"items": []}


@every_store
def test_changing_an_events_data_in_evolve_shows_nowhere_else(open_store: OpenStore, tmp_path: Path) -> None:
    class Meddling(Counter):
        def evolve(self, state: int, event: Event) -> int:
            by: int = event.data["by"]
            event.data["by"] = 1000
            return state + by

    with open_store(tmp_path) as store:
        assert store.execute(Meddling(), "1", 1).events[0].data == {"by": 1}
        assert store.load(Meddling(), "1").state == 1
        assert store.load(Meddling(), "1").state == 1
        assert store.read_stream("Counter-1")[0].data == {"by": 1}


class Noted(msgspec.Struct):
    notes: list[str]


class FrozenNoted(msgspec.Struct, frozen=True):
    notes: list[str]


class FrozenAround(msgspec.Struct, frozen=True):
    inside: tuple[Noted, ...]

    @property
    def notes(self) -> list[str]:
        return self.inside[0].notes


@dataclass
class DataNoted:
    notes: list[str]


@dataclass(frozen=True)
class FrozenDataNoted:
    notes: Any


class ModelNoted(pydantic.BaseModel, frozen=True):
    notes: list[str]


@attrs.frozen
class AttrsNoted:
    notes: list[str]


@dataclass(frozen=True)
class CachedNoted:
    """What it caches can be changed, though its fields cannot."""

    note: str

    @cached_property
    def notes(self) -> list[str]:
        return [self.note]


@dataclass(frozen=True)
class MadeNoted:
    """It makes something of its fields that can be changed."""

    note: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", [self.note])


NOTED = [
    CachedNoted("a"),
    MadeNoted("a"),
    Noted(["a"]),
    FrozenNoted(["a"]),
    FrozenAround((Noted(["a"]),)),
    DataNoted(["a"]),
    FrozenDataNoted(["a"]),
    ModelNoted(notes=["a"]),
    AttrsNoted(["a"]),
]


@every_store
@pytest.mark.parametrize("event", NOTED, ids=lambda event: type(event).__name__)
def test_changing_a_typed_event_in_evolve_shows_nowhere_else(open_store: OpenStore, event: Any, tmp_path: Path) -> None:
    class Meddling(Decider[Any, int, Any]):
        def initial(self) -> int:
            return 0

        def decide(self, command: Any, state: int) -> Any:
            return command

        def evolve(self, state: int, event: Any) -> int:
            event.notes.append("left by evolve")
            return state + len(event.notes)

    events = EventRegistry()
    events.type("Noted")(type(event))
    with open_store(tmp_path, events=events) as store:
        store.append("Meddling-1", [event])
        for _ in range(3):
            assert store.load(Meddling(), "1").state == 2
        assert store.execute(Meddling(), "1", event).state == 4
        assert event.notes == ["a"]
        assert store.load(Meddling(), "1").state == 4
        assert [stored.event.notes for stored in store.read_stream("Meddling-1")] == [["a"], ["a"]]


@every_store
def test_evolve_sees_neither_version_nor_position_of_an_event(open_store: OpenStore, tmp_path: Path) -> None:
    seen: list[Event] = []

    class Looking(Counter):
        def evolve(self, state: int, event: Event) -> int:
            seen.append(event)
            return super().evolve(state, event)

    with open_store(tmp_path) as store:
        store.execute(Looking(), "1", 1, metadata=Metadata(tenant="t"))
        store.load(Looking(), "1")
        new, stored = seen
        assert new == stored
        assert type(new) is Event
        assert (new.type, new.data, new.metadata, new.schema_version) == (
            "Added",
            {"by": 1},
            Metadata(tenant="t"),
            1,
        )
        for event in seen:
            assert not {"position", "version", "stream_id", "recorded_at"} & set(dir(event))


@every_store
@pytest.mark.parametrize("error", [KeyError("by"), KeyboardInterrupt()])
def test_an_exception_in_evolve_comes_out_as_it_is(open_store: OpenStore, error: BaseException, tmp_path: Path) -> None:
    class Failing(Counter):
        def evolve(self, state: int, event: Event) -> int:
            raise error

    with open_store(tmp_path) as store:
        store.append("Counter-1", [ADDED])
        for use in (lambda: store.load(Failing(), "1"), lambda: store.execute(Failing(), "1", 1)):
            with pytest.raises(type(error)) as raised:
                use()
            assert raised.value is error
        assert written(store) == [("Counter-1", 1, "Added")]

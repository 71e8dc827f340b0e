"""What a decider is, what it may return, and what comes of a command (rule D1 of the store contract)."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onefold import (
    ClosedError,
    Decider,
    Event,
    EventRegistry,
    InvalidArgumentError,
    InvalidEventError,
    MemoryStore,
    Metadata,
    TerminatedError,
    UpcastError,
)

from tests.python.support import ADDED, Counter, Deciding, OpenStore, TooSmall, every_store, written


def generator(command: int, state: int) -> Iterator[Event]:
    yield ADDED
    yield ADDED


@every_store
def test_a_command_is_decided_on_the_state_and_appended(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.execute(Counter(), "1", 5)
        done = store.execute(Counter(), "1", -2)
        assert (done.state, done.version, done.attempts) == (3, 2, 1)
        assert [event.data for event in done.events] == [{"by": -2}]
        assert done.events == store.read_stream("Counter-1", from_version=2)
        assert done.position == done.events[-1].position == store.head()
        loaded = store.load(Counter(), "1")
        assert (loaded.state, loaded.version) == (3, 2)


@given(commands=st.lists(st.integers(-20, 20), max_size=20))
def test_the_state_is_the_fold_of_what_was_accepted(commands: list[int]) -> None:
    store, total, version = MemoryStore(), 0, 0
    for command in commands:
        if total + command < 0:
            with pytest.raises(TooSmall):
                store.execute(Counter(), "1", command)
            continue
        total, version = total + command, version + 1
        done = store.execute(Counter(), "1", command)
        assert (done.state, done.version) == (total, version)
    loaded = store.load(Counter(), "1")
    assert (loaded.state, loaded.version) == (total, version)


@every_store
@pytest.mark.parametrize(
    ("decide", "events"),
    [
        pytest.param(lambda command, state: [ADDED, ADDED], 2, id="list"),
        pytest.param(lambda command, state: (ADDED, ADDED, ADDED), 3, id="tuple"),
        pytest.param(generator, 2, id="generator"),
        pytest.param(lambda command, state: iter([ADDED]), 1, id="iterator"),
        pytest.param(lambda command, state: {"one": ADDED}.values(), 1, id="view"),
        pytest.param(lambda command, state: ADDED, 1, id="one event"),
        pytest.param(lambda command, state: {"type": "Added", "data": {"by": 1}}, 1, id="one dict"),
        pytest.param(lambda command, state: None, 0, id="nothing"),
        pytest.param(lambda command, state: [], 0, id="no events"),
        pytest.param(lambda command, state: iter(()), 0, id="empty iterator"),
    ],
)
def test_decide_returns_events_one_event_or_nothing(
    open_store: OpenStore, decide: Callable[[Any, Any], Any], events: int, tmp_path: Path
) -> None:
    with open_store(tmp_path) as store:
        done = store.execute(Deciding(decide), "1", 0)
        assert (done.state, done.version, len(done.events)) == (events, events, events)
        assert store.stream_version("Counter-1") == events


class PaidStruct(msgspec.Struct):
    cents: int


class PaidModel(pydantic.BaseModel):
    cents: int


@dataclass
class PaidData:
    cents: int


@pytest.mark.parametrize("paid", [PaidStruct(cents=5), PaidModel(cents=5), PaidData(cents=5)])
@pytest.mark.parametrize("several", [True, False])
def test_decide_returns_typed_events_and_evolve_gets_them(paid: Any, several: bool) -> None:
    class Account(Decider[int, list[Any], Any]):
        def initial(self) -> list[Any]:
            return []

        def decide(self, command: int, state: list[Any]) -> Any:
            return [paid] if several else paid

        def evolve(self, state: list[Any], event: Any) -> list[Any]:
            return [*state, event]

    events = EventRegistry()
    events.type("Paid")(type(paid))
    store = MemoryStore(events=events)
    assert store.execute(Account(), "1", 5).state == [paid]
    assert store.load(Account(), "1").state == [paid]
    assert type(store.load(Account(), "1").state[0]) is type(paid)


async def coroutine(command: int, state: int) -> list[Event]:
    return [ADDED]


async def async_generator(command: int, state: int) -> Any:
    yield ADDED


@every_store
@pytest.mark.parametrize(
    ("decide", "message"),
    [
        (coroutine, "decide is asynchronous; make it a plain function"),
        (async_generator, "decide is asynchronous; make it a plain function"),
        (lambda command, state: "Added", "decide returned `str`; return events, one event or None"),
        (lambda command, state: b"Added", "decide returned `bytes`; return events, one event or None"),
        (lambda command, state: 5, "decide returned `int`; return events, one event or None"),
        (lambda command, state: True, "decide returned `bool`; return events, one event or None"),
        (lambda command, state: object(), "decide returned `object`; return events, one event or None"),
    ],
)
def test_what_is_no_events_is_refused(
    open_store: OpenStore, decide: Callable[[Any, Any], Any], message: str, tmp_path: Path
) -> None:
    with open_store(tmp_path) as store, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(InvalidArgumentError, match=message) as refused:
            store.execute(Deciding(decide), "1", 0)
        assert refused.value.argument == "decide"
        gc.collect()
        assert not [warning for warning in warned if "never awaited" in str(warning.message)]
        assert written(store) == []
        assert store.execute(Counter(), "1", 1).state == 1


@pytest.mark.parametrize("wrong", [[5], ["Added"], [None], [ADDED, object()], [[ADDED]]])
def test_an_element_that_is_no_event_is_refused_and_nothing_is_written(wrong: list[Any]) -> None:
    store = MemoryStore()
    with pytest.raises(InvalidEventError) as refused:
        store.execute(Deciding(lambda command, state: wrong), "1", 0)
    assert refused.value.path == "type"
    assert store.head() == 0


class Stop(BaseException):
    """No ordinary exception."""


@every_store
@pytest.mark.parametrize("rejection", [TooSmall("no"), ValueError(), KeyboardInterrupt(), Stop()])
@pytest.mark.parametrize("late", [False, True])
def test_a_rejection_comes_out_as_the_same_object(
    open_store: OpenStore, rejection: BaseException, late: bool, tmp_path: Path
) -> None:
    def reject(command: int, state: int) -> None:
        raise rejection

    def reject_late(command: int, state: int) -> Iterator[Event]:
        yield ADDED
        raise rejection

    with open_store(tmp_path) as store:
        store.execute(Counter(), "1", 1)
        with pytest.raises(type(rejection)) as raised:
            store.execute(Deciding(reject_late if late else reject), "1", 0)
        assert raised.value is rejection
        assert raised.value.__cause__ is None
        assert written(store) == [("Counter-1", 1, "Added")]


@every_store
def test_a_stream_that_has_ended_takes_no_command_and_is_not_decided(open_store: OpenStore, tmp_path: Path) -> None:
    class UntilThree(Deciding):
        def is_terminal(self, state: int) -> bool:
            return state >= 3

    decider = UntilThree(lambda command, state: [Event("Added", {"by": command})])
    with open_store(tmp_path) as store:
        store.execute(decider, "1", 1)
        assert store.execute(decider, "1", 2).state == 3
        with pytest.raises(TerminatedError, match="`Counter-1` has ended at version 2") as raised:
            store.execute(decider, "1", 1)
        assert (raised.value.stream_id, raised.value.version) == ("Counter-1", 2)
        assert decider.decided == 2
        assert store.load(decider, "1").state == 3


@every_store
def test_decide_may_call_the_store(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:

        def decide(command: int, state: int) -> list[Event]:
            store.append("Log-1", [Event("Decided", {"on": state})])
            other = store.execute(Counter(), "other", command)
            return [Event("Added", {"by": other.state + len(store.read_all())})]

        assert store.execute(Deciding(decide), "1", 5, retries=0).state == 7
        assert store.execute(Deciding(decide), "1", 5, retries=0).state == 7 + 10 + 5


@every_store
def test_metadata_of_the_command_lies_under_that_of_the_event(open_store: OpenStore, tmp_path: Path) -> None:
    own = Metadata(correlation_id="own", extra={"a": "own", "b": "own"})
    under = Metadata(correlation_id="under", causation_id="under", tenant="under", extra={"b": "under", "c": "under"})

    def decide(command: int, state: int) -> list[Event]:
        return [Event("Added", {"by": 1}, metadata=own), ADDED]

    with open_store(tmp_path) as store:
        with_own, without = store.execute(Deciding(decide), "1", 0, metadata=under).events
        assert with_own.metadata == Metadata(
            correlation_id="own",
            causation_id="under",
            tenant="under",
            extra={"a": "own", "b": "own", "c": "under"},
        )
        assert without.metadata == under


@every_store
def test_no_events_write_nothing_and_give_the_streams_last_position(open_store: OpenStore, tmp_path: Path) -> None:
    nothing = Deciding(lambda command, state: [])
    with open_store(tmp_path) as store:
        first = store.execute(nothing, "1", 0)
        assert (first.state, first.events, first.version, first.position) == (0, [], 0, 0)
        appended = store.execute(Counter(), "2", 5)
        store.execute(Counter(), "3", 5)
        idle = Deciding(lambda command, state: None)
        done = store.execute(idle, "2", 0)
        assert (done.state, done.events, done.version, done.position) == (5, [], 1, appended.position)
        assert store.head() == 2


@every_store
def test_two_deciders_of_one_name_are_refused_in_one_store(open_store: OpenStore, tmp_path: Path) -> None:
    class Other(Counter):
        name = "Counter"

    class Named(Counter):
        name = "counter-2"

    with open_store(tmp_path) as store:
        store.execute(Counter(), "1", 1)
        store.execute(Counter(), "1", 1)
        for use in (lambda: store.execute(Other(), "1", 1), lambda: store.load(Other(), "1")):
            with pytest.raises(InvalidArgumentError, match=r"`Counter`.*give one a name") as refused:
                use()
            assert refused.value.argument == "decider"
        assert store.load(Named(), "1").state == 2


def test_a_class_of_ones_own_with_the_methods_is_a_decider() -> None:
    @dataclass
    class Sum:
        """No subclass of Decider; its category and name are those of the class."""

        log: list[int] = field(default_factory=list)

        def initial(self) -> int:
            return 0

        def decide(self, command: int, state: int) -> Event:
            self.log.append(state)
            return Event("Added", {"by": command})

        def evolve(self, state: int, event: Event) -> int:
            by: int = event.data["by"]
            return state + by

    store = MemoryStore()
    assert store.execute(Sum(), "1", 5).state == 5
    assert store.stream_exists("Sum-1")


@pytest.mark.parametrize("wrong", [None, 5, "Counter", object(), Counter, lambda command, state: []])
def test_what_is_no_decider_is_refused(wrong: Any) -> None:
    store = MemoryStore()
    for use in (lambda: store.execute(wrong, "1", 1), lambda: store.load(wrong, "1")):
        with pytest.raises(InvalidArgumentError) as refused:
            use()
        assert refused.value.argument == "decider"


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("category", 5), ("category", b"x"), ("name", 5), ("state_version", "1"), ("state_version", -1)],
)
def test_an_attribute_of_a_wrong_type_is_refused(attribute: str, value: Any) -> None:
    decider = Counter()
    setattr(decider, attribute, value)
    with pytest.raises(InvalidArgumentError) as refused:
        MemoryStore().execute(decider, "1", 1)
    assert refused.value.argument == f"decider.{attribute}"


@every_store
def test_events_that_evolve_cannot_take_are_not_written(open_store: OpenStore, tmp_path: Path) -> None:
    class Fragile(Counter):
        def evolve(self, state: int, event: Event) -> int:
            raise ZeroDivisionError(f"no {event.type} for me")

    with open_store(tmp_path) as store:
        with pytest.raises(ZeroDivisionError, match="no Added"):
            store.execute(Fragile(), "1", 5)
        assert written(store) == []
        assert not store.stream_exists("Counter-1")


def test_events_that_do_not_fit_their_class_are_not_written() -> None:
    events = EventRegistry()

    @events.type("Added")
    class Added(msgspec.Struct, frozen=True):
        by: int

    store = MemoryStore(events=events)
    with pytest.raises(UpcastError, match="does not fit the class"):
        store.execute(Deciding(lambda _command, _state: Event("Added", {"by": "five"})), "1", None)
    assert written(store) == []


def test_new_events_of_one_command_are_told_apart() -> None:
    events = EventRegistry()

    @events.type("Added")
    class Added(msgspec.Struct, frozen=True):
        by: int

    class Adding(Deciding):
        def evolve(self, state: int, event: Any) -> int:
            return state + int(event.by)

    store = MemoryStore(events=events)
    decider = Adding(lambda command, _state: [Added(by) for by in command])
    assert store.execute(decider, "1", [1, 20]).state == 21
    assert store.execute(decider, "1", [300, 4000]).state == 4321
    assert store.load(decider, "1").state == 4321
    assert [event.event.by for event in store.read_stream("Counter-1")] == [1, 20, 300, 4000]


@every_store
def test_a_store_that_decide_closes_writes_nothing(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:

        def closing(_command: Any, _state: Any) -> Event:
            store.close()
            return ADDED

        with pytest.raises(ClosedError):
            store.execute(Deciding(closing), "1", None)


@every_store
def test_without_events_a_stream_that_did_not_exist_has_no_position(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        done = store.execute(Deciding(lambda _command, _state: store.append("Counter-1", [ADDED]) and None), "1", None)
        assert (done.version, done.position, done.events) == (0, 0, [])


@every_store
def test_a_decider_whose_evolve_or_initial_is_asynchronous_is_refused(open_store: OpenStore, tmp_path: Path) -> None:
    class AsyncEvolve(Counter):
        async def evolve(self, state: int, event: Event) -> int:  # type: ignore[override]
            return state

    class AsyncInitial(Counter):
        name = "AsyncInitial"

        async def initial(self) -> int:  # type: ignore[override]
            return 0

    with open_store(tmp_path) as store, warnings.catch_warnings():
        warnings.simplefilter("error")
        for decider, method in ((AsyncEvolve(), "evolve"), (AsyncInitial(), "initial")):
            with pytest.raises(InvalidArgumentError, match=f"{method} is asynchronous") as refused:
                store.execute(decider, "1", 1)
            assert refused.value.argument == method
        gc.collect()
        assert written(store) == []


def test_a_category_with_a_hyphen_is_refused() -> None:
    class Parcel(Counter):
        category = "Sales-Parcel"

    with pytest.raises(InvalidArgumentError, match="its streams would be of `Sales`") as refused:
        MemoryStore().execute(Parcel(), "1", 1)
    assert refused.value.argument == "decider.category"


def test_an_event_of_a_class_that_is_not_registered_says_so() -> None:
    @dataclass
    class Added:
        by: int

    with pytest.raises(InvalidArgumentError, match=r"Added`; return events, .* register the classes"):
        MemoryStore().execute(Deciding(lambda _command, _state: Added(1)), "1", 1)

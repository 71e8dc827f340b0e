"""What ``decide`` may give, and what a store does with deciders: D1 and D2 as far as they are Python's own."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from counter import Counter, NotPositive
from harness import Harness
from onefold import Decider, Event, InvalidArgumentError, Metadata, OnefoldError, Store

Request: contextvars.ContextVar[str] = contextvars.ContextVar("request")


class Deciding(Decider[Any, list[Any], Event]):
    """Decides by a function; its state is the data of its events."""

    category = "Deciding"

    def __init__(self, function: Callable[[Any, list[Any]], Any]) -> None:
        self._function = function

    def initial(self) -> list[Any]:
        return []

    def decide(self, command: Any, state: list[Any]) -> Any:
        return self._function(command, state)

    def evolve(self, state: list[Any], event: Event) -> list[Any]:
        return [*state, event.data]


@pytest.fixture
def store(harness: Harness) -> Iterator[Store]:
    with harness.open() as store:
        yield store


def two_events(command: Any, state: list[Any]) -> Iterator[Event]:
    yield Event("A", 1)
    yield Event("A", 2)


@pytest.mark.parametrize(
    ("function", "data"),
    [
        (lambda command, state: [Event("A", 1), Event("B", 2)], [1, 2]),
        (lambda command, state: (Event("A", 1),), [1]),
        (lambda command, state: Event("A", 1), [1]),
        (two_events, [1, 2]),
        (lambda command, state: iter([Event("A", 1)]), [1]),
        (lambda command, state: {"type": "A", "data": 1}, [1]),
        (lambda command, state: [{"type": "A", "data": 1}], [1]),
        (lambda command, state: None, []),
        (lambda command, state: [], []),
    ],
    ids=["list", "tuple", "one event", "generator", "iterator", "one dict", "dicts", "None", "nothing"],
)
def test_what_decide_may_give(store: Store, function: Callable[..., Any], data: list[Any]) -> None:
    out = store.execute(Deciding(function), "1", None)
    assert out.state == data
    assert [event.data for event in out.events] == data
    assert out.version == len(data) == store.stream_version("Deciding-1")


async def coroutine(command: Any, state: list[Any]) -> list[Event]:
    return []


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize(
    "function",
    [coroutine, lambda command, state: 7, lambda command, state: "A", lambda command, state: [Event("A", 1), 7]],
    ids=["coroutine", "int", "str", "an int among events"],
)
def test_anything_else_is_an_error_that_says_so(store: Store, function: Callable[..., Any]) -> None:
    with pytest.raises(OnefoldError, match=r"decide|event"):
        store.execute(Deciding(function), "1", None)
    assert not store.stream_exists("Deciding-1")


def test_a_rejection_comes_out_as_it_is(store: Store) -> None:
    rejection = NotPositive("by design")

    def reject(command: Any, state: list[Any]) -> Any:
        raise rejection

    with pytest.raises(NotPositive) as raised:
        store.execute(Deciding(reject), "1", None)
    assert raised.value is rejection
    assert store.head() == 0


def test_even_an_exit_comes_out_as_it_is(store: Store) -> None:
    def leave(command: Any, state: list[Any]) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.execute(Deciding(leave), "1", None)
    assert store.append("Order-1", [Event("A", {})]).version == 1


def test_decide_runs_on_the_caller_s_thread_and_in_its_context(store: Store) -> None:
    seen = []

    def look(command: Any, state: list[Any]) -> None:
        seen.append((threading.get_ident(), Request.get()))

    token = Request.set("req-7")
    store.execute(Deciding(look), "1", None)
    Request.reset(token)
    assert seen == [(threading.get_ident(), "req-7")]


def test_decide_may_call_the_store(store: Store) -> None:
    def count(command: Any, state: list[Any]) -> Event:
        store.append("Other-1", [Event("A", {})])
        store.execute(Counter(), "inner", {"type": "Add", "by": 1})
        return Event("A", len(store.read_all()))

    assert store.execute(Deciding(count), "1", None).state == [2]


def test_what_a_decider_does_to_its_state_never_shows_later(harness: Harness) -> None:
    def spoil(command: Any, state: list[Any]) -> None:
        state.append("spoilt")
        for data in state:
            if isinstance(data, dict):
                data["spoilt"] = True

    with harness.open(snapshot_every=1) as store:
        decider = Deciding(lambda command, state: spoil(command, state) if command else Event("A", {"n": [1]}))
        store.execute(decider, "1", None)
        for _ in range(3):
            assert store.load(decider, "1").state == [{"n": [1]}]
            spoil(None, store.load(decider, "1").state)
            store.execute(decider, "1", "spoil")


def test_metadata_of_an_event_goes_over_that_of_the_call(store: Store) -> None:
    own = Metadata(correlation_id="own", extra={"b": 2})
    decider = Deciding(lambda command, state: [Event("A", 1, metadata=own), Event("A", 2)])
    call = Metadata(correlation_id="call", tenant="acme", extra={"a": 1})
    one, other = store.execute(decider, "1", None, metadata=call).events
    assert one.metadata == Metadata(correlation_id="own", tenant="acme", extra={"a": 1, "b": 2})
    assert other.metadata == call


def test_two_deciders_of_one_name_are_an_error(store: Store) -> None:
    class Impostor(Counter):
        def initial(self) -> dict[str, Any]:
            return {"total": 1000, "closed": False}

    store.load(Counter(), "1")
    with pytest.raises(InvalidArgumentError, match="Counter"):
        store.load(Impostor(), "1")
    assert store.load(Counter(), "1").state["total"] == 0


def test_a_snapshot_that_cannot_be_written_never_fails_a_command(harness: Harness) -> None:
    class Unwritable(Counter):
        name = "Unwritable"

        def evolve(self, state: dict[str, Any], event: Event) -> dict[str, Any]:
            return super().evolve(state, event) | {"seen": {object()}}

    with harness.open(snapshot_every=1) as store:
        for total in range(1, 4):
            out = store.execute(Unwritable(), "1", {"type": "Add", "by": 1})
            assert out.state["total"] == total
        assert store.load(Unwritable(), "1").state["total"] == 3


@pytest.mark.parametrize("retries", [-1, 1.5, "three", True])
def test_retries_of_a_wrong_kind(store: Store, retries: Any) -> None:
    with pytest.raises(InvalidArgumentError) as raised:
        store.execute(Counter(), "1", {"type": "Close"}, retries=retries)
    assert raised.value.argument == "retries"


@pytest.mark.parametrize("decider", [None, 7, object(), Counter], ids=["None", "int", "object", "class"])
def test_what_is_no_decider(store: Store, decider: Any) -> None:
    with pytest.raises(InvalidArgumentError) as raised:
        store.load(decider, "1")
    assert raised.value.argument == "decider"

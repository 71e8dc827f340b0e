"""Tests of deciders fail when they must: given, when, then."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pydantic
import pytest
from onefold import Decider, Event, InvalidArgumentError, Metadata
from onefold.testing import given

from tests.python.support import ADDED, Counter, Deciding, TooSmall

TEN = Event("Added", {"by": 10})


class Ending(Counter):
    def is_terminal(self, state: int) -> bool:
        return state >= 10


def test_what_holds_passes() -> None:
    given(Counter()).then_state(0)
    given(Counter(), ADDED, TEN).then_state(11)
    given(Counter(), TEN).when(-3).then_events(Event("Added", {"by": -3}))
    given(Counter(), TEN).when(-3).then_state(7)
    given(Counter(), TEN).when(-11).then_rejected()
    given(Counter(), TEN).when(-11).then_rejected(TooSmall)
    given(Counter(), TEN).when(-11).then_rejected((KeyError, TooSmall), match=r"10 -11")
    given(Counter(), TEN).when(-11).then_rejected(lambda rejection: "-11" in str(rejection))
    given(Ending(), TEN).then_terminal()


FAILING: dict[str, tuple[Callable[[], object], str]] = {
    "another state": (lambda: given(Counter(), TEN).then_state(9), "the state is 10, not 9"),
    "another event": (lambda: given(Counter()).when(1).then_events(TEN), "it led to .*'by': 1.*, not to .*'by': 10"),
    "other metadata": (
        lambda: given(Counter()).when(1).then_events(Event("Added", {"by": 1}, metadata=Metadata(tenant="t"))),
        "it led to",
    ),
    "fewer events": (lambda: given(Counter()).when(1).then_events(), r"it led to .*, not to \[\]"),
    "more events": (lambda: given(Counter()).when(1).then_events(ADDED, ADDED), "it led to"),
    "another state after it": (lambda: given(Counter()).when(1).then_state(2), "the state is 1, not 2"),
    "no rejection": (lambda: given(Counter()).when(1).then_rejected(TooSmall), "it was not rejected, but led to"),
    "another rejection": (
        lambda: given(Counter()).when(-1).then_rejected(KeyError),
        "it was rejected by TooSmall.*, not by <class 'KeyError'>",
    ),
    "another of several": (lambda: given(Counter()).when(-1).then_rejected((KeyError, OSError)), "not by"),
    "another by the predicate": (
        lambda: given(Counter()).when(-1).then_rejected(lambda rejection: False),
        "which is not the one meant",
    ),
    "another message": (lambda: given(Counter()).when(-1).then_rejected(TooSmall, match="big"), "does not match 'big'"),
    "a rejection, not events": (lambda: given(Counter()).when(-1).then_events(), "it was rejected by TooSmall"),
    "a rejection, not a state": (lambda: given(Counter()).when(-1).then_state(0), "it was rejected by TooSmall"),
    "not ended": (lambda: given(Ending(), ADDED).then_terminal(), "has not ended in 1"),
    "a command after the end": (lambda: given(Ending(), TEN).when(1), "has ended in 10; no command reaches it"),
}


@pytest.mark.parametrize("case", FAILING)
def test_what_does_not_hold_fails_and_says_why(case: str) -> None:
    check, message = FAILING[case]
    with pytest.raises(AssertionError, match=message):
        check()


def test_the_rejection_is_the_cause_of_the_failure() -> None:
    with pytest.raises(AssertionError) as failed:
        given(Counter()).when(-1).then_events()
    assert isinstance(failed.value.__cause__, TooSmall)


def test_it_fails_in_an_optimised_python_too() -> None:
    code = "from onefold.testing import given; from tests.python.support import Counter; given(Counter()).then_state(1)"
    run = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, check=False)
    assert "AssertionError: the state is 0, not 1" in run.stderr


def late(command: int, state: int) -> Iterator[Event]:
    yield ADDED
    raise TooSmall("late")


def test_a_rejection_within_a_generator_is_one() -> None:
    given(Deciding(late)).when(1).then_rejected(TooSmall, match="late")


class Model(pydantic.BaseModel):
    by: int


@pytest.mark.parametrize("one", [ADDED, {"type": "Added"}, Model(by=1)])
def test_one_event_and_nothing_are_events(one: Any) -> None:
    given(Deciding(lambda command, state: one)).when(1).then_events(one)
    given(Deciding(lambda command, state: (one, one))).when(1).then_events(one, one)
    given(Deciding(lambda command, state: None)).when(1).then_events()


async def coroutine(command: int, state: int) -> list[Event]:
    return [ADDED]


async def async_generator(command: int, state: int) -> Any:
    yield ADDED


@pytest.mark.parametrize(
    "decide", [coroutine, async_generator, *[lambda c, s, r=r: r for r in ("Added", b"x", 5, True)]]
)
def test_what_is_no_events_is_refused_as_execute_does_and_is_no_rejection(decide: Callable[[Any, Any], Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InvalidArgumentError) as refused:
            given(Deciding(decide)).when(1)
    assert refused.value.argument == "decide"


def test_what_decide_does_to_its_argument_does_not_show() -> None:
    shared: list[str] = []

    class InPlace(Decider[str, list[str], Event]):
        def initial(self) -> list[str]:
            return shared

        def decide(self, command: str, state: list[str]) -> Event:
            state.append("left by decide")
            return Event("Put", command)

        def evolve(self, state: list[str], event: Event) -> list[str]:
            state.append(event.data)
            return state

    given(InPlace(), Event("Put", "a")).when("b").then_state(["a", "b"])
    given(InPlace()).then_state([])
    assert shared == []

"""Enrichers add metadata to new events: in order, once each."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from onefold import Event, InvalidArgumentError, LimitExceededError, Metadata
from onefold.errors import InvalidEventError

from tests.python.support import ADDED, Counter, OpenStore, Overtaken, every_store

request = contextvars.ContextVar("request", default="none")


@every_store
def test_enrichers_run_in_order_and_each_sees_what_those_before_gave(open_store: OpenStore, tmp_path: Path) -> None:
    def first(event: Event) -> Metadata:
        return Metadata(correlation_id="first", extra={"a": 1, "b": 1})

    def second(event: Event) -> Metadata:
        return Metadata(tenant=f"after {event.metadata.correlation_id}", extra={"b": 2, "seen": event.metadata.extra})

    with open_store(tmp_path, enrichers=[first, second]) as store:
        store.append("Order-1", [Event("Placed", {}, metadata=Metadata(causation_id="own", extra={"own": True}))])
        assert store.read_all()[0].metadata == Metadata(
            correlation_id="first",
            causation_id="own",
            tenant="after first",
            extra={"own": True, "a": 1, "b": 2, "seen": {"own": True, "a": 1, "b": 1}},
        )


@every_store
def test_what_an_enricher_gives_goes_over_what_the_event_has(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path, enrichers=[lambda event: Metadata(tenant="enricher", extra={"a": "enricher"})]) as store:
        store.append("Order-1", [Event("Placed", metadata=Metadata(tenant="own", extra={"a": "own", "b": "own"}))])
        assert store.read_all()[0].metadata == Metadata(tenant="enricher", extra={"a": "enricher", "b": "own"})


@every_store
def test_an_enricher_runs_once_for_each_new_event_and_sees_it_complete(open_store: OpenStore, tmp_path: Path) -> None:
    seen: list[Event] = []

    def look(event: Event) -> Metadata:
        seen.append(event)
        return Metadata()

    with open_store(tmp_path, enrichers=[look]) as store:
        store.append("Order-1", [Event("Placed", {"n": 1}), {"type": "Paid", "data": {"n": 2}}])
        store.execute(Counter(), "1", 3)
        store.load(Counter(), "1")
        assert [(event.type, event.data) for event in seen] == [
            ("Placed", {"n": 1}),
            ("Paid", {"n": 2}),
            ("Added", {"by": 3}),
        ]
        assert [event.id for event in seen] == [stored.id for stored in store.read_all()]
        assert {event.schema_version for event in seen} == {1}


@every_store
def test_an_enricher_runs_again_for_what_is_decided_anew(open_store: OpenStore, tmp_path: Path) -> None:
    seen: list[str] = []

    def look(event: Event) -> Metadata:
        seen.append(event.metadata.correlation_id or "other")
        return Metadata(extra={"runs": len(seen)})

    with open_store(tmp_path, enrichers=[look]) as store:
        done = store.execute(Overtaken(store, 1), "1", 1, metadata=Metadata(correlation_id="command"))
        assert seen == ["other", "command", "command"]
        assert done.events[0].metadata.extra == {"runs": 3}


@every_store
def test_an_enricher_sees_the_callers_context(open_store: OpenStore, tmp_path: Path) -> None:
    with open_store(tmp_path, enrichers=[lambda event: Metadata(correlation_id=request.get())]) as store:
        context = contextvars.copy_context()
        context.run(request.set, "req-1")
        context.run(store.append, "Order-1", [ADDED])
        store.append("Order-1", [ADDED])
        assert [event.metadata.correlation_id for event in store.read_all()] == ["req-1", "none"]


@every_store
def test_an_enricher_does_not_break_a_retry(open_store: OpenStore, tmp_path: Path) -> None:
    count = iter(range(100))
    event = Event("Placed", {}, id="018f3c5e-0000-7000-8000-000000000001")
    with open_store(tmp_path, enrichers=[lambda event: Metadata(extra={"count": next(count)})]) as store:
        first = store.append("Order-1", [event])
        again = store.append("Order-1", [event])
        assert (again.duplicate, again.version, again.position) == (True, first.version, first.position)
        assert [event.metadata.extra for event in store.read_all()] == [{"count": 0}]


class Refused(Exception):
    pass


@every_store
@pytest.mark.parametrize("error", [Refused("no"), KeyboardInterrupt(), ValueError()])
def test_an_exception_of_an_enricher_comes_out_as_it_is(
    open_store: OpenStore, error: BaseException, tmp_path: Path
) -> None:
    def fail(event: Event) -> Metadata:
        if event.type == "Second":
            raise error
        return Metadata()

    with open_store(tmp_path, enrichers=[fail]) as store:
        with pytest.raises(type(error)) as raised:
            store.append("Order-1", [Event("First"), Event("Second")])
        assert raised.value is error
        assert store.head() == 0
        store.append("Order-1", [Event("First")])
        assert store.head() == 1


@every_store
@pytest.mark.parametrize("wrong", [None, {}, {"tenant": "t"}, "t", 5, Event("Placed")])
def test_what_is_no_metadata_is_refused(open_store: OpenStore, wrong: Any, tmp_path: Path) -> None:
    with open_store(tmp_path, enrichers=[lambda event: wrong]) as store:
        with pytest.raises(InvalidArgumentError, match="return a Metadata") as refused:
            store.append("Order-1", [ADDED])
        assert refused.value.argument == "enrichers"
        with pytest.raises(InvalidArgumentError, match=type(wrong).__name__):
            store.execute(Counter(), "1", 1)
        assert store.head() == 0


@every_store
@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        (Metadata(tenant=""), InvalidEventError),
        (Metadata(tenant="t" * 256), LimitExceededError),
        (Metadata(extra={"much": "x" * 2**16}), LimitExceededError),
    ],
)
def test_metadata_of_an_enricher_is_checked_like_any_other(
    open_store: OpenStore, metadata: Metadata, error: type[Exception], tmp_path: Path
) -> None:
    with open_store(tmp_path, enrichers=[lambda event: metadata]) as store:
        with pytest.raises(error):
            store.append("Order-1", [ADDED])
        assert store.head() == 0


@every_store
@pytest.mark.parametrize("wrong", [5, None, lambda event: Metadata(), [None], [5], ["add"], "add"])
def test_enrichers_that_are_no_list_of_callables_are_refused(
    open_store: Callable[..., Any], wrong: Any, tmp_path: Path
) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        open_store(tmp_path, enrichers=wrong)
    assert refused.value.argument == "enrichers"

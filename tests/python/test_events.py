"""Events and metadata as objects: equal, hashed, shown, pickled, and never changed."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onefold import Event, EventRegistry, MemoryStore, Metadata, StoredEvent

ID = "018f3c5e-0000-7000-8000-00000000000a"

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-100, 100) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
METADATA = st.builds(
    Metadata,
    correlation_id=st.none() | TEXT,
    causation_id=st.none() | TEXT,
    tenant=st.none() | TEXT,
    extra=st.none() | st.dictionaries(TEXT, DATA, max_size=3),
)
EVENTS = st.builds(
    Event,
    TEXT,
    DATA,
    id=st.none() | st.uuids(),
    metadata=st.none() | METADATA,
    schema_version=st.none() | st.integers(1, 9),
)


@dataclass(frozen=True)
class Placed:
    cents: int


def stored(event: object = None, events: EventRegistry | None = None) -> StoredEvent:
    store = MemoryStore(events=events)
    store.append("Order-1", [event or Event("Placed", {"a": [1]}, id=ID, metadata=Metadata(tenant="t"))])
    return store.read_all()[0]


def copies(value: Any) -> list[Any]:
    pickled = [pickle.loads(pickle.dumps(value, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    return [*pickled, copy.copy(value), copy.deepcopy(value)]


@given(event=EVENTS)
def test_a_copy_of_an_event_is_equal_and_shows_the_same(event: Event) -> None:
    for other in [*copies(event), eval(repr(event))]:
        assert other == event
        assert hash(other) == hash(event)
        assert repr(other) == repr(event)


@given(metadata=METADATA)
def test_a_copy_of_metadata_is_equal_and_shows_the_same(metadata: Metadata) -> None:
    for other in [*copies(metadata), eval(repr(metadata)), Metadata(**metadata.to_dict())]:
        assert other == metadata
        assert hash(other) == hash(metadata)
        assert repr(other) == repr(metadata)


@given(event=EVENTS)
def test_a_copy_of_a_stored_event_is_equal(event: Event) -> None:
    original = stored(event)
    for other in copies(original):
        assert other == original
        assert hash(other) == hash(original)
        assert other.to_dict() == original.to_dict()
        assert other.event == original.event


@given(one=EVENTS, other=EVENTS)
def test_events_are_equal_when_all_of_their_parts_are(one: Event, other: Event) -> None:
    def parts(event: Event) -> Any:
        return event.id, event.type, event.schema_version, event.data, event.metadata

    assert (one == other) == (parts(one) == parts(other))
    assert (one != other) == (parts(one) != parts(other))


@pytest.mark.parametrize("value", [Event("Placed"), Metadata(), stored()], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("other", [None, 5, "Placed", {}, object()])
def test_other_objects_are_never_equal(value: Any, other: Any) -> None:
    assert value != other
    assert not value == other  # noqa: SIM201 - both operators


@pytest.mark.parametrize("value", [Event("Placed"), Metadata(), stored()], ids=lambda value: type(value).__name__)
def test_nothing_of_them_can_be_set(value: Any) -> None:
    for name in ["type", "data", "id", "metadata", "tenant", "extra", "version", "raw", "another"]:
        with pytest.raises(AttributeError):
            setattr(value, name, "x")


def test_an_id_is_a_uuid_in_any_form_and_kept_in_lower_case() -> None:
    for id in (ID, ID.upper(), UUID(ID)):
        assert Event("Placed", id=id).id == ID
        assert stored(Event("Placed", id=id)).id == ID


def test_an_event_without_an_id_gets_a_version_7_uuid_that_goes_up() -> None:
    store = MemoryStore()
    store.append("Order-1", [Event("Placed")] * 100)
    ids = [UUID(event.id) for event in store.read_all()]
    assert {id.version for id in ids} == {7}
    assert ids == sorted(set(ids))


def test_the_moment_of_recording_is_aware_and_now() -> None:
    before = datetime.now(timezone.utc)
    event = stored()
    after = datetime.now(timezone.utc)
    assert before - timedelta(milliseconds=1) <= event.recorded_at <= after
    assert event.recorded_at.utcoffset() == timedelta(0)
    assert datetime.fromisoformat(event.to_dict()["recorded_at"].replace("Z", "+00:00")) == event.recorded_at


def test_the_wires_form_has_every_field() -> None:
    event = stored()
    assert event.to_dict() == {
        "id": ID,
        "type": "Placed",
        "schema_version": 1,
        "data": {"a": [1]},
        "metadata": {"tenant": "t"},
        "stream_id": "Order-1",
        "version": 1,
        "position": 1,
        "part": 0,
        "recorded_at": event.to_dict()["recorded_at"],
    }


def test_an_event_of_a_typed_object_holds_it() -> None:
    id = uuid4()
    event = Event.of(Placed(5), id=id, metadata=Metadata(tenant="t"), schema_version=2)
    assert event.data == Placed(5)
    assert (event.id, event.metadata, event.schema_version) == (str(id), Metadata(tenant="t"), 2)
    assert event == Event.of(Placed(5), id=id, metadata=Metadata(tenant="t"), schema_version=2)
    assert event != Event.of(Placed(6), id=id, metadata=Metadata(tenant="t"), schema_version=2)
    for other in copies(event):
        assert other == event
    assert repr(event).startswith("Event.of(Placed(cents=5), ")


def test_metadata_compares_what_it_says_not_how_it_was_written() -> None:
    assert Metadata(extra={"a": 1, "b": 2}) == Metadata(extra={"b": 2, "a": 1})
    assert Metadata(extra={}) == Metadata()
    assert Metadata(extra={"a": 1}) != Metadata()
    assert Metadata(tenant="a") != Metadata(correlation_id="a")


def test_changing_what_metadata_gave_changes_nothing_in_it() -> None:
    given = {"a": [1]}
    metadata = Metadata(extra=given)
    given["a"].append(2)
    metadata.extra["a"].append(3)
    metadata.to_dict()["extra"]["a"].append(4)
    assert metadata.extra == {"a": [1]}


def test_a_stored_event_shows_where_it_stands() -> None:
    assert repr(stored()) == "StoredEvent(Placed Order-1@1 at 1: {'a': [1]})"

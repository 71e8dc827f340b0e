"""The written form of events: what a store of one's own may hand out, and what ``to_dict`` writes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from onefold import CustomStore, Event, InvalidEventError, MemoryStore, Metadata, OnefoldError
from plain_store import PlainStore
from values import same
from vectors import vectors

PLACES = ("stream_id", "version", "position", "part", "recorded_at")
ACCEPTED = [
    (vector, form) for vector in vectors("envelope/accepted.json") for form in [vector["wire"], *vector.get("also", [])]
]


class OneEvent(PlainStore):
    """Hands out one stored event, as it was written."""

    def __init__(self, written: dict[str, Any]) -> None:
        super().__init__()
        self._written = written

    def read_stream(self, stream_id: str, /, **_: Any) -> list[dict[str, Any]]:
        return [dict(self._written)]


def written(event: dict[str, Any]) -> dict[str, Any]:
    """What ``to_dict`` gave, through JSON."""
    as_text = json.dumps(event, default=lambda moment: moment.isoformat())
    loaded: dict[str, Any] = json.loads(as_text)
    return loaded


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.mark.parametrize(("vector", "form"), ACCEPTED, ids=lambda value: value.get("name", "") or "form")
def test_accepted(vector: dict[str, Any], form: dict[str, Any]) -> None:
    wire = vector["wire"]
    if vector["kind"] == "envelope":
        with MemoryStore() as store:
            store.append("Order-1", [event(**form)])
            read = written(store.read_stream("Order-1")[0].to_dict())
        expected, actual = wire, {name: value for name, value in read.items() if name not in PLACES}
    else:
        with CustomStore(OneEvent(form)) as store:
            read = written(store.read_stream("Order-1")[0].to_dict())
        expected = {name: value for name, value in wire.items() if name != "recorded_at"}
        actual = {name: value for name, value in read.items() if name != "recorded_at"}
        assert moment(read["recorded_at"]) == moment(wire["recorded_at"])
    assert same(expected, actual)


@pytest.mark.parametrize("vector", vectors("envelope/refused.json"), ids=lambda vector: vector["name"])
def test_refused(vector: dict[str, Any]) -> None:
    if vector["kind"] == "envelope":
        if not {"id", "type", "data"} <= vector["wire"].keys():
            pytest.skip("an Event is not made without a type, and gets an id and data")
        with MemoryStore() as store, pytest.raises(InvalidEventError) as raised:
            store.append("Order-1", [event(**vector["wire"])])
        assert raised.value.path == vector["error"]["path"]
        return
    with CustomStore(OneEvent(vector["wire"])) as store, pytest.raises(OnefoldError) as failed:
        store.read_stream("Order-1")
    # The fault is the store's, not the reader's; the message names the field.
    assert failed.value.code == "store"
    assert vector["error"]["path"] in str(failed.value)


def event(type: str, data: Any, metadata: dict[str, Any] | None = None, **fields: Any) -> Event:
    return Event(type, data, metadata=Metadata(**(metadata or {})), **fields)

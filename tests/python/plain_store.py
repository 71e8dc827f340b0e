"""A store as a user might write one: plain Python over a list, events as mappings or as `StoredEvent`s."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from onefold import (
    ANY,
    NO_STREAM,
    STREAM_EXISTS,
    AppendResult,
    ConflictError,
    DuplicateEventError,
    Event,
    ExpectedVersion,
    MemoryStore,
    ReadFilter,
    Snapshot,
    StoredEvent,
)


class PlainStore:
    """Keeps the wire's mappings in a list, and gives copies of them."""

    def __init__(self) -> None:
        self.epoch = str(uuid4())
        self.closed = False
        self.snapshots: dict[tuple[str, str], Snapshot] = {}
        self._events: list[dict[str, Any]] = []

    def append(
        self, stream_id: str, envelopes: list[Event], expected_version: ExpectedVersion | int
    ) -> Mapping[str, Any]:
        known = self._known(envelopes)
        if known:
            return self._retried(stream_id, envelopes, known, expected_version)
        version = self.stream_version(stream_id)
        if not _as_expected(version, expected_version):
            raise ConflictError(stream_id, expected_version, version)
        now = datetime.now(timezone.utc)
        self._events += [
            {
                "id": event.id,
                "type": event.type,
                "schema_version": event.schema_version,
                "data": copy.deepcopy(event.data),
                "metadata": event.metadata.to_dict(),
                "stream_id": stream_id,
                "version": version + 1 + index,
                "position": len(self._events) + 1 + index,
                "recorded_at": now,
            }
            for index, event in enumerate(envelopes)
        ]
        return self._result(stream_id, self.stream_version(stream_id), duplicate=False)

    def read_stream(
        self, stream_id: str, *, from_version: int | None, limit: int | None, backwards: bool
    ) -> list[dict[str, Any]]:
        events = [event for event in self._events if event["stream_id"] == stream_id]
        if backwards:
            events = [event for event in reversed(events) if from_version is None or event["version"] <= from_version]
        else:
            events = [event for event in events if event["version"] >= (from_version or 0)]
        return copy.deepcopy(events[:limit])

    def read_all(
        self, *, after_position: int | None, limit: int | None, backwards: bool, filter: ReadFilter
    ) -> list[dict[str, Any]]:
        events = [event for event in self._events if _matches(event, filter)]
        if backwards:
            before = len(self._events) + 1 if after_position is None else after_position
            events = [event for event in reversed(events) if event["position"] < before]
        else:
            events = [event for event in events if event["position"] > (after_position or 0)]
        return copy.deepcopy(events[:limit])

    def stream_version(self, stream_id: str) -> int:
        return sum(event["stream_id"] == stream_id for event in self._events)

    def head(self) -> int:
        return len(self._events)

    def find_event(self, event_id: str) -> dict[str, Any] | None:
        return next((copy.deepcopy(event) for event in self._events if event["id"] == event_id), None)

    def load_snapshot(self, stream_id: str, name: str) -> Snapshot | None:
        return self.snapshots.get((stream_id, name))

    def save_snapshot(self, snapshot: Snapshot) -> None:
        key = (snapshot.stream_id, snapshot.name)
        kept = self.snapshots.get(key)
        if kept is None or (kept.state_version, kept.version) < (snapshot.state_version, snapshot.version):
            self.snapshots[key] = snapshot

    def close(self) -> None:
        self.closed = True

    def _known(self, envelopes: list[Event]) -> list[dict[str, Any]]:
        found = (self.find_event(event.id) for event in envelopes if event.id is not None)
        return [event for event in found if event is not None]

    def _retried(
        self,
        stream_id: str,
        envelopes: list[Event],
        known: list[dict[str, Any]],
        expected_version: ExpectedVersion | int,
    ) -> Mapping[str, Any]:
        first = known[0]["version"]
        repeats_it = len(known) == len(envelopes) and all(
            stored["stream_id"] == stream_id
            and stored["version"] == first + index
            and (stored["type"], stored["schema_version"]) == (event.type, event.schema_version)
            and _as_json(stored["data"]) == _as_json(event.data)
            for index, (stored, event) in enumerate(zip(known, envelopes, strict=True))
        )
        exact = 0 if expected_version is NO_STREAM else expected_version
        if not repeats_it or (isinstance(exact, int) and exact != first - 1):
            raise DuplicateEventError([event["id"] for event in known])
        return self._result(stream_id, known[-1]["version"], duplicate=True)

    def _result(self, stream_id: str, version: int, *, duplicate: bool) -> Mapping[str, Any]:
        positions = (
            event["position"]
            for event in self._events
            if (event["stream_id"], event["version"]) == (stream_id, version)
        )
        return {"version": version, "position": next(positions, 0), "duplicate": duplicate}


class DelegatingStore:
    """Hands everything on to another store of onefold: its events are `StoredEvent`s, and it keeps no snapshots."""

    def __init__(self) -> None:
        self._inner = MemoryStore()

    def append(self, stream_id: str, envelopes: list[Event], expected_version: ExpectedVersion | int) -> AppendResult:
        return self._inner.append(stream_id, envelopes, expected_version)

    def read_stream(self, stream_id: str, **options: Any) -> Iterable[StoredEvent]:
        return iter(self._inner.read_stream(stream_id, **options))

    def read_all(self, *, filter: ReadFilter, **options: Any) -> Iterable[StoredEvent]:
        return iter(self._inner.read_all(**options, **vars(filter)))

    def stream_version(self, stream_id: str) -> int:
        return self._inner.stream_version(stream_id)

    def head(self) -> int:
        return self._inner.head()

    def find_event(self, event_id: str) -> StoredEvent | None:
        return self._inner.find_event(event_id)


def _as_expected(version: int, expected: ExpectedVersion | int) -> bool:
    if isinstance(expected, int):
        return version == expected
    return {ANY: True, NO_STREAM: version == 0, STREAM_EXISTS: version > 0}[expected]


def _as_json(data: Any) -> str:
    """The same text for the same JSON value: 1 and 1.0 are one number, true is none."""
    return json.dumps(json.loads(json.dumps(data), parse_int=float), sort_keys=True)


def _matches(event: Mapping[str, Any], wanted: ReadFilter) -> bool:
    metadata = event["metadata"]
    return (
        (wanted.category is None or event["stream_id"].partition("-")[0] == wanted.category)
        and (wanted.types is None or event["type"] in wanted.types)
        and (wanted.tenant is None or metadata.get("tenant") == wanted.tenant)
        and (wanted.correlation_id is None or metadata.get("correlation_id") == wanted.correlation_id)
        and (wanted.recorded_from is None or event["recorded_at"] >= wanted.recorded_from)
        and (wanted.recorded_to is None or event["recorded_at"] < wanted.recorded_to)
    )

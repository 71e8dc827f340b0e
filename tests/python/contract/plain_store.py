"""A store in plain Python, as a user would write one for ``CustomStore``."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from onefold import (
    AppendResult,
    ConflictError,
    DuplicateEventError,
    Event,
    ExpectedVersion,
    ReadFilter,
    Snapshot,
)
from values import same


class PlainStore:
    """Keeps dicts in a list, under a lock."""

    def __init__(self) -> None:
        self.epoch = str(uuid4())
        self._log: list[dict[str, Any]] = []
        self._snapshots: dict[tuple[str, str], Snapshot] = {}
        self._lock = threading.Lock()

    def append(
        self, stream_id: str, envelopes: list[Event], expected_version: ExpectedVersion | int, /
    ) -> AppendResult:
        with self._lock:
            if repeated := self._repeated(stream_id, envelopes, expected_version):
                return AppendResult(repeated["version"], repeated["position"], duplicate=True)
            actual = self.stream_version(stream_id)
            if not accepts(expected_version, actual):
                raise ConflictError(stream_id, expected_version, actual)
            recorded_at = datetime.now(timezone.utc)
            for version, envelope in enumerate(envelopes, actual + 1):
                # Positions with gaps: a store may have them.
                position = len(self._log) * 3 + 1
                self._log.append(stored(envelope, stream_id, version, position, recorded_at))
            last = max(self._of(stream_id), key=lambda event: event["version"], default={"version": 0, "position": 0})
            return AppendResult(last["version"], last["position"], duplicate=False)

    def read_stream(
        self, stream_id: str, /, *, from_version: int | None, limit: int | None, backwards: bool
    ) -> list[dict[str, Any]]:
        events = list(self._of(stream_id))
        if from_version is not None:
            events = [
                e for e in events if (e["version"] <= from_version if backwards else e["version"] >= from_version)
            ]
        return page(events, limit, backwards)

    def read_all(
        self, *, after_position: int | None, limit: int | None, backwards: bool, filter: ReadFilter
    ) -> list[dict[str, Any]]:
        events = [event for event in self._log if matches(filter, event)]
        if after_position is not None:
            below = [e for e in events if e["position"] < after_position]
            events = below if backwards else [e for e in events if e["position"] > after_position]
        return page(events, limit, backwards)

    def stream_version(self, stream_id: str, /) -> int:
        return sum(1 for _ in self._of(stream_id))

    def head(self) -> int:
        return self._log[-1]["position"] if self._log else 0

    def find_event(self, event_id: str, /) -> dict[str, Any] | None:
        return next((event for event in self._log if event["id"] == event_id), None)

    def load_snapshot(self, stream_id: str, name: str, /) -> Snapshot | None:
        return self._snapshots.get((stream_id, name))

    def save_snapshot(self, snapshot: Snapshot, /) -> None:
        key = (snapshot.stream_id, snapshot.name)
        kept = self._snapshots.get(key)
        if kept is None or (snapshot.state_version, snapshot.version) > (kept.state_version, kept.version):
            self._snapshots[key] = snapshot

    def _of(self, stream_id: str) -> Iterator[dict[str, Any]]:
        return (event for event in list(self._log) if event["stream_id"] == stream_id)

    def _repeated(
        self, stream_id: str, envelopes: list[Event], expected_version: ExpectedVersion | int
    ) -> dict[str, Any] | None:
        """The last event of a retry; ``None`` for new events. Any other use of known ids is an error."""
        by_id = {event["id"]: event for event in self._log}
        known = [by_id[str(envelope.id)] for envelope in envelopes if envelope.id in by_id]
        if not known:
            return None
        first = known[0]["version"]
        exact = 0 if expected_version is ExpectedVersion.NO_STREAM else expected_version
        is_retry = (
            len(known) == len(envelopes)
            and all(event["stream_id"] == stream_id for event in known)
            and [event["version"] for event in known] == list(range(first, first + len(known)))
            and (isinstance(exact, ExpectedVersion) or exact == first - 1)
            and all(map(same_content, envelopes, known))
        )
        if not is_retry:
            raise DuplicateEventError([event["id"] for event in known])
        return known[-1]


def stored(envelope: Event, stream_id: str, version: int, position: int, recorded_at: datetime) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "type": envelope.type,
        "schema_version": envelope.schema_version,
        "data": envelope.data,
        "metadata": envelope.metadata,
        "stream_id": stream_id,
        "version": version,
        "position": position,
        "part": 0,
        "recorded_at": recorded_at,
    }


def accepts(expected: ExpectedVersion | int, actual: int) -> bool:
    match expected:
        case ExpectedVersion.ANY:
            return True
        case ExpectedVersion.NO_STREAM:
            return actual == 0
        case ExpectedVersion.STREAM_EXISTS:
            return actual > 0
    return expected == actual


def same_content(envelope: Event, event: dict[str, Any]) -> bool:
    return (envelope.type, envelope.schema_version) == (event["type"], event["schema_version"]) and same(
        envelope.data, event["data"]
    )


def matches(filter: ReadFilter, event: dict[str, Any]) -> bool:
    metadata = event["metadata"]
    return (
        (filter.category is None or event["stream_id"].split("-")[0] == filter.category)
        and (filter.types is None or event["type"] in filter.types)
        and (filter.tenant is None or metadata.tenant == filter.tenant)
        and (filter.correlation_id is None or metadata.correlation_id == filter.correlation_id)
        and (filter.recorded_from is None or event["recorded_at"] >= filter.recorded_from)
        and (filter.recorded_to is None or event["recorded_at"] < filter.recorded_to)
    )


def page(events: Iterable[Any], limit: int | None, backwards: bool) -> list[Any]:
    ordered = list(events)[::-1] if backwards else list(events)
    return ordered[:limit]

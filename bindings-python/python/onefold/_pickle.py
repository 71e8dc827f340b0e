"""Makes events again from their parts, for pickle and copy and for the wire's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onefold._onefold import Event, Metadata, StoredEvent, stored_event_from
from onefold.errors import InvalidEventError

_METADATA = frozenset({"correlation_id", "causation_id", "tenant", "extra"})


def metadata(fields: Mapping[str, Any]) -> Metadata:
    """Metadata from its fields."""
    unknown = [name for name in fields if name not in _METADATA]
    if unknown:
        raise InvalidEventError(
            f"metadata.{unknown[0]}",
            "metadata has correlation_id, causation_id, tenant and extra; put this into extra",
        )
    return Metadata(**fields)


def event(type: str, data: Any, options: dict[str, Any]) -> Event:
    """An event from its parts."""
    return Event(type, data, **options)


def event_of(typed: object, options: dict[str, Any]) -> Event:
    """An event of a registered type from its parts."""
    return Event.of(typed, **options)


def stored_event(fields: dict[str, Any]) -> StoredEvent:
    """A stored event from the wire's form."""
    return stored_event_from(fields)

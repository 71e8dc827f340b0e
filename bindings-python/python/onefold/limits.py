"""How much an append may hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much an append may hold; checked before anything is written (:class:`LimitExceededError`).

    >>> from onefold import Event, LimitExceededError, Limits, MemoryStore
    >>> store = MemoryStore(limits=Limits(data_bytes=10))
    >>> try:
    ...     store.append("Order-1", [Event("OrderPlaced", {"note": "far too long"})])
    ... except LimitExceededError as error:
    ...     print(error.field, error.limit)
    data 10
    """

    data_bytes: int = 2**20
    """UTF-8 bytes of an event's data as JSON."""

    metadata_bytes: int = 2**16
    """UTF-8 bytes of an event's metadata as JSON."""

    nesting: int = 128
    """Lists and dicts within each other, the outermost being the first; at most 512."""

    events: int = 10_000
    """Events of one append."""

    stream_id_chars: int = 255
    """Characters of a stream id."""

    type_chars: int = 255
    """Characters of an event's type."""

    reference_chars: int = 255
    """Characters of a tenant, a correlation id and a causation id each."""

"""What a stream must be like for an append to be written."""

from __future__ import annotations

from enum import Enum
from typing import Final


class ExpectedVersion(Enum):
    """An expectation that is no exact version; an ``int`` stands for one.

    >>> from onefold import NO_STREAM, ConflictError, Event, MemoryStore
    >>> store = MemoryStore()
    >>> _ = store.append("Order-1", [Event("OrderPlaced", {})], expected_version=NO_STREAM)
    >>> try:
    ...     store.append("Order-1", [Event("OrderPlaced", {})], expected_version=NO_STREAM)
    ... except ConflictError as conflict:
    ...     print(conflict.actual)
    1
    """

    ANY = "any"
    """Anything: never a conflict."""

    NO_STREAM = "no_stream"
    """The stream must not exist."""

    STREAM_EXISTS = "stream_exists"
    """The stream must exist."""

    def __repr__(self) -> str:
        return self.name


ANY: Final = ExpectedVersion.ANY
NO_STREAM: Final = ExpectedVersion.NO_STREAM
STREAM_EXISTS: Final = ExpectedVersion.STREAM_EXISTS

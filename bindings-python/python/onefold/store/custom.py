"""A store of one's own, and its twin for asyncio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from typing_extensions import Self

from onefold import _onefold
from onefold._arguments import shown
from onefold._onefold import Event
from onefold.errors import InvalidArgumentError
from onefold.expected import ExpectedVersion
from onefold.limits import Limits
from onefold.registry import EventRegistry
from onefold.store.asynchronous import AsyncStore
from onefold.store.base import Store
from onefold.store.options import Enricher, options

_METHODS = ("append", "read_stream", "read_all", "stream_version", "head", "find_event")


@dataclass(frozen=True)
class ReadFilter:
    """Which events of the whole store: all that match every field given. ``types`` are stored types."""

    category: str | None = None
    types: Sequence[str] | None = None
    tenant: str | None = None
    correlation_id: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None


@dataclass(frozen=True)
class Snapshot:
    """A folded state, kept so that a load need not fold from the first event."""

    stream_id: str
    name: str
    state_version: int
    version: int
    state: Any


class EventStore(Protocol):
    """What :class:`CustomStore` asks of a store.

    ``append`` gets complete, checked events, and writes all or none of them under the rules of the store contract;
    it raises :class:`ConflictError` and :class:`DuplicateEventError` itself and returns something with ``version``,
    ``position`` and ``duplicate``. Stored events are :class:`StoredEvent` objects or mappings with the fields of
    :meth:`StoredEvent.to_dict`. It may also have ``epoch`` (a UUID that lasts as long as its positions), ``close()``,
    ``load_snapshot(stream_id, name)`` and ``save_snapshot(snapshot)``, which keeps the newer :class:`Snapshot` where
    there is one. Snapshots are a cache: one that fails is logged and fails nothing.
    """

    def append(self, stream_id: str, envelopes: list[Event], expected_version: ExpectedVersion | int, /) -> Any:
        """Write all of the events or none, if the stream is as expected."""

    def read_stream(
        self, stream_id: str, /, *, from_version: int | None, limit: int | None, backwards: bool
    ) -> Iterable[Any]:
        """Events of one stream, in version order or backwards."""

    def read_all(
        self, *, after_position: int | None, limit: int | None, backwards: bool, filter: ReadFilter
    ) -> Iterable[Any]:
        """Events of the whole store, in position order or backwards; the filter applies before the limit."""

    def stream_version(self, stream_id: str, /) -> int:
        """The version of a stream; 0 where it does not exist."""

    def head(self) -> int:
        """The position of the last event that a reader may see."""

    def find_event(self, event_id: str, /) -> Any:
        """The event of this id, or ``None``."""


class CustomStore(Store):
    """A full store (registry, execute, iterators, snapshots) over an object that keeps events: see ``EventStore``.

    An exception of that object that is not one of onefold's comes out as :class:`StoreError` with its cause. The
    options are those of :class:`MemoryStore`.
    """

    def __init__(
        self,
        store: EventStore,
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
    ) -> None:
        given = options(events, limits, enrichers, snapshot_every)
        super().__init__(_onefold.Store.custom(_checked(store), given, is_awaited=False))


class AsyncEventStore(Protocol):
    """What :class:`AsyncCustomStore` asks of a store: an ``EventStore`` whose methods are coroutines.

    ``close``, ``load_snapshot`` and ``save_snapshot`` may be coroutines too. They run in the task that awaits the
    call; where it is cancelled, they are.
    """

    async def append(self, stream_id: str, envelopes: list[Event], expected_version: ExpectedVersion | int, /) -> Any:
        """Write all of the events or none, if the stream is as expected."""

    async def read_stream(
        self, stream_id: str, /, *, from_version: int | None, limit: int | None, backwards: bool
    ) -> Iterable[Any]:
        """Events of one stream, in version order or backwards."""

    async def read_all(
        self, *, after_position: int | None, limit: int | None, backwards: bool, filter: ReadFilter
    ) -> Iterable[Any]:
        """Events of the whole store, in position order or backwards; the filter applies before the limit."""

    async def stream_version(self, stream_id: str, /) -> int:
        """The version of a stream; 0 where it does not exist."""

    async def head(self) -> int:
        """The position of the last event that a reader may see."""

    async def find_event(self, event_id: str, /) -> Any:
        """The event of this id, or ``None``."""


class AsyncCustomStore(AsyncStore):
    """A :class:`CustomStore` for asyncio, over an object whose methods are coroutines: see ``AsyncEventStore``."""

    def __init__(
        self,
        store: AsyncEventStore,
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
    ) -> None:
        given = options(events, limits, enrichers, snapshot_every)
        super().__init__(_onefold.AsyncStore.custom(_checked(store), given, is_awaited=True))

    @classmethod
    async def open(
        cls,
        store: AsyncEventStore,
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
    ) -> Self:
        """Open one as the other stores are opened, though there is nothing to wait for."""
        return cls(store, events=events, snapshot_every=snapshot_every, limits=limits, enrichers=enrichers)


def _checked(store: object) -> object:
    missing = [name for name in _METHODS if not callable(getattr(store, name, None))]
    if missing:
        raise InvalidArgumentError("store", f"{shown(store)} has no {', '.join(missing)}")
    return store

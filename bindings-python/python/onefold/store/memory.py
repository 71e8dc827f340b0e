"""A store in memory, and its twin for asyncio."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import Self

from onefold import _onefold
from onefold.limits import Limits
from onefold.registry import EventRegistry
from onefold.store.asynchronous import AsyncStore
from onefold.store.base import Store
from onefold.store.options import Enricher, options


class MemoryStore(Store):
    """A store in memory: for tests, and as the measure of what the others do.

    ``events`` are the types and upcasting steps, ``snapshot_every`` takes a snapshot once so many events were
    folded since the last one, ``enrichers`` add metadata to new events (each ``(Event) -> Metadata``, in order,
    once per event; what they give goes over what the event has).

    >>> from onefold import Event, MemoryStore
    >>> with MemoryStore() as store:
    ...     store.append("Order-1", [Event("OrderPlaced", {})])
    AppendResult(version=1, position=1, duplicate=False)
    """

    def __init__(
        self,
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
    ) -> None:
        super().__init__(_onefold.Store.memory(options(events, limits, enrichers, snapshot_every), is_awaited=False))


class AsyncMemoryStore(AsyncStore):
    """A :class:`MemoryStore` for asyncio: the same options, and its methods as coroutines.

    >>> import asyncio
    >>> from onefold import AsyncMemoryStore, Event
    >>> async def main():
    ...     async with AsyncMemoryStore() as store:
    ...         return await store.append("Order-1", [Event("OrderPlaced", {})])
    >>> asyncio.run(main())
    AppendResult(version=1, position=1, duplicate=False)
    """

    def __init__(
        self,
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
    ) -> None:
        given = options(events, limits, enrichers, snapshot_every)
        super().__init__(_onefold.AsyncStore.memory(given, is_awaited=True))

    @classmethod
    async def open(
        cls,
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
    ) -> Self:
        """Open one as the other stores are opened, though there is nothing to wait for."""
        return cls(events=events, snapshot_every=snapshot_every, limits=limits, enrichers=enrichers)

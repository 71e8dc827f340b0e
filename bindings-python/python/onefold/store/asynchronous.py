"""What every store does whose calls are awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from typing_extensions import Self

from onefold import _onefold
from onefold._onefold import Metadata, StoredEvent
from onefold.decider import AnyDecider
from onefold.expected import ANY, ExpectedVersion
from onefold.results import AppendResult, Executed, Loaded
from onefold.store.common import Command_contra, CommonStore, State, decider_object


class AsyncStore(CommonStore[_onefold.AsyncStore]):
    """An event store for asyncio: everything that :class:`Store` does, as coroutines.

    It is an :class:`AsyncMemoryStore`, :class:`AsyncSqliteStore`, :class:`AsyncPostgresStore` or
    :class:`AsyncCustomStore`. Any number of tasks may use it at once, in any number of event loops and threads, of
    asyncio or uvloop. It is an asynchronous context manager that closes it; everything after :meth:`close` raises
    :class:`ClosedError`.

    Nothing of it blocks the loop. Deciders, enrichers and upcasting steps run in the task that awaits the call, and
    see its context variables.
    """

    async def append(
        self,
        stream_id: str,
        events: Iterable[object],
        expected_version: ExpectedVersion | int = ANY,
    ) -> AppendResult:
        """Append events to a stream: all of them or none, at the versions after its last.

        An event is an :class:`Event`, an object of a class that the registry has, or a dict with a ``type``.
        ``expected_version`` is ``ANY``, ``NO_STREAM``, ``STREAM_EXISTS`` or the exact version (0 for no stream); it
        is checked atomically with the write. With ids of your own, a retry writes nothing twice: it succeeds again,
        with ``duplicate`` set. Without events, only the expected version is checked.

        Where the task is cancelled meanwhile, the append happens or it does not, as a whole: append again with the
        same ids to know.

        Raises :class:`ConflictError`, :class:`DuplicateEventError`, :class:`InvalidEventError`,
        :class:`InvalidArgumentError`, :class:`LimitExceededError`, :class:`UnknownEventError`; nothing was written.

        >>> import asyncio
        >>> from onefold import AsyncMemoryStore, Event
        >>> async def main():
        ...     async with AsyncMemoryStore() as store:
        ...         return await store.append("Order-1", [Event("OrderPlaced", {"total_cents": 5000})])
        >>> asyncio.run(main())
        AppendResult(version=1, position=1, duplicate=False)
        """
        return AppendResult(*await self._core.append(stream_id, events, expected_version))

    async def read_stream(
        self,
        stream_id: str,
        *,
        from_version: int | None = None,
        limit: int | None = None,
        backwards: bool = False,
    ) -> list[StoredEvent]:
        """Events of one stream, upcast, in version order from an inclusive ``from_version``.

        ``backwards`` goes down from ``from_version``, or from the last event. ``limit`` counts stored events that
        yield something. A stream that does not exist has none.

        >>> import asyncio
        >>> from onefold import AsyncMemoryStore, Event
        >>> async def main():
        ...     async with AsyncMemoryStore() as store:
        ...         await store.append("Order-1", [Event("OrderPlaced", {}), Event("OrderShipped", {})])
        ...         return await store.read_stream("Order-1", limit=1, backwards=True)
        >>> [event.type for event in asyncio.run(main())]
        ['OrderShipped']
        """
        return await self._core.read_stream(stream_id, from_version, limit, backwards)

    async def read_all(
        self,
        *,
        after_position: int | str | None = None,
        limit: int | None = 1000,
        backwards: bool = False,
        category: str | None = None,
        types: Sequence[str] | None = None,
        tenant: str | None = None,
        correlation_id: str | None = None,
        recorded_from: datetime | None = None,
        recorded_to: datetime | None = None,
    ) -> list[StoredEvent]:
        """Events of the whole store, upcast, in position order after an exclusive position or cursor.

        The filters apply before the limit (``None`` for all events): ``category`` of the stream; ``types`` under their
        current name or any alias (``[]`` finds nothing); ``tenant``; ``correlation_id``; recorded from (inclusive) to
        (exclusive), as aware datetimes. Raises :class:`CursorError` for a position ahead of the store and for a
        cursor of another one.

        >>> import asyncio
        >>> from onefold import AsyncMemoryStore, Event
        >>> async def main():
        ...     async with AsyncMemoryStore() as store:
        ...         await store.append("Order-1", [Event("OrderPlaced", {})])
        ...         await store.append("Item-1", [Event("ItemAdded", {})])
        ...         return await store.read_all(category="Item")
        >>> [event.stream_id for event in asyncio.run(main())]
        ['Item-1']
        """
        return await self._core.read_all(
            after_position,
            limit,
            backwards,
            category=category,
            types=types,
            tenant=tenant,
            correlation_id=correlation_id,
            recorded_from=recorded_from,
            recorded_to=recorded_to,
        )

    def iter_stream(
        self,
        stream_id: str,
        *,
        from_version: int | None = None,
        limit: int | None = None,
        backwards: bool = False,
        page_size: int = 1000,
    ) -> AsyncIterator[StoredEvent]:
        """Like :meth:`read_stream`, a page at a time; nothing is held open between pages."""
        return _events(self._core.stream_pages(stream_id, from_version, limit, backwards, page_size))

    def iter_all(
        self,
        *,
        after_position: int | str | None = None,
        limit: int | None = None,
        backwards: bool = False,
        category: str | None = None,
        types: Sequence[str] | None = None,
        tenant: str | None = None,
        correlation_id: str | None = None,
        recorded_from: datetime | None = None,
        recorded_to: datetime | None = None,
        page_size: int = 1000,
    ) -> AsyncIterator[StoredEvent]:
        """Like :meth:`read_all`, a page at a time and without a limit; nothing is held open between pages.

        >>> import asyncio
        >>> from onefold import AsyncMemoryStore, Event
        >>> async def main():
        ...     async with AsyncMemoryStore() as store:
        ...         await store.append("Order-1", [Event("OrderPlaced", {}) for _ in range(5)])
        ...         return [event.version async for event in store.iter_all(page_size=2)]
        >>> asyncio.run(main())
        [1, 2, 3, 4, 5]
        """
        return _events(
            self._core.all_pages(
                after_position,
                limit,
                backwards,
                page_size,
                category=category,
                types=types,
                tenant=tenant,
                correlation_id=correlation_id,
                recorded_from=recorded_from,
                recorded_to=recorded_to,
            )
        )

    async def stream_version(self, stream_id: str) -> int:
        """The version of a stream; 0 where it does not exist."""
        return await self._core.stream_version(stream_id)

    async def stream_exists(self, stream_id: str) -> bool:
        """Whether a stream exists."""
        return await self.stream_version(stream_id) > 0

    async def event_exists(self, event_id: str | UUID) -> bool:
        """Whether an event of this id is stored, even one that the registry drops."""
        return await self._core.event_exists(event_id)

    async def find_event(self, event_id: str | UUID) -> StoredEvent | None:
        """The event of this id, upcast (its first part where it is split); ``None`` where there is none to see."""
        return await self._core.find_event(event_id)

    async def head(self) -> int:
        """The position of the last event that a reader may see; 0 where there is none."""
        return await self._core.head()

    async def execute(
        self,
        decider: AnyDecider[Command_contra, State],
        id: str,
        command: Command_contra,
        *,
        metadata: Metadata | None = None,
        retries: int = 3,
    ) -> Executed[State]:
        """Load the stream ``{category}-{id}``, decide on the command, and append what was decided.

        When another writer was faster, it loads and decides anew, up to ``retries`` more times after short random
        pauses; then the :class:`ConflictError` comes out. ``metadata`` is for every event decided; what an event has
        itself goes over it. Whatever ``decide`` raises comes out as it is, and nothing is written. Raises
        :class:`TerminatedError` where ``is_terminal`` holds, without deciding. The decider's methods are plain
        functions, and run in the task that awaits this; what they need of the outside world comes with the command.
        """
        return Executed(*await self._core.execute(decider_object(decider), id, command, metadata, retries))

    async def load(self, decider: AnyDecider[Any, State], id: str) -> Loaded[State]:
        """Fold the stream ``{category}-{id}`` to its state, from a snapshot where there is one."""
        return Loaded(*await self._core.load(decider_object(decider), id))

    async def close(self) -> None:
        """Close the store and release what it holds. Closing twice is fine."""
        await self._core.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


async def _events(pages: _onefold.AsyncStreamPages | _onefold.AsyncAllPages) -> AsyncIterator[StoredEvent]:
    while (page := await pages.next_page()) is not None:
        for event in page:
            yield event

"""A task that is cancelled at any point of an append: it has happened or it has not, and the store is whole."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from onefold import (
    ANY,
    AppendResult,
    AsyncCustomStore,
    AsyncPostgresStore,
    AsyncSqliteStore,
    AsyncStore,
    DuplicateEventError,
    Event,
)

from tests.python.plain_store import PlainStore
from tests.python.postgres import database, fresh_schema

CANCELLATIONS = 10_000
AT_ONCE = 50
STREAMS = 20
CONNECTIONS = 4


async def postgres(directory: Path) -> AsyncStore:
    return await AsyncPostgresStore.open(
        database(), schema=fresh_schema(), connections=CONNECTIONS, application_name="cancelled"
    )


async def sqlite(directory: Path) -> AsyncStore:
    return await AsyncSqliteStore.open(directory / "store.db", durability="relaxed")


def events(number: int) -> list[Event]:
    """The events of an append: one to three, by ids of their own."""
    return [Event("A", {"n": number}, id=UUID(int=number * 10 + nth + 1)) for nth in range(1 + number % 3)]


def stream(number: int) -> str:
    return f"Order-{number % STREAMS}"


async def cancelled_somewhere(store: AsyncStore, number: int) -> AppendResult | None:
    """What the append came to, if it was faster than its end."""
    random_delay = random.Random(number)
    appending = asyncio.ensure_future(store.append(stream(number), events(number)))
    reading = asyncio.ensure_future(store.read_all(limit=100, backwards=True))
    for _ in range(random_delay.randrange(3)):
        await asyncio.sleep(0)
    await asyncio.sleep(random_delay.choice([0, random_delay.uniform(0, 0.001), random_delay.uniform(0, 0.02)]))
    reading.cancel()
    appending.cancel()
    done, _ = await asyncio.gather(appending, reading, return_exceptions=True)
    assert isinstance(done, AppendResult | asyncio.CancelledError), done
    return done if isinstance(done, AppendResult) else None


@pytest.mark.parametrize("open", [postgres, sqlite])
def test_a_cancelled_append_has_happened_or_not(open: Any, tmp_path: Path) -> None:
    asyncio.run(cancel_and_look(open(tmp_path), CANCELLATIONS))


class Tearing(PlainStore):
    """Writes an append event by event, and waits in between: who is cancelled then has torn it."""

    async def append(self, stream_id: str, envelopes: list[Event], expected_version: Any) -> Any:  # type: ignore[override]
        for envelope in envelopes:
            result = super().append(stream_id, [envelope], ANY)
            await asyncio.sleep(0.001)
        return result


def test_this_would_notice_a_torn_append() -> None:
    with pytest.raises((AssertionError, DuplicateEventError)):
        asyncio.run(cancel_and_look(AsyncCustomStore.open(Tearing()), 500))


async def cancel_and_look(opening: Coroutine[Any, Any, AsyncStore], count: int) -> None:
    async with await opening as store:
        acknowledged: dict[int, AppendResult] = {}
        numbers = iter(range(count))

        async def cancel_one_after_another() -> None:
            for number in numbers:
                result = await cancelled_somewhere(store, number)
                if result is not None:
                    acknowledged[number] = result

        await asyncio.gather(*(cancel_one_after_another() for _ in range(AT_ONCE)))
        assert count / 20 < len(acknowledged) < count * 19 / 20, "the delays say nothing"
        await each_tells_whether_it_happened(store, acknowledged, count)
        await all_are_there_once_and_whole(store, count)
        # As many calls as ever find a connection each.
        await asyncio.wait_for(asyncio.gather(*(store.read_all(limit=1) for _ in range(200))), 20)


async def each_tells_whether_it_happened(store: AsyncStore, acknowledged: dict[int, AppendResult], count: int) -> None:
    """Tries each append again with the same ids."""
    happened = 0
    for number in range(count):
        result = await store.append(stream(number), events(number))
        happened += result.duplicate
        if number in acknowledged:
            assert result.duplicate
            assert result.version == acknowledged[number].version
            assert result.position == acknowledged[number].position
    assert happened >= len(acknowledged)


async def all_are_there_once_and_whole(store: AsyncStore, count: int) -> None:
    expected = {event.id for number in range(count) for event in events(number)}
    stored = [event async for event in store.iter_all()]
    assert len(stored) == len(expected)
    assert {event.id for event in stored} == expected
    by_stream: dict[str, list[int]] = {}
    by_append: dict[int, list[int]] = {}
    for event in stored:
        by_stream.setdefault(event.stream_id, []).append(event.version)
        by_append.setdefault(event.data["n"], []).append(event.version)
    for versions in by_stream.values():
        assert versions == list(range(1, len(versions) + 1))
    for versions in by_append.values():
        assert versions == list(range(versions[0], versions[0] + len(versions)))

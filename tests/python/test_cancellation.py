"""A task that is cancelled at any point of an append: it has happened or it has not, and the store is whole."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from onefold import AppendResult, AsyncPostgresStore, AsyncSqliteStore, AsyncStore, Event

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
    async def main() -> None:
        async with await open(tmp_path) as store:
            acknowledged: dict[int, AppendResult] = {}
            numbers = iter(range(CANCELLATIONS))

            async def cancel_one_after_another() -> None:
                for number in numbers:
                    result = await cancelled_somewhere(store, number)
                    if result is not None:
                        acknowledged[number] = result

            await asyncio.gather(*(cancel_one_after_another() for _ in range(AT_ONCE)))
            assert CANCELLATIONS / 20 < len(acknowledged) < CANCELLATIONS * 19 / 20, "the delays say nothing"

            # Each is tried again with the same ids, which tells whether it had happened.
            happened = 0
            for first in range(0, CANCELLATIONS, 500):
                again = range(first, first + 500)
                results = await asyncio.gather(*(store.append(stream(number), events(number)) for number in again))
                for number, result in zip(again, results, strict=True):
                    happened += result.duplicate
                    if number in acknowledged:
                        assert result.duplicate
                        assert result.version == acknowledged[number].version
                        assert result.position == acknowledged[number].position
            assert happened >= len(acknowledged)

            # And now all of them are there, whole and once.
            expected = {event.id for number in range(CANCELLATIONS) for event in events(number)}
            stored = [event async for event in store.iter_all()]
            assert len(stored) == len(expected)
            assert {event.id for event in stored} == expected
            for number in range(STREAMS):
                versions = [event.version for event in stored if event.stream_id == stream(number)]
                assert versions == list(range(1, len(versions) + 1))
            by_append: dict[int, list[int]] = {}
            for event in stored:
                by_append.setdefault(event.data["n"], []).append(event.version)
            assert all(
                versions == list(range(versions[0], versions[0] + len(versions))) for versions in by_append.values()
            )

            # As many calls as ever find a connection each.
            await asyncio.wait_for(asyncio.gather(*(store.read_all(limit=1) for _ in range(200))), 20)

    asyncio.run(main())

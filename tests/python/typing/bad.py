"""Mistakes that a checker must find: each marked line, and no other."""

# pyright: strict

from __future__ import annotations

from onefold import (
    AppendResult,
    AsyncCustomStore,
    AsyncPostgresStore,
    AsyncSqliteStore,
    AsyncStore,
    CustomStore,
    Decider,
    Event,
    EventRegistry,
    Limits,
    MemoryStore,
    Metadata,
    PostgresStore,
    SqliteStore,
)
from onefold.testing import given

store = MemoryStore()


class Counter(Decider[int, int, Event]):
    def initial(self) -> int:
        return 0

    def decide(self, command: int, state: int) -> list[Event]:
        return [Event("Added", {"by": command})]

    def evolve(self, state: int, event: Event) -> int:
        return state


class WrongState(Decider[int, int, Event]):
    def initial(self) -> str:  # error
        return ""

    def decide(self, command: int, state: int) -> list[str]:  # error
        return []

    def evolve(self, state: int, event: Event) -> None:  # error
        return None


class Incomplete(Decider[int, int, Event]):
    def initial(self) -> int:
        return 0


class NoStore:
    def head(self) -> int:
        return 0


def deciding() -> None:
    Incomplete()  # error
    store.execute(Counter(), "1", "five")  # error
    store.execute(Counter(), 1, 5)  # error
    store.execute(Counter(), "1", 5, retries="3")  # error
    store.execute(Counter(), "1", 5, metadata={"tenant": "t"})  # error
    store.execute(NoStore(), "1", 5)  # error
    text: str = store.execute(Counter(), "1", 5).state  # error
    other: str = store.load(Counter(), "1").state  # error
    given(Counter()).when("five")  # error
    given(Counter()).then_state("five")  # error
    print(text, other)


def appending() -> None:
    store.append(1, [Event("Placed")])  # error
    store.append("Order-1", Event("Placed"))  # error
    store.append("Order-1", [], expected_version="any")  # error
    Event(5)  # error
    Event("Placed", id=5)  # error
    Event("Placed", metadata={"tenant": "t"})  # error
    Event("Placed", {}, None)  # error
    Metadata("req-1")  # error
    Metadata(correlation_id=5)  # error
    Metadata(user="u-7")  # error
    Event("Placed").type = "Shipped"  # error


def reading() -> None:
    store.read_stream("Order-1", 1)  # error
    store.read_stream("Order-1", backwards="yes")  # error
    store.read_all(limit="10")  # error
    store.read_all(recorded_from="2026-01-01")  # error
    store.read_all(stream="Order-1")  # error
    store.iter_all(page_size=None)  # error
    print(store.find_event("x").data)  # error
    print(store.read_all()[0].stream)  # error
    store.async_append("Order-1", [])  # error


def opening() -> None:
    SqliteStore()  # error
    SqliteStore("shop.db", durability="fast")  # error
    MemoryStore(limits={"data_bytes": 1})  # error
    MemoryStore(enrichers=[lambda: None])  # error
    MemoryStore(events="registry")  # error
    Limits(2**20)  # error
    Limits(bytes=1)  # error
    CustomStore(NoStore())  # error
    EventRegistry(unknown="ignore")  # error
    EventRegistry().type("Placed", version="1")  # error
    EventRegistry().upcast("Placed", 1, renamed={})  # error


async def for_asyncio(store: AsyncStore) -> None:
    result: AppendResult = store.append("Order-1", [Event("Placed")])  # error
    await store.append(1, [Event("Placed")])  # error
    for _ in store.iter_all():  # error
        pass
    text: str = (await store.execute(Counter(), "1", 5)).state  # error
    with store:  # error
        pass
    async with AsyncSqliteStore.open("shop.db"):  # error
        pass
    await AsyncPostgresStore.open()  # error
    await AsyncPostgresStore.open("postgresql://db", durability="strict")  # error
    AsyncSqliteStore("shop.db")  # error
    PostgresStore("postgresql://db", connections="4")  # error
    AsyncCustomStore(NoStore())  # error
    print(result, text)

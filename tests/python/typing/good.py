"""Code as a user writes it: every checker must take it as it is."""

# pyright: strict

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import msgspec
from onefold import (
    ANY,
    NO_STREAM,
    STREAM_EXISTS,
    AppendResult,
    AsyncCustomStore,
    AsyncMemoryStore,
    AsyncPostgresStore,
    AsyncSqliteStore,
    AsyncStore,
    ConflictError,
    CustomStore,
    Decider,
    DuplicateEventError,
    Event,
    EventRegistry,
    Executed,
    ExpectedVersion,
    LimitExceededError,
    Limits,
    Loaded,
    MemoryStore,
    Metadata,
    OnefoldError,
    PostgresStats,
    PostgresStore,
    ReadFilter,
    RegistryError,
    Snapshot,
    SqliteStore,
    Store,
    StoredEvent,
)
from onefold.testing import given
from typing_extensions import assert_type

events = EventRegistry(unknown="skip")


@events.type("OrderPlaced", version=3, aliases=["OrderCreated"])
@dataclass(frozen=True)
class OrderPlaced:
    customer_id: str
    cents: int


@events.type("OrderShipped")
class OrderShipped(msgspec.Struct, frozen=True):
    carrier: str


events.upcast("OrderPlaced", 1, rename={"customer": "customer_id"}, add={"cents": 0}, remove=["note"])


@events.upcast("OrderPlaced", 2)
def in_cents(data: dict[str, int]) -> dict[str, int]:
    return data | {"cents": data.pop("euros") * 100}


OrderEvent = OrderPlaced | OrderShipped


@dataclass(frozen=True)
class Place:
    customer_id: str
    cents: int


@dataclass(frozen=True)
class Ship:
    carrier: str


@dataclass(frozen=True)
class State:
    cents: int = 0
    shipped: bool = False


class NotPlaced(Exception):
    pass


class Order(Decider[Place | Ship, State, OrderEvent]):
    category = "Order"
    name = "order"
    state_version = 2

    def initial(self) -> State:
        return State()

    def decide(self, command: Place | Ship, state: State) -> list[OrderEvent]:
        if isinstance(command, Place):
            return [OrderPlaced(command.customer_id, command.cents)]
        if not state.cents:
            raise NotPlaced
        return [OrderShipped(command.carrier)]

    def evolve(self, state: State, event: OrderEvent) -> State:
        if isinstance(event, OrderPlaced):
            return State(event.cents)
        return State(state.cents, shipped=True)

    def is_terminal(self, state: State) -> bool:
        return state.shipped


class Counter(Decider[int, int, Event]):
    """What decide returns may be narrower: one event, a tuple, a generator, nothing."""

    def initial(self) -> int:
        return 0

    def decide(self, command: int, state: int) -> Iterator[Event]:
        yield Event("Added", {"by": command})

    def evolve(self, state: int, event: Event) -> int:
        by: int = event.data["by"]
        return state + by


class Plain:
    """A decider without the base class."""

    def initial(self) -> dict[str, int]:
        return {}

    def decide(self, command: str, state: dict[str, int]) -> Event | None:
        return Event("Noted", {"note": command}) if command not in state else None

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        return {**state, str(event.data["note"]): 1}


def use(store: Store) -> None:
    result = store.append(
        "Order-1",
        [Event("OrderPlaced", {"cents": 1}, id=uuid4(), metadata=Metadata(tenant="t", extra={"a": [1]}))],
        expected_version=NO_STREAM,
    )
    assert_type(result, AppendResult)
    assert_type(result.version, int)
    assert_type(result.duplicate, bool)
    store.append("Order-1", [OrderPlaced("c-1", 1)], 1)
    store.append("Order-1", ({"type": "OrderPlaced", "data": {}},), STREAM_EXISTS)
    store.append("Order-1", (Event.of(OrderPlaced("c-1", cents), id="x") for cents in range(3)), ANY)

    read = store.read_stream("Order-1", from_version=1, limit=10, backwards=True)
    assert_type(read, list[StoredEvent])
    assert_type(store.read_all(after_position="x:1", limit=None, types=("a", "b")), list[StoredEvent])
    assert_type(store.iter_all(page_size=10, category="Order"), Iterator[StoredEvent])
    assert_type(store.iter_stream("Order-1"), Iterator[StoredEvent])
    for event in read:
        assert_type(event.id, str)
        assert_type(event.position, int)
        assert_type(event.recorded_at, datetime)
        assert_type(event.raw, bytes)
        assert_type(event.metadata.correlation_id, str | None)
        match event.event:
            case OrderPlaced(customer_id=customer_id):
                assert_type(customer_id, str)
            case _:
                pass
    assert_type(store.find_event(uuid4()), StoredEvent | None)
    assert_type(store.stream_exists("Order-1"), bool)
    assert_type(store.cursor(store.head()), str)


def decide(store: Store) -> None:
    done = store.execute(Order(), "1", Place("c-1", 5000), metadata=Metadata(correlation_id="req-1"), retries=5)
    assert_type(done, Executed[State])
    assert_type(done.state, State)
    assert_type(done.events, list[StoredEvent])
    assert_type(done.attempts, int)
    assert_type(store.load(Order(), "1"), Loaded[State])
    assert_type(store.execute(Counter(), "1", 5).state, int)
    assert_type(store.execute(Plain(), "1", "note").state, dict[str, int])
    assert_type(store.load(Plain(), "1").state, dict[str, int])


def test() -> None:
    given(Order(), OrderPlaced("c-1", 5000)).when(Ship("DHL")).then_events(OrderShipped("DHL"))
    given(Order()).when(Ship("DHL")).then_rejected(NotPlaced)
    given(Order()).when(Ship("DHL")).then_rejected(lambda rejection: isinstance(rejection, NotPlaced), match="x")
    given(Order(), OrderPlaced("c-1", 1)).then_state(State(1))


def enrich(event: Event) -> Metadata:
    return Metadata(correlation_id=event.metadata.correlation_id or "none")


def open_stores() -> None:
    with MemoryStore(events=events, snapshot_every=100, limits=Limits(data_bytes=2**20), enrichers=[enrich]) as memory:
        assert_type(memory, MemoryStore)
    with SqliteStore(Path("shop.db"), durability="relaxed", busy_timeout=1, migrate=False) as sqlite:
        assert_type(sqlite, SqliteStore)
        sqlite.migrate()
    with PostgresStore("postgresql://shop@db/shop", owner="shop_owner", statement_timeout=None) as postgres:
        assert_type(postgres, PostgresStore)
        postgres.migrate()
        assert_type(postgres.stats(), PostgresStats)
    CustomStore(Mine(), events=EventRegistry.from_json("{}"))


async def open_for_asyncio() -> None:
    async with AsyncMemoryStore(events=events, enrichers=[enrich]) as memory:
        assert_type(memory, AsyncMemoryStore)
    async with await AsyncSqliteStore.open(Path("shop.db"), durability="relaxed") as sqlite:
        assert_type(sqlite, AsyncSqliteStore)
        await sqlite.migrate()
    async with await AsyncPostgresStore.open("postgresql://shop@db/shop", schema="shop", connections=4) as postgres:
        assert_type(postgres, AsyncPostgresStore)
        assert_type(postgres.stats(), PostgresStats)
        await use_with_asyncio(postgres)
    await use_with_asyncio(AsyncCustomStore(MineForAsyncio()))


async def use_with_asyncio(store: AsyncStore) -> None:
    assert_type(await store.append("Order-1", [OrderPlaced("c-1", 5000)], NO_STREAM), AppendResult)
    assert_type(await store.read_stream("Order-1", from_version=1, limit=10, backwards=True), list[StoredEvent])
    assert_type(await store.read_all(after_position="cursor", types=["OrderPlaced"], limit=None), list[StoredEvent])
    async for event in store.iter_all(category="Order", page_size=10):
        assert_type(event, StoredEvent)
    assert_type([event.version async for event in store.iter_stream("Order-1")], list[int])
    executed = await store.execute(Order(), "1", Place("c-1", 5000), metadata=Metadata(tenant="t"), retries=1)
    assert_type(executed, Executed[State])
    assert_type(await store.load(Order(), "1"), Loaded[State])
    assert_type(await store.find_event(uuid4()), StoredEvent | None)
    assert_type(await store.head(), int)
    assert_type(store.cursor(1), str)
    await store.close()


class MineForAsyncio:
    """A store of one's own for asyncio."""

    async def append(
        self, stream_id: str, envelopes: list[Event], expected_version: ExpectedVersion | int
    ) -> AppendResult:
        return AppendResult(version=len(envelopes), position=1, duplicate=False)

    async def read_stream(
        self, stream_id: str, *, from_version: int | None, limit: int | None, backwards: bool
    ) -> list[dict[str, object]]:
        return []

    async def read_all(
        self, *, after_position: int | None, limit: int | None, backwards: bool, filter: ReadFilter
    ) -> list[StoredEvent]:
        return []

    async def stream_version(self, stream_id: str) -> int:
        return 0

    async def head(self) -> int:
        return 0

    async def find_event(self, event_id: str) -> StoredEvent | None:
        return None


class Mine:
    """A store of one's own."""

    def append(self, stream_id: str, envelopes: list[Event], expected_version: ExpectedVersion | int) -> AppendResult:
        if expected_version is NO_STREAM:
            raise ConflictError(stream_id, expected_version, 1)
        return AppendResult(version=len(envelopes), position=1, duplicate=False)

    def read_stream(
        self, stream_id: str, *, from_version: int | None, limit: int | None, backwards: bool
    ) -> list[dict[str, object]]:
        return []

    def read_all(
        self, *, after_position: int | None, limit: int | None, backwards: bool, filter: ReadFilter
    ) -> Iterator[StoredEvent]:
        return iter(())

    def stream_version(self, stream_id: str) -> int:
        return 0

    def head(self) -> int:
        return 0

    def find_event(self, event_id: str) -> StoredEvent | None:
        return None

    def load_snapshot(self, stream_id: str, name: str) -> Snapshot | None:
        return None

    def save_snapshot(self, snapshot: Snapshot) -> None:
        assert_type(snapshot.version, int)


def handle() -> None:
    try:
        events.build()
    except ConflictError as error:
        assert_type(error.expected, ExpectedVersion | int)
        assert_type(error.actual, int)
    except DuplicateEventError as error:
        assert_type(error.ids, list[str])
    except LimitExceededError as error:
        assert_type(error.field, str)
    except RegistryError as error:
        assert_type(error.faults[0].kind, str)
    except OnefoldError as error:
        assert_type(error.code, str)

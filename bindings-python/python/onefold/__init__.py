"""Event sourcing with one fold everywhere: ``state = fold(initial, events)``.

Every change is kept as an immutable event; state is folded from events. A :class:`Decider` holds the rules as pure
functions; a store keeps the events: :class:`MemoryStore`, :class:`SqliteStore`, :class:`PostgresStore`, or
:class:`CustomStore` over one of your own. Each has a twin for asyncio, such as :class:`AsyncPostgresStore`. The core is
Rust, the same as in the other languages of onefold.

>>> from onefold import Event, MemoryStore
>>> store = MemoryStore()
>>> store.append("Order-1", [Event("OrderPlaced", {"total_cents": 5000})])
AppendResult(version=1, position=1, duplicate=False)
"""

from onefold._onefold import Event, Metadata, StoredEvent, __version__
from onefold.decider import Decider
from onefold.errors import (
    ClosedError,
    ConflictError,
    CursorError,
    DuplicateEventError,
    InvalidArgumentError,
    InvalidEventError,
    LimitExceededError,
    MigrationError,
    OnefoldError,
    RegistryError,
    RegistryFault,
    StoreError,
    StoreUnavailableError,
    TerminatedError,
    UnknownEventError,
    UpcastError,
)
from onefold.expected import ANY, NO_STREAM, STREAM_EXISTS, ExpectedVersion
from onefold.limits import Limits
from onefold.registry import EventRegistry
from onefold.results import AppendResult, Executed, Loaded
from onefold.store import (
    AsyncCustomStore,
    AsyncMemoryStore,
    AsyncPostgresStore,
    AsyncSqliteStore,
    AsyncStore,
    CustomStore,
    MemoryStore,
    PostgresStats,
    PostgresStore,
    ReadFilter,
    Snapshot,
    SqliteStore,
    Store,
)

__all__ = [
    "ANY",
    "NO_STREAM",
    "STREAM_EXISTS",
    "AppendResult",
    "AsyncCustomStore",
    "AsyncMemoryStore",
    "AsyncPostgresStore",
    "AsyncSqliteStore",
    "AsyncStore",
    "ClosedError",
    "ConflictError",
    "CursorError",
    "CustomStore",
    "Decider",
    "DuplicateEventError",
    "Event",
    "EventRegistry",
    "Executed",
    "ExpectedVersion",
    "InvalidArgumentError",
    "InvalidEventError",
    "LimitExceededError",
    "Limits",
    "Loaded",
    "MemoryStore",
    "Metadata",
    "MigrationError",
    "OnefoldError",
    "PostgresStats",
    "PostgresStore",
    "ReadFilter",
    "RegistryError",
    "RegistryFault",
    "Snapshot",
    "SqliteStore",
    "Store",
    "StoreError",
    "StoreUnavailableError",
    "StoredEvent",
    "TerminatedError",
    "UnknownEventError",
    "UpcastError",
    "__version__",
]

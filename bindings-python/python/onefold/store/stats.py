"""What a store in PostgreSQL is busy with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PostgresStats:
    """What a :class:`PostgresStore` of this process is busy with at the moment; every number is from 0.

    >>> from onefold import PostgresStore
    >>> with PostgresStore(dsn) as store:
    ...     head = store.head()
    ...     store.stats()
    PostgresStats(queued=0, writing=0, connections=1, idle=1, waiting=0)
    """

    queued: int
    """Appends that wait for their turn. When it keeps growing, more comes in than the server can write."""

    writing: int
    """Appends that are being written."""

    connections: int
    """Connections that are open, of at most the option ``connections``; the one for ``notify`` is not counted."""

    idle: int
    """Those of them that nobody uses."""

    waiting: int
    """Calls that wait for a connection. When there are often some, give the store more connections."""

"""What processes of the tests do with one SQLite file; importable, so that a spawned process can run it."""

from __future__ import annotations

import os
from pathlib import Path

from onefold import Event, OnefoldError, SqliteStore

from tests.python.support import Counter


def count_up(path: Path, commands: int) -> int:
    """Execute so many commands on one stream that others write too; how often it had to decide anew."""
    with SqliteStore(path, durability="relaxed") as store:
        return sum(store.execute(Counter(), "1", 1, retries=1000).attempts - 1 for _ in range(commands))


def append(path: Path, name: str, events: int) -> list[int]:
    """Append so many events to one stream that others write too; the versions they got."""
    with SqliteStore(path, durability="relaxed") as store:
        return [store.append("Log-1", [Event("Logged", {"by": name, "index": i})]).version for i in range(events)]


def open_as_nobody(path: Path) -> OnefoldError | None:
    """Open as a user who may not write everything; the error that it met."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        SqliteStore(path).close()
    except OnefoldError as error:
        return error
    return None

"""A process that appends to a SQLite file, and says so, until it is killed.

`python -m tests.python.appender FILE ROUND`
"""

from __future__ import annotations

import os
import sys
from itertools import count
from random import Random
from typing import NamedTuple
from uuid import NAMESPACE_OID, uuid5

from onefold import Event, SqliteStore

SIZES = [1, 1, 1, 1, 2, 3, 10, 100]
STREAMS = 5


class Attempt(NamedTuple):
    """One append: the same for all who know its round and number."""

    stream_id: str
    events: list[Event]


def attempt(round: int, number: int) -> Attempt:
    random = Random(f"{round}/{number}")
    stream_id = f"Order-{random.randrange(STREAMS)}"
    padding = "x" * random.randrange(500)
    ids = [uuid5(NAMESPACE_OID, f"{round}/{number}/{index}") for index in range(random.choice(SIZES))]
    return Attempt(stream_id, [Event("Placed", {"id": str(id), "padding": padding}, id=id) for id in ids])


def main(path: str, round: int) -> None:
    say("opening")
    with SqliteStore(path) as store:
        for number in count():
            stream_id, events = attempt(round, number)
            say(f"trying {number}")
            result = store.append(stream_id, events)
            say(f"appended {number} {result.version}")


def say(line: str) -> None:
    # One write, unbuffered and shorter than a pipe's atomic size: it is out whole or not at all.
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

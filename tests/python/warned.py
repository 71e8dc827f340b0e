"""A logging handler that has work of its own, while snapshots fail: `python -m tests.python.warned using|waiting`.

In a process of its own, since what it looks for is a process that stands still.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable

from onefold import Event, MemoryStore

from tests.python.support import ADDED, Counter


class First(Counter):
    def encode_state(self, state: int) -> int:
        raise RuntimeError("no snapshots today")


class Second(First):
    """Another decider, which is warned of by itself."""


class Handler(logging.Handler):
    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work

    def emit(self, record: logging.LogRecord) -> None:
        self._work()


def main(kind: str) -> None:
    store = MemoryStore(snapshot_every=1)
    store.append("Counter-1", [ADDED])
    logger = logging.getLogger("onefold")
    if kind == "using":
        logger.addHandler(Handler(lambda: store.append("Log-1", [Event("Warned")])))
        logger.addHandler(Handler(lambda: store.load(Second(), "1")))
        store.load(First(), "1")
        assert store.stream_version("Log-1") == 2
        return
    logging_now = threading.Event()
    go_on = threading.Event()

    def wait() -> None:
        logging_now.set()
        go_on.wait(0.5)

    logger.addHandler(Handler(wait))
    first = threading.Thread(target=store.load, args=(First(), "1"))
    first.start()
    logging_now.wait()
    store.load(Second(), "1")
    go_on.set()
    first.join()


if __name__ == "__main__":
    main(sys.argv[1])

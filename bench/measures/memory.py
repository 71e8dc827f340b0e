"""Memory while iterating a large store, in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from onefold import SqliteStore

from bench.contenders.onefold_sqlite import registry
from bench.event import LineAdded, line

BATCH = 10_000
MEGABYTE = 2**20


@dataclass(frozen=True)
class Growth:
    """By how many megabytes a process grew while it iterated `events` events, each decoded to its type."""

    events: int
    megabytes: float
    limit: float

    @property
    def name(self) -> str:
        return f"memory over {self.events:,}"


def measure(events: int, limit: float, folder: Path) -> Growth:
    path = folder / "large.db"
    with SqliteStore(path, events=registry()) as store:
        for start in range(0, events, BATCH):
            lines = [line(number) for number in range(start, min(start + BATCH, events))]
            store.append(f"Order-{start}", lines)
    command = [sys.executable, "-m", "bench.measures.memory", str(path)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert answer["events"] == events
    return Growth(events, answer["grown"] / MEGABYTE, limit)


def iterate(path: Path) -> dict[str, int]:
    """Runs in the process that is measured."""
    with SqliteStore(path, events=registry()) as store:
        start = most = _resident()
        events = 0
        for stored in store.iter_all():
            assert isinstance(stored.event, LineAdded)
            events += 1
            if events % 1_000 == 0:
                most = max(most, _resident())
    return {"events": events, "grown": most - start}


def _resident() -> int:
    """Bytes in RAM now; outside Linux the most there ever were."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(json.dumps(iterate(Path(sys.argv[1]))))

"""What is measured, at which size, and what onefold is to reach."""

from __future__ import annotations

from bench.measures.append import Appending
from bench.measures.execute import Executing
from bench.measures.load import Loading
from bench.measures.memory_fold import FoldingInMemory
from bench.measures.read import Reading
from bench.pairs import Measure, Target

BY_HAND = ("by hand",)
EVENTSOURCING = ("eventsourcing",)
EVENTSOURCE_PY = ("eventsource-py",)
BETTER_PEER = EVENTSOURCING + EVENTSOURCE_PY


def measures(part: int = 1) -> dict[str, Measure]:
    """By the name that `--only` takes; sizes are divided by `part`."""
    return {
        "append-1": Appending(
            size=1,
            appends=500 // part,
            turns=4,
            targets=[Target(BY_HAND, 0.9), Target(EVENTSOURCING, 1.0), Target(EVENTSOURCE_PY, None)],
        ),
        "append-100": Appending(
            size=100,
            appends=50 // part,
            turns=2,
            targets=[Target(BY_HAND, 1.0), Target(EVENTSOURCING, None), Target(EVENTSOURCE_PY, None)],
        ),
        "read-typed": Reading(events=50_000 // part, typed=True, ratio=1.5),
        "read-lazily": Reading(events=50_000 // part, typed=False, ratio=4.0),
        "execute": Executing(
            # Most of a turn must come after the first checkpoint. Until then the log grows with every commit, which
            # the disk is slower at; the stores reach it at different commands of the first hundred.
            streams=500 // part,
            turns=1,
            targets=[Target(BY_HAND, 0.8), Target(EVENTSOURCING, 2.5), Target(EVENTSOURCE_PY, None)],
        ),
        "load": Loading(events=10_000 // part, targets=[Target(BETTER_PEER, 5.0), Target(BY_HAND, None)]),
        "fold": FoldingInMemory(events=50_000 // part, ratio=0.8),
    }


MEMORY = "memory"
MEMORY_EVENTS = 1_000_000
MEMORY_LIMIT_MEGABYTES = 100.0

"""What is measured on PostgreSQL, at which size, and what onefold is to reach."""

from __future__ import annotations

from bench.pairs import Measure, Target
from bench.postgres.contenders import TASKS, Contender
from bench.postgres.contenders.asyncpg_by_hand import AsyncpgByHand, AsyncpgWithoutReset
from bench.postgres.contenders.onefold_postgres import OnefoldAsync, OnefoldSync
from bench.postgres.contenders.present import peers
from bench.postgres.contenders.psycopg_by_hand import PsycopgByHand
from bench.postgres.measures.append import Appending
from bench.postgres.measures.execute import Executing
from bench.postgres.measures.growth import AppendingWhenGrown, Grown, LoadingWhenGrown
from bench.postgres.measures.read import Reading
from bench.postgres.measures.rust import PGBENCH, AppendingInRust
from bench.postgres.server import Durability, Place

ASYNCPG = (AsyncpgByHand.name,)
PEERS = ("eventsourcing", "eventsource-py", "waku")
SUFFIXES = {Durability.SLOW_DISK: "", Durability.NO_WAIT: "-no-fsync"}


def measures(part: int = 1) -> dict[str, list[Measure[Place]]]:
    """By the name that `--only` takes; those of one name share a place. Sizes are divided by `part`."""
    found: dict[str, list[Measure[Place]]] = {}
    for durability, suffix in SUFFIXES.items():
        for name, measure in _writing(durability, part).items():
            found[name + suffix] = [measure]
    typed = [Target(ASYNCPG, 1.4), Target(PEERS, 4.0)]
    # So large a store takes minutes to fill.
    grown = Grown(10_000_000 // part**2)
    return found | {
        "pg-read-typed": [Reading(events=50_000 // part, typed=True, targets=typed)],
        "pg-read-lazily": [Reading(events=50_000 // part, typed=False, targets=[Target(ASYNCPG, 2.5)])],
        "pg-growth": [AppendingWhenGrown(grown, seconds=0.5), LoadingWhenGrown(grown, loads=2_000 // part)],
    }


def _writing(durability: Durability, part: int) -> dict[str, Measure[Place]]:
    seconds = max(0.5 / part, 0.1)
    in_rust: dict[str, Measure[Place]] = {
        f"pg-rust-{clients}": AppendingInRust(clients, 1, durability, seconds, [Target((PGBENCH,), 0.85)])
        for clients in (1, 16, 64)
    }
    return in_rust | {
        "pg-rust-64x10": AppendingInRust(64, 10, durability, seconds, [Target((PGBENCH,), 2.7)]),
        "pg-append-16": Appending(
            label=f"append 1, {TASKS} tasks",
            kinds=_everybody,
            streams=TASKS,
            size=1,
            durability=durability,
            seconds=seconds,
            turns=1,
            targets=[
                Target(ASYNCPG, 1.2),
                Target((AsyncpgWithoutReset.name,), None),
                *(Target((peer,), 8.0) for peer in PEERS),
            ],
        ),
        "pg-append-sync": Appending(
            label="append 1, synchronous",
            kinds=lambda: [OnefoldSync, PsycopgByHand],
            streams=1,
            size=1,
            durability=durability,
            seconds=seconds / 2,
            turns=2,
            targets=[Target((PsycopgByHand.name,), 0.85)],
        ),
        "pg-append-100": Appending(
            label="append 100, 1 task",
            kinds=lambda: [OnefoldAsync, AsyncpgByHand],
            streams=1,
            size=100,
            durability=durability,
            seconds=seconds / 2,
            turns=2,
            targets=[Target(ASYNCPG, 0.9)],
        ),
        "pg-execute": Executing(
            streams=960 // part, durability=durability, targets=[Target(ASYNCPG, 1.0), Target(PEERS, 6.0)]
        ),
    }


def _everybody() -> list[type[Contender]]:
    return [OnefoldAsync, AsyncpgByHand, AsyncpgWithoutReset, *peers()]

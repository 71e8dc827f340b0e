"""A command on a stream of ten events: load, fold, decide, append at the folded version; sixteen at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bench.event import data, new_stream, total_of
from bench.pairs import Target, rate_of
from bench.postgres.contenders import Contender
from bench.postgres.contenders.asyncpg_by_hand import AsyncpgByHand
from bench.postgres.contenders.onefold_postgres import OnefoldAsync
from bench.postgres.contenders.present import peers
from bench.postgres.server import Durability, Place

HISTORY = 10


@dataclass(frozen=True)
class Executing:
    """One command on each of `streams` streams in each turn; the peers, who are slower, have a sixth as many."""

    streams: int
    durability: Durability
    targets: list[Target]
    unit = "commands/s"
    turns = 1

    @property
    def name(self) -> str:
        return f"execute on {HISTORY} events, 16 tasks, {self.durability.value}"

    def contenders(self, place: Place) -> dict[str, Callable[[], float]]:
        shares: dict[type[Contender], int] = {OnefoldAsync: self.streams, AsyncpgByHand: self.streams}
        shares |= dict.fromkeys(peers(), max(self.streams // 6, 1))
        return {
            kind.name: partial(self._measure, place.keep(kind(place.database(self.durability))), share)
            for kind, share in shares.items()
        }

    def _measure(self, contender: Contender, share: int) -> float:
        streams = [new_stream() for _ in range(share)]
        contender.append_each(streams, [data(number) for number in range(HISTORY)])
        rate = rate_of(len(streams), lambda: contender.execute(streams, data(HISTORY)))
        expected = [total_of(HISTORY + 1)] * len(streams)
        assert contender.totals(streams) == expected, f"{contender.name} lost something"
        return rate

"""Reading all events at once: into typed events, and lazily."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bench.event import LineAdded, data, new_stream
from bench.pairs import Target, rate_of
from bench.postgres.contenders import Reader
from bench.postgres.contenders.asyncpg_by_hand import AsyncpgByHand
from bench.postgres.contenders.onefold_postgres import OnefoldAsync
from bench.postgres.contenders.present import peers
from bench.postgres.server import Durability, Place

R = TypeVar("R", bound=Reader)

STREAM = 100


@dataclass(frozen=True)
class Reading:
    """`events` events in streams of a hundred, written once and read whole in each round, into a list.

    onefold by `read_all`. Typed: a list of `LineAdded` structs. Lazily: each stored event's version is looked at,
    and nothing else. asyncpg faces the same both times: each event as a dict of all columns, its JSON parsed by orjson.
    The peers make events of their own classes, and are measured beside the typed ones.
    """

    events: int
    typed: bool
    targets: list[Target]
    unit = "events/s"
    turns = 1

    @property
    def name(self) -> str:
        return f"read_all of {self.events:,} {'typed' if self.typed else 'lazily'}"

    def contenders(self, place: Place) -> dict[str, Callable[[], float]]:
        onefold = self._filled(place, OnefoldAsync)
        others: list[type[Reader]] = [AsyncpgByHand, *(peers() if self.typed else [])]
        ours = partial(self._typed if self.typed else self._lazily, onefold)
        return {onefold.name: partial(rate_of, self.events, ours)} | {
            kind.name: partial(rate_of, self.events, partial(self._read, self._filled(place, kind))) for kind in others
        }

    def _filled(self, place: Place, kind: type[R]) -> R:
        contender = place.keep(kind(place.database(Durability.NO_WAIT)))
        streams = [new_stream() for _ in range(self.events // STREAM)]
        contender.append_each(streams, [data(number) for number in range(STREAM)])
        return contender

    def _typed(self, onefold: OnefoldAsync) -> None:
        events = [stored.event for stored in onefold.read()]
        assert len(events) == self.events
        assert isinstance(events[-1], LineAdded)

    def _lazily(self, onefold: OnefoldAsync) -> None:
        versions = sum(stored.version for stored in onefold.read())
        assert versions == self.events // STREAM * (STREAM * (STREAM + 1) // 2)

    def _read(self, reader: Reader) -> None:
        read = reader.read()
        assert len(read) == self.events, f"{reader.name} read {len(read)} events"

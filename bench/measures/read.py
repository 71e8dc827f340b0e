"""Reading a whole store: into typed events, and lazily."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.contenders import Append, Contender
from bench.contenders.by_hand import ByHand
from bench.contenders.onefold_sqlite import OnefoldSqlite
from bench.event import LineAdded, data, new_stream
from bench.pairs import ONEFOLD, Target, rate_of

C = TypeVar("C", bound=Contender)

STREAM = 100
BY_HAND = "by hand"
BARE = "by hand, data alone"


@dataclass(frozen=True)
class Reading:
    """`events` events in streams of a hundred, written once and read whole in each round.

    Both by `iter_all`. Typed: a list of `LineAdded` structs. Lazily: each stored event's version is looked at,
    and nothing else.
    By hand both face the same: each event as a dict, its data and metadata parsed by orjson. For comparison
    there is also the least that can be read: the data column alone, parsed.
    """

    events: int
    typed: bool
    ratio: float
    unit = "events/s"
    turns = 1

    @property
    def name(self) -> str:
        return f"read {self.events:,} {'typed' if self.typed else 'lazily'}"

    @property
    def targets(self) -> list[Target]:
        return [Target((BY_HAND,), self.ratio), Target((BARE,), None)]

    def contenders(self, folder: Path) -> dict[str, Callable[[], float]]:
        onefold = self._filled(OnefoldSqlite(folder / "onefold.db"))
        by_hand = self._filled(ByHand(folder / "by-hand.db"))
        ours = self._typed if self.typed else self._lazily
        return {
            ONEFOLD: partial(rate_of, self.events, partial(ours, onefold)),
            BY_HAND: partial(rate_of, self.events, lambda: self._check(len(by_hand.read()))),
            BARE: partial(rate_of, self.events, lambda: self._check(len(by_hand.read_bare()))),
        }

    def _filled(self, contender: C) -> C:
        lines = [data(number) for number in range(STREAM)]
        contender.append([Append(new_stream(), 0, lines) for _ in range(self.events // STREAM)])
        return contender

    def _typed(self, onefold: OnefoldSqlite) -> None:
        events = [stored.event for stored in onefold.events()]
        assert isinstance(events[-1], LineAdded)
        self._check(len(events))

    def _lazily(self, onefold: OnefoldSqlite) -> None:
        versions = sum(stored.version for stored in onefold.events())
        assert versions == self.events // STREAM * (STREAM * (STREAM + 1) // 2)

    def _check(self, count: int) -> None:
        assert count == self.events, f"{count} events read"

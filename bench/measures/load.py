"""Loading one long stream: read, decode, fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.contenders import Append, Contender
from bench.contenders.present import contenders
from bench.event import data, new_stream, total_of
from bench.pairs import Target, rate_of

BATCH = 1_000


@dataclass(frozen=True)
class Loading:
    """A stream of `events` events, written once and loaded in each round."""

    events: int
    targets: list[Target]
    unit = "events/s"
    turns = 1

    @property
    def name(self) -> str:
        return f"load {self.events:,}"

    def contenders(self, folder: Path) -> dict[str, Callable[[], float]]:
        return {kind.name: self._prepared(kind(folder / f"{kind.name}.db")) for kind in contenders()}

    def _prepared(self, contender: Contender) -> Callable[[], float]:
        stream = new_stream()
        contender.append(
            [
                Append(stream, start, [data(number) for number in range(start, start + BATCH)])
                for start in range(0, self.events, BATCH)
            ]
        )
        return partial(self._measure, contender, stream)

    def _measure(self, contender: Contender, stream: str) -> float:
        expected = total_of(self.events)

        def load() -> None:
            assert contender.load(stream) == expected, f"{contender.name} folds to something else"

        return rate_of(self.events, load)

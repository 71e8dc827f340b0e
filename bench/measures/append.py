"""Appending to one stream, each append with the exact version it expects, on a fresh file per turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from bench.contenders import Append, Contender, check_durability
from bench.contenders.present import contenders
from bench.event import data, new_stream, total_of
from bench.pairs import Target, rate_of


@dataclass(frozen=True)
class Appending:
    """`appends` appends of `size` events in each turn, given as plain dicts."""

    size: int
    appends: int
    turns: int
    targets: list[Target]
    unit = "events/s"

    @property
    def name(self) -> str:
        return f"append {self.size}, {self.appends * self.turns:,} times"

    def contenders(self, folder: Path) -> dict[str, Callable[[], float]]:
        paths = (folder / f"{number}.db" for number in count())
        return {kind.name: partial(self._measure, kind, paths) for kind in contenders()}

    def _measure(self, kind: type[Contender], paths: Iterator[Path]) -> float:
        contender = kind(next(paths))
        check_durability(contender)
        stream, size = new_stream(), self.size
        appends = [
            Append(stream, start, [data(number) for number in range(start, start + size)])
            for start in range(0, self.appends * size, size)
        ]
        events = self.appends * size
        rate = rate_of(events, lambda: contender.append(appends))
        assert contender.load(stream) == total_of(events), f"{kind.name} lost something"
        contender.close()
        return rate

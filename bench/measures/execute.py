"""A command on a stream of ten events: load, fold, decide, append at the folded version."""

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

HISTORY = 10


@dataclass(frozen=True)
class Executing:
    """One command on each of `streams` streams in each turn, in a fresh file."""

    streams: int
    turns: int
    targets: list[Target]
    name = f"execute on {HISTORY} events"
    unit = "commands/s"

    def contenders(self, folder: Path) -> dict[str, Callable[[], float]]:
        paths = (folder / f"{number}.db" for number in count())
        return {kind.name: partial(self._measure, kind, paths) for kind in contenders()}

    def _measure(self, kind: type[Contender], paths: Iterator[Path]) -> float:
        contender = kind(next(paths))
        check_durability(contender)
        first, *streams = [new_stream() for _ in range(self.streams + 1)]
        history = [data(number) for number in range(HISTORY)]
        contender.append([Append(stream, 0, history) for stream in (first, *streams)])
        # A store's first command prepares its statements: that is once in a process, not once in a turn.
        contender.execute([first], data(HISTORY))
        rate = rate_of(len(streams), lambda: contender.execute(streams, data(HISTORY)))
        for stream in streams:
            assert contender.load(stream) == total_of(HISTORY + 1), f"{kind.name} lost something"
        contender.close()
        return rate

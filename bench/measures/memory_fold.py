"""The fold in memory: what `load` adds to a plain loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from onefold import MemoryStore

from bench.contenders.onefold_sqlite import Order, registry
from bench.event import LineAdded, Total, line, total_of
from bench.pairs import ONEFOLD, Target, rate_of

LOOP = "plain loop"
LOOP_READING = "plain loop over read_stream"
BATCH = 1_000


@dataclass(frozen=True)
class FoldingInMemory:
    """`load` on a `MemoryStore` beside a Python loop over the same typed events, ready in a list.

    For comparison: the loop over `read_stream`, which decodes each event as `load` must.
    """

    events: int
    ratio: float
    unit = "events/s"
    turns = 1

    @property
    def name(self) -> str:
        return f"fold {self.events:,} in memory"

    @property
    def targets(self) -> list[Target]:
        return [Target((LOOP,), self.ratio), Target((LOOP_READING,), None)]

    def contenders(self, folder: Path) -> dict[str, Callable[[], float]]:
        store, order = MemoryStore(events=registry()), Order()
        lines = [line(number) for number in range(self.events)]
        for start in range(0, self.events, BATCH):
            store.append("Order-1", lines[start : start + BATCH], expected_version=start)
        events = [stored.event for stored in store.read_stream("Order-1")]
        return {
            ONEFOLD: partial(self._measure, lambda: store.load(order, "1").state),
            LOOP: partial(self._measure, lambda: _fold(order, events)),
            LOOP_READING: partial(
                self._measure, lambda: _fold(order, (stored.event for stored in store.iter_stream("Order-1")))
            ),
        }

    def _measure(self, fold: Callable[[], Total]) -> float:
        expected = total_of(self.events)

        def check() -> None:
            assert fold() == expected

        return rate_of(self.events, check)


def _fold(order: Order, events: Iterable[LineAdded]) -> Total:
    state = order.initial()
    for event in events:
        state = order.evolve(state, event)
    return state

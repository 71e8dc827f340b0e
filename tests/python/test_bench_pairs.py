"""How the benchmarks count: by pairs, round by round."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.pairs import ONEFOLD, Measure, Result, Target, run


class Scripted:
    """A measure whose contenders answer with rates given beforehand; it notes who was asked when."""

    name = "scripted"
    unit = "events/s"

    def __init__(self, rates: dict[str, list[float]], targets: list[Target], turns: int = 1) -> None:
        self.targets = targets
        self.turns = turns
        self.asked: list[str] = []
        self._rates = rates

    def contenders(self, folder: Path) -> dict[str, Callable[[], float]]:
        return {name: self._answer(name) for name in self._rates}

    def _answer(self, name: str) -> Callable[[], float]:
        rates = iter(self._rates[name])

        def work() -> float:
            self.asked.append(name)
            return next(rates)

        return work


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    # The machine slows down to a tenth halfway; onefold is twice as fast all along.
    result = _run({ONEFOLD: [1, 200, 200, 20], "peer": [1, 100, 100, 10]})
    assert result.ratio(("peer",)) == 2
    # Medians of the rates, 20 and 20, would say 1.
    assert _run({ONEFOLD: [1, 10, 20, 60], "peer": [1, 20, 10, 20]}).ratio(("peer",)) == 2


def test_the_best_of_several_is_taken_in_each_turn() -> None:
    result = _run({ONEFOLD: [1, 60, 60, 60], "a": [1, 10, 30, 10], "b": [1, 20, 10, 20]})
    assert result.ratio(("a", "b")) == 3
    assert result.rate(("a", "b")) == 20


def test_turns_change_their_order_and_the_first_only_warms_up() -> None:
    measure = Scripted({ONEFOLD: [9, 1, 1], "peer": [9, 1, 1]}, [])
    progress: list[int] = []
    result = run(measure, 2, Path(), progress.append)
    turns = [tuple(measure.asked[turn : turn + 2]) for turn in (0, 2, 4)]
    assert set(turns) == {(ONEFOLD, "peer"), ("peer", ONEFOLD)}
    assert result.rates == {ONEFOLD: [1, 1], "peer": [1, 1]}
    assert progress == [0, 1, 2]


def test_a_round_may_have_several_turns() -> None:
    progress: list[int] = []
    measure = Scripted({ONEFOLD: [9, 1, 2, 3, 4], "peer": [9, 1, 1, 1, 1]}, [], turns=2)
    result = run(measure, 2, Path(), progress.append)
    assert result.rates[ONEFOLD] == [1, 2, 3, 4]
    assert progress == [0, 0, 1, 1, 2]


def test_targets_against_an_absent_peer_are_left_out() -> None:
    targets = [Target(("peer",), 1.0), Target(("peer", "absent"), 1.0)]
    result = _run({ONEFOLD: [1, 1], "peer": [1, 1]}, targets)
    assert result.comparable() == targets[:1]


def _run(rates: dict[str, list[float]], targets: list[Target] | None = None) -> Result:
    measure: Measure = Scripted(rates, targets or [])
    return run(measure, len(rates[ONEFOLD]) - 1, Path(), lambda _: None)

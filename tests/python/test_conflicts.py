"""When another writer is faster, a command is decided anew (rule D1 of the store contract)."""

from __future__ import annotations

from pathlib import Path

import pytest
from onefold import (
    ConflictError,
    MemoryStore,
)

from tests.python.support import Counter, Deciding, OpenStore, Overtaken, every_store


@every_store
def test_a_conflict_that_decide_raises_is_not_retried(open_store: OpenStore, tmp_path: Path) -> None:
    own = ConflictError("Other-1", 1, 2)

    def conflict(command: int, state: int) -> None:
        raise own

    decider = Deciding(conflict)
    with open_store(tmp_path) as store:
        with pytest.raises(ConflictError) as raised:
            store.execute(decider, "1", 0)
        assert raised.value is own
        assert decider.decided == 1


@every_store
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_conflict_of_the_store_is_decided_anew_on_the_new_state(
    open_store: OpenStore, times: int, tmp_path: Path
) -> None:
    with open_store(tmp_path) as store:
        decider = Overtaken(store, times)
        done = store.execute(decider, "1", 1)
        assert (done.state, done.attempts, done.version) == (10 * times + 1, times + 1, times + 1)
        assert decider.seen == [10 * index for index in range(times + 1)]


@every_store
@pytest.mark.parametrize("retries", [0, 1, 3, 5])
def test_after_the_retries_the_conflict_comes_out(open_store: OpenStore, retries: int, tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        decider = Overtaken(store, 100)
        with pytest.raises(ConflictError) as raised:
            store.execute(decider, "1", 1, retries=retries)
        assert len(decider.seen) == retries + 1
        assert (raised.value.stream_id, raised.value.expected, raised.value.actual) == (
            "Counter-1",
            retries,
            retries + 1,
        )
        assert store.load(Counter(), "1").state == 10 * (retries + 1)


def test_three_retries_are_the_default() -> None:
    store = MemoryStore()
    decider = Overtaken(store, 100)
    with pytest.raises(ConflictError):
        store.execute(decider, "1", 1)
    assert len(decider.seen) == 4

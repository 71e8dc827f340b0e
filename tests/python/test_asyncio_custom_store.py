"""A store of one's own for asyncio: its coroutines run as if the task had awaited them itself."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from onefold import ANY, AsyncCustomStore, CustomStore, Event, InvalidArgumentError, StoreError

from tests.python.awaited import Coroutines
from tests.python.plain_store import PlainStore
from tests.python.support import ADDED, Counter


def run(call: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(call, 30))


def test_plain_methods_serve_as_well() -> None:
    async def main() -> None:
        async with AsyncCustomStore(PlainStore()) as store:  # type: ignore[arg-type]
            await store.append("Order-1", [ADDED])
            assert (await store.execute(Counter(), "1", 2)).state == 2
            assert [event.stream_id async for event in store.iter_all(page_size=1)] == ["Order-1", "Counter-1"]

    run(main())


def test_a_method_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidArgumentError, match="append"):
        AsyncCustomStore(object())  # type: ignore[arg-type]


@pytest.mark.filterwarnings("error")
def test_coroutines_are_not_for_a_store_whose_calls_give_results() -> None:
    store = CustomStore(Coroutines(PlainStore()))
    with pytest.raises(StoreError, match="AsyncCustomStore"):
        store.head()
    with pytest.raises(StoreError, match="AsyncCustomStore"):
        store.append("Order-1", [ADDED])


class Slow(PlainStore):
    """Waits within an append, and notes what becomes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    async def append(self, stream_id: str, envelopes: list[Event], expected_version: Any) -> Any:  # type: ignore[override]
        try:
            await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            self.notes.append("cancelled")
            if "stubborn" in stream_id:
                return super().append(stream_id, envelopes, ANY)
            raise
        finally:
            self.notes.append("cleaned up")
        return super().append(stream_id, envelopes, expected_version)


def test_cancelling_the_task_cancels_its_coroutine() -> None:
    async def main() -> None:
        slow = Slow()
        store = AsyncCustomStore(slow)  # type: ignore[arg-type]
        appending = asyncio.create_task(store.append("Order-1", [ADDED]))
        await asyncio.sleep(0.01)
        appending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await appending
        assert slow.notes == ["cancelled", "cleaned up"]
        assert await store.head() == 0

    run(main())


def test_a_coroutine_may_stand_its_cancellation() -> None:
    async def main() -> None:
        store = AsyncCustomStore(Slow())  # type: ignore[arg-type]
        appending = asyncio.create_task(store.append("stubborn", [ADDED]))
        await asyncio.sleep(0.01)
        appending.cancel()
        assert (await appending).version == 1

    run(main())


def test_a_time_limit_reaches_its_coroutine() -> None:
    async def main() -> None:
        slow = Slow()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(AsyncCustomStore(slow).append("Order-1", [ADDED]), 0.01)  # type: ignore[arg-type]
        assert slow.notes == ["cancelled", "cleaned up"]

    run(main())


def test_its_own_exception_is_the_cause_of_the_error() -> None:
    class Failing(PlainStore):
        async def head(self) -> int:  # type: ignore[override]
            await asyncio.sleep(0)
            raise OSError("the disk is gone")

    async def main() -> None:
        with pytest.raises(StoreError, match=r"head.*the disk is gone") as raised:
            await AsyncCustomStore(Failing()).head()  # type: ignore[arg-type]
        assert isinstance(raised.value.__cause__, OSError)

    run(main())


class Interrupting(PlainStore):
    """Is interrupted while it looks for a snapshot or keeps one, which must fail no command."""

    def __init__(self, interrupt: BaseException) -> None:
        super().__init__()
        self._interrupt = interrupt

    def load_snapshot(self, stream_id: str, name: str) -> Any:
        raise self._interrupt

    def save_snapshot(self, snapshot: Any) -> None:
        raise self._interrupt


def test_an_interrupt_within_a_snapshot_comes_out_of_its_own_call_only() -> None:
    class Stop(BaseException):
        pass

    async def main() -> None:
        store = AsyncCustomStore(Coroutines(Interrupting(Stop())), snapshot_every=1)
        other = AsyncCustomStore(Coroutines(PlainStore()))
        await store.append("Counter-1", [Event("Added", {"by": 1})])
        stopped, *others = await asyncio.gather(
            store.load(Counter(), "1"), *(other.load(Counter(), str(n)) for n in range(10)), return_exceptions=True
        )
        assert isinstance(stopped, Stop)
        assert [loaded.state for loaded in others] == [0] * 10
        with pytest.raises(Stop):
            await store.execute(Counter(), "1", 1)
        assert await store.stream_version("Counter-1") == 1

    run(main())


def test_a_failing_snapshot_fails_no_command() -> None:
    async def main() -> None:
        store = AsyncCustomStore(Coroutines(Interrupting(OSError("full"))), snapshot_every=1)
        for total in range(1, 4):
            assert (await store.execute(Counter(), "1", 1)).state == total

    run(main())


def test_leaving_an_iteration_early_leaves_nothing_behind() -> None:
    async def main() -> None:
        async with AsyncCustomStore(Coroutines(PlainStore())) as store:
            await store.append("Order-1", [ADDED] * 5)
            async for event in store.iter_all(page_size=2):
                assert event.version == 1
                break
            assert [event.version async for event in store.iter_stream("Order-1", page_size=2)] == [1, 2, 3, 4, 5]

    run(main())

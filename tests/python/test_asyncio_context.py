"""Users' code runs in the task that awaits the call."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from pathlib import Path
from typing import Any

from onefold import AsyncStore, Event, EventRegistry, Executed, Metadata

from tests.python.asyncio_stores import Open, every_store, run
from tests.python.support import Counter

WHO = contextvars.ContextVar("WHO", default="nobody")


class Watched(Counter):
    """Notes on which thread and in which context its methods are called."""

    def __init__(self, notes: list[tuple[str, int, str]]) -> None:
        self._notes = notes

    def initial(self) -> int:
        self._notes.append(("initial", threading.get_ident(), WHO.get()))
        return super().initial()

    def decide(self, command: int, state: int) -> Any:
        self._notes.append(("decide", threading.get_ident(), WHO.get()))
        return super().decide(command, state)

    def evolve(self, state: int, event: Event) -> int:
        self._notes.append(("evolve", threading.get_ident(), WHO.get()))
        return super().evolve(state, event)

    def is_terminal(self, state: int) -> bool:
        self._notes.append(("is_terminal", threading.get_ident(), WHO.get()))
        return False

    def encode_state(self, state: int) -> int:
        self._notes.append(("encode_state", threading.get_ident(), WHO.get()))
        return state

    def decode_state(self, state: int) -> int:
        self._notes.append(("decode_state", threading.get_ident(), WHO.get()))
        return state


@every_store
def test_users_code_runs_in_the_task_that_awaits_and_sees_its_context(open: Open, tmp_path: Path) -> None:
    notes: list[tuple[str, int, str]] = []

    def enrich(event: Event) -> Metadata:
        notes.append(("enrich", threading.get_ident(), WHO.get()))
        return Metadata(correlation_id=WHO.get())

    def upcast(data: dict[str, Any]) -> dict[str, Any]:
        notes.append(("upcast", threading.get_ident(), WHO.get()))
        return {"by": data["by"]}

    events = EventRegistry()
    events.type("Added", version=2)
    events.upcast("Added", 1)(upcast)

    async def work(store: AsyncStore, who: str) -> None:
        WHO.set(who)
        old = Event("Added", {"by": 1, "old": True}, schema_version=1)
        await store.append(f"Counter-{who}", [old])
        executed: Executed[int] = await store.execute(Watched(notes), who, 1)
        assert [event.metadata.correlation_id for event in executed.events] == [who]
        await store.load(Watched(notes), who)

    async def main() -> None:
        options = {"events": events, "enrichers": [enrich], "snapshot_every": 1}
        async with await open(tmp_path, **options) as store:
            await asyncio.gather(*(work(store, who) for who in ("ann", "bob", "cleo")))

    run(main())
    assert {thread for _, thread, _ in notes} == {threading.get_ident()}
    for who in ("ann", "bob", "cleo"):
        called = {method for method, _, seen_by in notes if seen_by == who}
        assert called == {
            *("initial", "decide", "evolve", "is_terminal", "encode_state", "decode_state", "enrich", "upcast")
        }
    assert not [note for note in notes if note[2] == "nobody"]

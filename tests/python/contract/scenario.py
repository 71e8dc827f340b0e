"""The interpreter of scenarios. Their format is defined in ``tests/vectors/README.md``."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from compare import compare, compare_error
from counter import Counter, NotPositive
from harness import Harness, store_options
from onefold import ANY, NO_STREAM, STREAM_EXISTS, Event, Executed, Metadata, OnefoldError, StoredEvent
from symbols import Symbols
from values import changed_in_place, spliced, written_out

EXPECTED = {"any": ANY, "no_stream": NO_STREAM, "stream_exists": STREAM_EXISTS}
BESIDE = {"returns", "error", "decided", "mutate"}


class Run:
    """A scenario under way on a fresh store."""

    def __init__(self, harness: Harness, scenario: dict[str, Any]) -> None:
        self._harness = harness
        self._symbols = Symbols()
        self._options = scenario.get("options", {})
        self._decided = 0
        self._touched: list[Any] = []
        if "stored" in scenario:
            self._store = harness.open()
            for arguments in scenario["stored"]:
                self._append(**arguments)
            self._store.close()
        self._store = harness.open(**store_options(self._options))

    def step(self, step: dict[str, Any]) -> None:
        [(operation, arguments)] = [(name, value) for name, value in step.items() if name not in BESIDE]
        self._touched = []
        head = self._store.head()
        try:
            result = getattr(self, f"_{operation}")(**arguments)
        except (OnefoldError, NotPositive) as error:
            if "error" not in step:
                raise
            compare_error(step["error"], error)
            if operation == "append":
                assert self._store.head() == head, "a refused append changed the head"
        else:
            assert "error" not in step, f"expected {step['error']}, got {result!r:.300}"
            if isinstance(result, list):
                in_order(operation, arguments, result)
            if "returns" in step:
                self._returned(operation, step["returns"], result)
        if "decided" in step:
            assert self._decided == step["decided"]
        if step.get("mutate"):
            for value in self._touched:
                changed_in_place(value)

    def close(self) -> None:
        self._store.close()

    def _returned(self, operation: str, expected: Any, result: Any) -> None:
        if operation == "head":
            self._symbols.position(expected, result, by_append=False)
        elif operation == "cursor":
            expected = self._symbols.value(expected, self._store.epoch) if isinstance(expected, dict) else expected
            self._symbols.named(expected, result)
        else:
            compare(expected, result, self._symbols, by_append=operation in ("append", "execute"))

    def _reopen(self, **changes: Any) -> None:
        self._store.close()
        self._options = changes or self._options
        self._store = self._harness.open(**store_options(self._options))

    def _append(self, stream: Any, events: list[Any], expected: Any = None) -> Any:
        given = [self._event(**event) for event in spliced(events)]
        version = {} if expected is None else {"expected_version": EXPECTED.get(expected, expected)}
        return self._store.append(written_out(stream), given, **version)

    def _event(self, type: Any, data: Any, metadata: dict[str, Any] | None = None, **fields: Any) -> Event:
        data, metadata = written_out(data), written_out(metadata)
        self._touched += [data, metadata]
        if metadata is not None:
            fields["metadata"] = Metadata(**metadata)
        return Event(written_out(type), data, **fields)

    def _read_stream(self, stream: Any, **arguments: Any) -> list[StoredEvent]:
        return self._touch(self._store.read_stream(written_out(stream), **arguments))

    def _iter_stream(self, stream: Any, **arguments: Any) -> list[StoredEvent]:
        return self._touch(self._store.iter_stream(written_out(stream), **arguments))

    def _read_all(self, **arguments: Any) -> list[StoredEvent]:
        return self._touch(self._store.read_all(**self._bound(arguments)))

    def _iter_all(self, **arguments: Any) -> list[StoredEvent]:
        return self._touch(self._store.iter_all(**self._bound(arguments)))

    def _bound(self, arguments: dict[str, Any]) -> dict[str, Any]:
        bound = dict(arguments)
        if "after_position" in bound:
            bound["after_position"] = self._symbols.value(bound["after_position"], self._store.epoch)
        for name in {"recorded_from", "recorded_to"} & bound.keys():
            bound[name] = self._symbols.time(bound[name])
        return bound

    def _touch(self, events: Iterable[StoredEvent]) -> list[StoredEvent]:
        given = list(events)
        self._touched += [value for event in given for value in (event.data, event.metadata.extra)]
        return given

    def _stream_version(self, stream: Any) -> int:
        return self._store.stream_version(written_out(stream))

    def _stream_exists(self, stream: Any) -> bool:
        return self._store.stream_exists(written_out(stream))

    def _event_exists(self, id: str) -> bool:
        return self._store.event_exists(id)

    def _find_event(self, id: str) -> StoredEvent | None:
        found = self._store.find_event(id)
        self._touch([] if found is None else [found])
        return found

    def _head(self) -> int:
        return self._store.head()

    def _cursor(self, position: Any) -> str:
        return self._store.cursor(self._symbols.value(position, self._store.epoch))

    def _wait(self, milliseconds: int) -> None:
        time.sleep(milliseconds / 1000)

    def _execute(
        self,
        id: str,
        command: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        decider: dict[str, Any] | None = None,
        interfere: dict[str, Any] | None = None,
        **arguments: Any,
    ) -> Executed[Any]:
        def disturb(decided: int) -> None:
            if interfere is not None and decided <= interfere["times"]:
                self._append(f"Counter-{id}", interfere["events"])

        counter = Counter(**(decider or {}), interfere=disturb)
        if metadata is not None:
            arguments["metadata"] = Metadata(**metadata)
        try:
            return self._store.execute(counter, id, command, **arguments)
        finally:
            self._decided = counter.decided

    def _load(self, id: str, decider: dict[str, Any] | None = None) -> Any:
        return self._store.load(Counter(**(decider or {})), id)


def in_order(operation: str, arguments: dict[str, Any], events: list[StoredEvent]) -> None:
    """What every list must hold, whatever a scenario says of it."""
    by = "position" if operation.endswith("all") else "version"
    places = [getattr(event, by) for event in events]
    assert places == sorted(places, reverse=arguments.get("backwards", False)), f"the order by {by} is {places}"
    whole = [(place, event.part) for place, event in zip(places, events, strict=True)]
    assert len(set(whole)) == len(whole), f"{by} and part repeat: {whole}"

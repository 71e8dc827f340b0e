"""Compares what an operation gave with what a scenario expects of it."""

from __future__ import annotations

from typing import Any

from onefold import ExpectedVersion, Metadata, OnefoldError
from symbols import Symbols
from values import same, spliced, written_out


def compare(expected: Any, actual: Any, symbols: Symbols, *, by_append: bool = False) -> None:
    """A list in its whole length; of an object the members given; anything else as JSON."""
    if isinstance(actual, list):
        expected = spliced(expected)
        assert len(actual) == len(expected), [(event.type, event.version) for event in actual[:20]]
        for one, other in zip(expected, actual, strict=True):
            compare(one, other, symbols, by_append=by_append)
    elif isinstance(expected, dict) and actual is not None:
        for name, member in expected.items():
            compare_member(name, member, getattr(actual, name), symbols, by_append=by_append)
    else:
        assert same(written_out(expected), actual), f"expected {expected}, got {actual}"


def compare_member(name: str, expected: Any, actual: Any, symbols: Symbols, *, by_append: bool) -> None:
    if name == "position":
        symbols.position(expected, actual, by_append=by_append)
    elif name == "recorded_at":
        symbols.named(expected, actual)
    elif name == "metadata":
        assert same(set_members(written_out(expected)), set_members(as_dict(actual))), f"metadata {actual}"
    elif name == "events":
        compare(expected, actual, symbols, by_append=by_append)
    else:
        assert same(written_out(expected), actual), f"{name}: expected {expected}, got {actual!r:.300}"


def compare_error(expected: dict[str, Any], error: Exception) -> None:
    """An error by its code and the attributes given; a rejection by the name of its class."""
    for name, value in expected.items():
        if name == "rejection":
            assert type(error).__name__ == value
            continue
        assert isinstance(error, OnefoldError), repr(error)
        actual = getattr(error, name)
        actual = actual.value if isinstance(actual, ExpectedVersion) else actual
        assert same(value, actual), f"{name}: expected {value}, got {actual!r} in {error!r}"


def as_dict(metadata: Metadata) -> dict[str, Any]:
    return {name: getattr(metadata, name) for name in ("correlation_id", "causation_id", "tenant", "extra")}


def set_members(metadata: dict[str, Any]) -> dict[str, Any]:
    """Metadata without members that say nothing."""
    return {name: value for name, value in metadata.items() if value is not None and (name, value) != ("extra", {})}

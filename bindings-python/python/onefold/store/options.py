"""What every store is opened with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypedDict

from onefold import _onefold
from onefold._arguments import shown
from onefold._onefold import Event, Metadata
from onefold.errors import InvalidArgumentError
from onefold.limits import Limits
from onefold.registry import EventRegistry

Enricher: TypeAlias = Callable[[Event], Metadata]


class Options(TypedDict):
    """What the core opens every store with."""

    events: _onefold.Registry | None
    limits: Limits | None
    enrichers: list[Enricher]
    snapshot_every: int | None


class Address(TypedDict):
    """A PostgreSQL database, and how to use it."""

    dsn: str
    schema: str
    connections: int
    connect_timeout: float
    statement_timeout: float | None
    application_name: str
    notify: bool
    owner: str | None


def options(
    events: EventRegistry | None,
    limits: Limits | None,
    enrichers: Sequence[Enricher],
    snapshot_every: int | None,
) -> Options:
    """What the core opens a store with, checked as far as Python must."""
    if events is not None and not isinstance(events, EventRegistry):
        raise InvalidArgumentError("events", f"{shown(events)} is no EventRegistry")
    if limits is not None and not isinstance(limits, Limits):
        raise InvalidArgumentError("limits", f"{shown(limits)} is no Limits")
    if not isinstance(enrichers, Iterable):
        raise InvalidArgumentError("enrichers", f"{shown(enrichers)} is no list")
    enrichers = list(enrichers)
    for enricher in enrichers:
        if not callable(enricher):
            raise InvalidArgumentError("enrichers", f"{shown(enricher)} cannot be called")
    return Options(
        events=None if events is None else events.build(),
        limits=limits,
        enrichers=enrichers,
        snapshot_every=snapshot_every,
    )

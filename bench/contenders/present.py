"""Which contenders are installed; onefold and code by hand always are."""

from __future__ import annotations

from importlib.util import find_spec

from bench.contenders import Contender
from bench.contenders.by_hand import ByHand
from bench.contenders.onefold_sqlite import OnefoldSqlite


def contenders() -> list[type[Contender]]:
    found: list[type[Contender]] = [OnefoldSqlite, ByHand]
    if find_spec("eventsourcing"):
        from bench.contenders.eventsourcing_peer import EventsourcingPeer

        found.append(EventsourcingPeer)
    if find_spec("eventsource"):
        from bench.contenders.eventsource_py import EventsourcePy

        found.append(EventsourcePy)
    return found


def missing() -> list[str]:
    """Those peers that are not installed."""
    modules = {"eventsourcing": "eventsourcing", "eventsource-py": "eventsource", "waku": "waku"}
    return [name for name, module in modules.items() if not find_spec(module)]

"""Which peers are installed; onefold and the drivers always are."""

from __future__ import annotations

from importlib.util import find_spec

from bench.postgres.contenders import Reader


def peers() -> list[type[Reader]]:
    found: list[type[Reader]] = []
    if find_spec("eventsourcing"):
        from bench.postgres.contenders.eventsourcing_peer import EventsourcingPeer

        found.append(EventsourcingPeer)
    if find_spec("eventsource"):
        from bench.postgres.contenders.eventsource_py import EventsourcePy

        found.append(EventsourcePy)
    if find_spec("waku"):
        from bench.postgres.contenders.waku_peer import WakuPeer

        found.append(WakuPeer)
    return found

"""Python's `sqlite3` as an expert writes it: cached statements, `executemany`, orjson, ids as 16 bytes."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from bench.contenders import Append
from bench.event import Total, decide, evolve

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    position    INTEGER PRIMARY KEY,
    stream      TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    id          BLOB    NOT NULL UNIQUE,
    type        TEXT    NOT NULL,
    data        TEXT    NOT NULL,
    metadata    TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (stream, version)
)
"""
INSERT = "INSERT INTO events (stream, version, id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
HEAD = "SELECT max(version) FROM events WHERE stream = ?"
STREAM = "SELECT version, type, data FROM events WHERE stream = ? ORDER BY version"
ALL = "SELECT position, stream, version, id, type, data, metadata, recorded_at FROM events ORDER BY position"
ALL_DATA = "SELECT data FROM events ORDER BY position"


class Conflict(Exception):
    pass


class ByHand:
    name = "by hand"

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(SCHEMA)

    def append(self, appends: Sequence[Append]) -> None:
        for append in appends:
            self._append(append)

    def execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        for stream in streams:
            total, version = Total(), 0
            for version, _, data in self._db.execute(STREAM, (stream,)):  # noqa: B007
                total = evolve(total, orjson.loads(data))
            self._append(Append(stream, version, decide(total, line)))

    def load(self, stream: str) -> Total:
        total = Total()
        for _, _, data in self._db.execute(STREAM, (stream,)):
            total = evolve(total, orjson.loads(data))
        return total

    def read(self) -> list[dict[str, Any]]:
        """All events as dicts, their data and metadata parsed; ids and times stay as they are stored."""
        return [
            {
                "position": position,
                "stream": stream,
                "version": version,
                "id": event_id,
                "type": kind,
                "data": orjson.loads(data),
                "metadata": orjson.loads(metadata),
                "recorded_at": at,
            }
            for position, stream, version, event_id, kind, data, metadata, at in self._db.execute(ALL)
        ]

    def read_bare(self) -> list[dict[str, Any]]:
        """The data of all events, and nothing else of them: the least that a reader can do."""
        return [orjson.loads(data) for (data,) in self._db.execute(ALL_DATA)]

    def durability(self) -> tuple[str, int]:
        (journal,) = self._db.execute("PRAGMA journal_mode").fetchone()
        (synchronous,) = self._db.execute("PRAGMA synchronous").fetchone()
        return journal, synchronous

    def close(self) -> None:
        self._db.close()

    def _append(self, append: Append) -> None:
        stream, expected, events = append
        recorded_at = time.time_ns() // 1000
        rows = [
            (stream, version, os.urandom(16), "LineAdded", orjson.dumps(data).decode(), "{}", recorded_at)
            for version, data in enumerate(events, start=expected + 1)
        ]
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            (head,) = db.execute(HEAD, (stream,)).fetchone()
            if (head or 0) != expected:
                raise Conflict(f"{stream} is at {head or 0}, not {expected}")
            if len(rows) == 1:
                db.execute(INSERT, rows[0])
            else:
                db.executemany(INSERT, rows)
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

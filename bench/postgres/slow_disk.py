"""A slow disk, alike on every machine."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest.mock import patch

import psycopg

SOURCE = Path(__file__).with_name("slow_disk.c")


@contextmanager
def slow_disk() -> Iterator[None]:
    """What is started meanwhile writes to a slow disk."""
    with tempfile.TemporaryDirectory(prefix="onefold-bench-") as folder:
        # The server may run as somebody else.
        Path(folder).chmod(0o755)
        library = Path(folder) / "slow_disk.so"
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"], check=True)
        with patch.dict(os.environ, LD_PRELOAD=str(library)):
            yield


def commit_time(dsn: str) -> float:
    """How long a commit waits for the disk, in seconds."""
    times = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        for _ in range(20):
            start = time.perf_counter()
            connection.execute("SELECT pg_logical_emit_message(true, 'bench', '')")
            times.append(time.perf_counter() - start)
    return median(times)

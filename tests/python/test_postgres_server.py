"""The server that the tests run on starts wherever the clone is."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from tests.python import postgres


def test_a_server_starts_from_a_private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bin = postgres.binaries()
    if os.getuid() != 0 or "site-packages" not in bin.parts:
        pytest.skip("it takes root, for whom another user runs the server, and the packaged server")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    # Through it, the binaries are out of reach for anybody else.
    packages = Path(*bin.parts[: bin.parts.index("site-packages") + 1])
    (private / "site-packages").symlink_to(packages)
    monkeypatch.setattr(postgres, "binaries", lambda: private / "site-packages" / bin.relative_to(packages))
    server = postgres.Server.start()
    server.kill()
    with pytest.raises(psycopg.OperationalError):
        postgres.run(server.dsn(), "SELECT 1")
    server.restart()
    server.stop()

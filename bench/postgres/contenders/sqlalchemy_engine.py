"""The engine of those peers who are built on SQLAlchemy."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.postgres.contenders import TASKS


def engine(dsn: str) -> AsyncEngine:
    """asyncpg, with a connection for each task."""
    parts = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
    address = URL.create(
        "postgresql+asyncpg",
        username=parts["user"],
        password=parts.get("password"),
        database=parts["dbname"],
        query={"host": parts["host"]} | ({"port": parts["port"]} if "port" in parts else {}),
    )
    return create_async_engine(address, pool_size=TASKS, max_overflow=0)

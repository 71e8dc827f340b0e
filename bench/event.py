"""The one event of all measures, about 150 bytes as JSON, the command that makes it, and its fold."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import uuid4

import msgspec


class LineAdded(msgspec.Struct, frozen=True):
    """An order has got another line."""

    sku: str
    quantity: int
    unit_price_cents: int
    currency: str
    warehouse: str
    gift: bool
    note: str


class Total(NamedTuple):
    """What an order's lines fold to."""

    lines: int = 0
    cents: int = 0


class TooManyLines(Exception):
    """No order has more than `MOST_LINES`."""


MOST_LINES = 100_000


def line(number: int) -> LineAdded:
    """The event of an order's `number`-th line; numbers make each one's text differ."""
    return LineAdded(
        sku=f"BOLT-M6-{number % 1000:03}",
        quantity=number % 7 + 1,
        unit_price_cents=1299,
        currency="EUR",
        warehouse="Rotterdam-2",
        gift=False,
        note="leave it with the neighbours",
    )


def data(number: int) -> dict[str, Any]:
    """The same as a plain dict."""
    return msgspec.structs.asdict(line(number))


def total_of(count: int) -> Total:
    """What lines 0 to `count - 1` fold to."""
    return Total(count, sum((number % 7 + 1) * 1299 for number in range(count)))


def decide(total: Total, line: dict[str, Any]) -> list[dict[str, Any]]:
    """As code by hand does it: what adds `line` to an order."""
    if total.lines >= MOST_LINES:
        raise TooManyLines
    return [line]


def evolve(total: Total, data: dict[str, Any]) -> Total:
    """As code by hand does it: the order with another line."""
    return Total(total.lines + 1, total.cents + data["quantity"] * data["unit_price_cents"])


def new_stream() -> str:
    return f"Order-{uuid4()}"

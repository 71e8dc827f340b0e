"""One stock item: its events, its commands, why it may refuse, and the decider that holds the rules.

Everything here is pure: no file, no clock, no store. That is why the rules are tested without any
(see `tests/python/test_stockroom.py`).
"""

from __future__ import annotations

from typing import Any

import msgspec
from onefold import Decider, EventRegistry

events = EventRegistry()


# What happened. Quantities are whole pieces.


@events.type("StockReceived")
class StockReceived(msgspec.Struct, frozen=True):
    quantity: int


@events.type("StockReserved")
class StockReserved(msgspec.Struct, frozen=True):
    order: str
    quantity: int


@events.type("ReservationReleased")
class ReservationReleased(msgspec.Struct, frozen=True):
    order: str


@events.type("StockShipped")
class StockShipped(msgspec.Struct, frozen=True):
    order: str
    quantity: int


@events.type("StockCounted")
class StockCounted(msgspec.Struct, frozen=True):
    counted: int
    difference: int


StockEvent = StockReceived | StockReserved | ReservationReleased | StockShipped | StockCounted


# What somebody wants done.


class Receive(msgspec.Struct, frozen=True):
    quantity: int


class Reserve(msgspec.Struct, frozen=True):
    order: str
    quantity: int


class Release(msgspec.Struct, frozen=True):
    order: str


class Ship(msgspec.Struct, frozen=True):
    order: str


class Count(msgspec.Struct, frozen=True):
    """Somebody counted the shelf while the book said `book`."""

    counted: int
    book: int


Command = Receive | Reserve | Release | Ship | Count


# Why it may not be done.


class Rejection(Exception):
    """A command that the rules do not allow; nothing is written."""


class NotAQuantity(Rejection):
    pass


class NotEnoughStock(Rejection):
    pass


class AlreadyReserved(Rejection):
    pass


class NotReserved(Rejection):
    pass


class StockMoved(Rejection):
    pass


# What there is, and the rules.


class Stock(msgspec.Struct, frozen=True):
    on_hand: int = 0
    reservations: dict[str, int] = {}

    @property
    def reserved(self) -> int:
        return sum(self.reservations.values())

    @property
    def available(self) -> int:
        """What can still be reserved; below zero after a count that found less than is promised."""
        return self.on_hand - self.reserved


class StockItem(Decider[Command, Stock, StockEvent]):
    """The rules for one item: never promise twice, never ship what is not there."""

    category = "Item"

    def initial(self) -> Stock:
        return Stock()

    def decide(self, command: Command, state: Stock) -> list[StockEvent]:
        match command:
            case Receive(quantity):
                _require_positive(quantity)
                return [StockReceived(quantity)]
            case Reserve(order, quantity):
                _require_positive(quantity)
                if order in state.reservations:
                    raise AlreadyReserved(f"order {order} has a reservation already")
                if quantity > state.available:
                    raise NotEnoughStock(f"{quantity} wanted, {state.available} available")
                return [StockReserved(order, quantity)]
            case Release(order):
                _reserved_for(order, state)
                return [ReservationReleased(order)]
            case Ship(order):
                quantity = _reserved_for(order, state)
                if quantity > state.on_hand:
                    raise NotEnoughStock(f"{quantity} to ship, {state.on_hand} on hand")
                return [StockShipped(order, quantity)]
            case Count(counted, book):
                if counted < 0:
                    raise NotAQuantity(f"{counted} pieces cannot have been counted")
                if book != state.on_hand:
                    raise StockMoved(f"counted against {book}, but the book says {state.on_hand}: count again")
                return [StockCounted(counted, counted - book)]

    def evolve(self, state: Stock, event: StockEvent) -> Stock:
        match event:
            case StockReceived(quantity):
                return Stock(state.on_hand + quantity, state.reservations)
            case StockReserved(order, quantity):
                return Stock(state.on_hand, state.reservations | {order: quantity})
            case ReservationReleased(order):
                return Stock(state.on_hand, _without(order, state.reservations))
            case StockShipped(order, quantity):
                return Stock(state.on_hand - quantity, _without(order, state.reservations))
            case StockCounted(counted):
                return Stock(counted, state.reservations)

    # Snapshots are kept as JSON.

    def encode_state(self, state: Stock) -> Any:
        return msgspec.to_builtins(state)

    def decode_state(self, value: Any) -> Stock:
        return msgspec.convert(value, Stock)


def _require_positive(quantity: int) -> None:
    if quantity < 1:
        raise NotAQuantity(f"{quantity} is not a quantity: at least one piece")


def _reserved_for(order: str, state: Stock) -> int:
    if order not in state.reservations:
        raise NotReserved(f"nothing is reserved for order {order}")
    return state.reservations[order]


def _without(order: str, reservations: dict[str, int]) -> dict[str, int]:
    return {other: quantity for other, quantity in reservations.items() if other != order}

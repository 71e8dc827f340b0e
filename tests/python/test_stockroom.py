"""The stockroom's rules, and the whole demonstration run small."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from onefold.testing import given

from examples.stockroom.domain import (
    AlreadyReserved,
    Count,
    NotAQuantity,
    NotEnoughStock,
    NotReserved,
    Receive,
    Release,
    ReservationReleased,
    Reserve,
    Ship,
    Stock,
    StockCounted,
    StockItem,
    StockMoved,
    StockReceived,
    StockReserved,
    StockShipped,
)

ROOT = Path(__file__).resolve().parents[2]


def test_received_stock_is_on_hand() -> None:
    given(StockItem()).when(Receive(10)).then_events(StockReceived(10))
    given(StockItem(), StockReceived(10), StockReceived(5)).then_state(Stock(15))


@pytest.mark.parametrize("command", [Receive(0), Receive(-1), Reserve("a", 0), Count(-1, 10)])
def test_quantities_are_at_least_one(command: Receive | Reserve | Count) -> None:
    given(StockItem(), StockReceived(10)).when(command).then_rejected(NotAQuantity)


def test_the_last_piece_can_be_reserved_and_no_more() -> None:
    first = (StockReceived(10), StockReserved("a", 7))
    given(StockItem(), *first).when(Reserve("b", 3)).then_events(StockReserved("b", 3))
    given(StockItem(), *first).when(Reserve("b", 4)).then_rejected(NotEnoughStock)


def test_an_order_reserves_once() -> None:
    given(StockItem(), StockReceived(10), StockReserved("a", 1)).when(Reserve("a", 1)).then_rejected(AlreadyReserved)


def test_a_release_frees_what_was_reserved() -> None:
    history = (StockReceived(10), StockReserved("a", 7))
    given(StockItem(), *history).when(Release("a")).then_events(ReservationReleased("a"))
    given(StockItem(), *history, ReservationReleased("a")).then_state(Stock(10, {}))


def test_shipping_takes_the_reserved_quantity() -> None:
    history = (StockReceived(10), StockReserved("a", 7), StockReserved("b", 1))
    given(StockItem(), *history).when(Ship("a")).then_events(StockShipped("a", 7))
    given(StockItem(), *history, StockShipped("a", 7)).then_state(Stock(3, {"b": 1}))


@pytest.mark.parametrize("command", [Ship("a"), Release("a")])
def test_only_what_is_reserved_ships_or_is_released(command: Ship | Release) -> None:
    given(StockItem(), StockReceived(10)).when(command).then_rejected(NotReserved)


def test_a_count_corrects_the_book() -> None:
    given(StockItem(), StockReceived(10)).when(Count(8, 10)).then_events(StockCounted(8, -2))
    given(StockItem(), StockReceived(10), StockCounted(8, -2)).then_state(Stock(8))


def test_a_count_against_an_old_book_is_refused() -> None:
    given(StockItem(), StockReceived(10), StockReceived(1)).when(Count(10, 10)).then_rejected(StockMoved)


def test_nothing_ships_that_a_count_did_not_find() -> None:
    history = (StockReceived(10), StockReserved("a", 7), StockCounted(5, -5))
    given(StockItem(), *history).when(Ship("a")).then_rejected(NotEnoughStock)
    assert Stock(5, {"a": 7}).available == -2


def test_a_snapshot_gives_the_same_state() -> None:
    item, state = StockItem(), Stock(5, {"a": 7})
    assert item.decode_state(item.encode_state(state)) == state


def test_the_demonstration_ends_well_without_a_terminal(tmp_path: Path) -> None:
    run = _demo("--seconds", "2", "--workers", "3", "--items", "2", "--db", str(tmp_path / "stockroom.db"))
    assert run.returncode == 0, run.stderr
    assert "every figure agrees" in run.stdout
    assert "\x1b" not in run.stdout, "escape codes in a pipe"


def test_a_second_run_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    arguments = ("--seconds", "1", "--workers", "2", "--items", "1", "--db", str(tmp_path / "stockroom.db"))
    assert _demo(*arguments).returncode == 0
    again = _demo(*arguments)
    assert again.returncode == 0, again.stderr
    assert "goes on with" in again.stdout


@pytest.mark.parametrize("arguments", [("--workers", "0"), ("--items", "99"), ("--seconds", "nan"), ("--seconds", "x")])
def test_arguments_out_of_range_are_named(arguments: tuple[str, str]) -> None:
    run = _demo(*arguments)
    assert run.returncode == 2
    assert arguments[0] in run.stderr


def test_a_file_that_is_not_a_store_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "letter.db"
    other.write_text("Dear Sir or Madam, " * 100)
    run = _demo("--seconds", "1", "--db", str(other))
    assert run.returncode == 2
    assert "letter.db" in run.stderr
    assert "Traceback" not in run.stderr
    assert other.read_text() == "Dear Sir or Madam, " * 100


def _demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "examples.stockroom", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

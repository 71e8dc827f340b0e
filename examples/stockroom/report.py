"""What the stockroom shows: progress while it works, then the books, and whether they add up."""

from __future__ import annotations

import sys
import time
from functools import reduce
from pathlib import Path

import msgspec
from onefold import SqliteStore, StoredEvent
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table

from .domain import (
    ReservationReleased,
    Stock,
    StockCounted,
    StockItem,
    StockReceived,
    StockReserved,
    StockShipped,
)
from .workers import Crew, Tally

HISTORY = 8


class Sums(msgspec.Struct):
    """What went in and out of one item, added up without the decider's help."""

    events: int = 0
    received: int = 0
    shipped: int = 0
    found: int = 0

    @property
    def expected_on_hand(self) -> int:
        return self.received + self.found - self.shipped


class Book(msgspec.Struct):
    """The sums of all items, by the item's name."""

    items: dict[str, Sums]

    @classmethod
    def read(cls, store: SqliteStore) -> Book:
        items: dict[str, Sums] = {}
        for stored in store.iter_all(category=StockItem.category):
            sums = items.setdefault(_item(stored), Sums())
            sums.events += 1
            match stored.event:
                case StockReceived(quantity):
                    sums.received += quantity
                case StockShipped(_, quantity):
                    sums.shipped += quantity
                case StockCounted(_, difference):
                    sums.found += difference
        return cls(dict(sorted(items.items())))

    @property
    def events(self) -> int:
        return sum(sums.events for sums in self.items.values())

    def busiest(self, names: list[str]) -> str:
        return max(names, key=lambda name: self.items.get(name, Sums()).events)


def introduce(console: Console, path: Path, book: Book, items: list[str], workers: int, seconds: float) -> None:
    past = f", which goes on with {book.events:,} events" if book.events else ""
    console.print(f"[bold]Stockroom[/] on {path}{past}")
    console.print(f"{workers} processes work on {', '.join(items)} for {seconds:g} seconds.\n")


def watch(console: Console, crew: Crew, seconds: float) -> None:
    """Shows what happens until the last worker is done: a live line in a terminal, one a second elsewhere."""
    with Live(console=console, auto_refresh=False) if console.is_terminal else _Lines(console) as display:
        last = Tally()
        while crew.working:
            time.sleep(0.5 if console.is_terminal else 1.0)
            now = crew.so_far()
            if now.seconds > last.seconds:
                display.update(_pace(last, now, seconds), refresh=True)
            last = now
    console.print()


def levels(console: Console, store: SqliteStore, book: Book) -> None:
    table = Table(title="Stock levels", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("item")
    for heading in ("on hand", "reserved", "available", "received", "shipped", "found", "events"):
        table.add_column(heading, justify="right")
    for name, sums in book.items.items():
        stock = store.load(StockItem(), name).state
        table.add_row(
            name,
            f"{stock.on_hand:,}",
            f"{stock.reserved:,}",
            f"{stock.available:,}",
            f"{sums.received:,}",
            f"{sums.shipped:,}",
            f"{sums.found:+,}",
            f"{sums.events:,}",
        )
    console.print(table, "")


def history(console: Console, store: SqliteStore, item: str) -> None:
    table = Table(title=f"The last events of {item}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("version", justify="right")
    table.add_column("recorded (UTC)")
    table.add_column("event")
    recent = store.read_stream(f"{StockItem.category}-{item}", limit=HISTORY, backwards=True)
    for stored in reversed(recent):
        table.add_row(f"{stored.version:,}", f"{stored.recorded_at:%H:%M:%S.%f}"[:-3], _describe(stored))
    console.print(table, "")


def earlier(console: Console, store: SqliteStore, item: str) -> None:
    """The state halfway: the same fold over the first half of the events."""
    decider = StockItem()
    now = store.load(decider, item)
    version = max(1, now.version // 2)
    first_half = store.iter_stream(f"{StockItem.category}-{item}", limit=version)
    then: Stock = reduce(decider.evolve, (stored.event for stored in first_half), decider.initial())
    console.print(
        f"As of version {version:,}, {item} had {then.on_hand:,} on hand and {then.reserved:,} reserved; "
        f"now, at version {now.version:,}, {now.state.on_hand:,} and {now.state.reserved:,}.\n",
        soft_wrap=True,
    )


def work(console: Console, total: Tally) -> None:
    table = Table(title="The work", title_justify="left", box=SIMPLE_HEAD, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("commands", f"{total.commands:,}")
    table.add_row("events written", f"{total.events:,}")
    table.add_row("events per second", f"{total.events / total.seconds:,.0f}")
    table.add_row("conflicts with another process", f"{total.conflicts:,}")
    table.add_row("… decided again on the new state (retries)", f"{total.retries:,}")
    table.add_row("… given up after the last retry", f"{total.gave_up:,}")
    table.add_row("rejected by the rules", f"{total.rejections:,}")
    for kind, count in total.rejected.items():
        table.add_row(f"… {kind}", f"{count:,}")
    console.print(table, "")


def check(console: Console, store: SqliteStore, before: Book, after: Book, total: Tally) -> bool:
    """Compares the folds with the sums, and the store with what the workers were told is written."""
    faults = [
        f"{name}: {on_hand} on hand by the fold, {sums.expected_on_hand} by the sums"
        for name, sums in after.items.items()
        if (on_hand := store.load(StockItem(), name).state.on_hand) != sums.expected_on_hand
    ]
    written = after.events - before.events
    if written != total.events:
        faults.append(f"{total.events} events were acknowledged, {written} are in the store")
    if faults:
        console.print("[bold red]Check:[/] " + "; ".join(faults), soft_wrap=True)
        return False
    console.print(
        "[bold green]Check:[/] received + found by counting - shipped = on hand for each item, and all "
        f"{written:,} acknowledged events are in the store: every figure agrees.\n",
        soft_wrap=True,
    )
    return True


def what_next(console: Console, path: Path) -> None:
    console.print("[bold]Try next[/]")
    python = _shortest(Path(sys.executable))
    for command, what in (
        (f"{python} -m examples.stockroom --items 1 --workers 8", "more conflicts"),
        (f"{python} -m examples.stockroom --workers 1", "none"),
        (f"sqlite3 {path} .schema", "what is in the file"),
        ("less examples/stockroom/domain.py", "the rules, and nothing else"),
    ):
        console.print(f"  {command:<62} {what}", soft_wrap=True)


def _shortest(path: Path) -> Path:
    """The path from here, where it is below here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _pace(last: Tally, now: Tally, seconds: float) -> str:
    """One line; the rates are those since `last`."""
    interval = now.seconds - last.seconds

    def rate(counter: str) -> str:
        return f"{(getattr(now, counter) - getattr(last, counter)) / interval:5,.0f}"

    return (
        f"{now.seconds:3.0f}/{seconds:g} s {now.events:7,} events; per second: {rate('events')} new,"
        f"{rate('conflicts')} conflicts,{rate('rejections')} rejections"
    )


class _Lines:
    """`Live` for where there is no terminal: each update is a line."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def update(self, line: str, **_: object) -> None:
        self._console.print(line, soft_wrap=True)


def _item(stored: StoredEvent) -> str:
    return stored.stream_id.removeprefix(f"{StockItem.category}-")


def _describe(stored: StoredEvent) -> str:
    match stored.event:
        case StockReceived(quantity):
            return f"{quantity} received"
        case StockReserved(order, quantity):
            return f"{quantity} reserved for order {order[:8]}"
        case ReservationReleased(order):
            return f"reservation of order {order[:8]} released"
        case StockShipped(order, quantity):
            return f"{quantity} shipped for order {order[:8]}"
        case StockCounted(counted, difference):
            return f"{counted} counted, a difference of {difference:+}"
        case _:
            return stored.type

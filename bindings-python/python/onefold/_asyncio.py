"""How the event loops of asyncio hear of what other threads have done for them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary, ref

from onefold._onefold import Mailbox

_mailboxes: WeakKeyDictionary[asyncio.AbstractEventLoop, Mailbox] = WeakKeyDictionary()


def future() -> asyncio.Future[Any]:
    """Make a future of the running loop that the task which runs may yield to it."""
    future = asyncio.get_running_loop().create_future()
    # What `yield from future` says to the task.
    future._asyncio_future_blocking = True
    return future


def mailbox() -> Mailbox:
    """Give the mailbox of the running loop."""
    loop = asyncio.get_running_loop()
    mailbox = _mailboxes.get(loop)
    if mailbox is None:
        mailbox = _mailboxes[loop] = _connected(loop)
    return mailbox


def _connected(loop: asyncio.AbstractEventLoop) -> Mailbox:
    try:
        mailbox = Mailbox(None)
        loop.add_reader(mailbox.fileno(), mailbox.deliver)
    except NotImplementedError:
        # Where there is no eventfd, and for loops that wait for no descriptors, such as Windows' default.
        mailbox = Mailbox(lambda: _deliver_soon(weak_loop, weak_mailbox))
        weak_loop, weak_mailbox = ref(loop), ref(mailbox)
    return mailbox


def _deliver_soon(weak_loop: ref[asyncio.AbstractEventLoop], weak_mailbox: ref[Mailbox]) -> None:
    loop, mailbox = weak_loop(), weak_mailbox()
    if loop is not None and mailbox is not None:
        # A loop that has ended has nobody to wake.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(mailbox.deliver)

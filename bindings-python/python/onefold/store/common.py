"""What stores have whose calls give results, and those whose calls are awaited."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from onefold import _onefold
from onefold.decider import AnyDecider
from onefold.errors import InvalidArgumentError

State = TypeVar("State")
Command_contra = TypeVar("Command_contra", contravariant=True)
Core = TypeVar("Core", bound=_onefold.Store | _onefold.AsyncStore)


class CommonStore(Generic[Core]):
    """What needs no look at what is stored."""

    def __init__(self, core: Core) -> None:
        self._core: Core = core

    def cursor(self, position: int) -> str:
        """A cursor ``{epoch}:{position}`` for a position: any other store refuses it.

        >>> from onefold import MemoryStore
        >>> store = MemoryStore()
        >>> store.cursor(0) == f"{store.epoch}:0"
        True
        """
        return self._core.cursor(position)

    @property
    def epoch(self) -> str:
        """The UUID that was made with the store: positions mean something within it only."""
        return self._core.epoch

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._core.closed

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.epoch}{' closed' if self.closed else ''}>"


def decider_object(decider: AnyDecider[Any, State]) -> AnyDecider[Any, State]:
    """Give the decider, if it is an object; its class has the same methods, but nothing to call them on."""
    if isinstance(decider, type):
        name = decider.__qualname__
        raise InvalidArgumentError("decider", f"`{name}` is a class; give an object of it, such as {name}()")
    return decider

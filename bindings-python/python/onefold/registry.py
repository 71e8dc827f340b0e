"""The event types of an application, and how old events come into their current shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypeVar, overload

from onefold import _onefold
from onefold._arguments import path_from, shown
from onefold._codec import Codec, codec_of
from onefold.errors import InvalidArgumentError

Class = TypeVar("Class", bound=type)
Step = TypeVar("Step", bound=Callable[[Any], Any])
Unknown = Literal["error", "skip", "pass"]

_EDITS = ("keep", "rename", "add", "remove", "split")


class EventRegistry:
    """Types, their current schema versions, their classes, and the steps that upcast old events on read.

    ``unknown`` says what becomes of a stored event whose type, or schema version, is not known here: ``"error"``,
    ``"skip"`` leaves it out, ``"pass"`` hands it on as it is.

    >>> from dataclasses import dataclass
    >>> from onefold import Event, EventRegistry, MemoryStore
    >>> events = EventRegistry()
    >>> @events.type("OrderPlaced", version=3, aliases=["OrderCreated"])
    ... @dataclass(frozen=True)
    ... class OrderPlaced:
    ...     customer_id: str
    ...     currency: str
    >>> events.upcast("OrderPlaced", 1, rename={"customer": "customer_id"})
    >>> @events.upcast("OrderPlaced", 2)
    ... def add_currency(data: dict) -> dict:
    ...     return data | {"currency": "EUR"}
    >>> store = MemoryStore(events=events)
    >>> _ = store.append("Order-1", [Event("OrderCreated", {"customer": "c-1"}, schema_version=1)])
    >>> store.read_stream("Order-1")[0].event
    OrderPlaced(customer_id='c-1', currency='EUR')
    """

    def __init__(self, *, unknown: Unknown = "error") -> None:
        if unknown not in ("error", "skip", "pass"):
            raise InvalidArgumentError("unknown", f"{shown(unknown)} is none of 'error', 'skip' and 'pass'")
        self._unknown: str = unknown
        self._types: list[dict[str, Any]] = []
        self._upcasters: list[dict[str, Any]] = []
        self._custom: list[tuple[str, int, Callable[[Any], Any]]] = []
        self._classes: dict[str, tuple[type, Codec]] = {}
        self._built: _onefold.Registry | None = None

    @classmethod
    def from_json(cls, source: str | bytes | Mapping[str, Any]) -> EventRegistry:
        """A registry from JSON text, or from what that says: the form that every language reads.

        Raises :class:`InvalidArgumentError` for what is no such JSON.

        >>> events = EventRegistry.from_json('{"types": [{"type": "OrderPlaced", "version": 1}]}')
        >>> events.build().current_version("OrderPlaced")
        1
        """
        try:
            spec = json.loads(source) if isinstance(source, str | bytes) else source
        except (ValueError, RecursionError) as error:
            raise InvalidArgumentError("source", f"it is not JSON: {error}") from error
        if not isinstance(spec, Mapping):
            raise InvalidArgumentError("source", f"{shown(spec)} is no object; give unknown, types and upcasters")
        unknown_keys = sorted(map(str, set(spec) - {"unknown", "types", "upcasters"}))
        if unknown_keys:
            raise InvalidArgumentError("source", f"it has {unknown_keys}; give unknown, types and upcasters")
        for key in ("types", "upcasters"):
            if not isinstance(spec.get(key, []), list):
                raise InvalidArgumentError("source", f"its {key} are no list, but {shown(spec[key])}")
        registry = cls(unknown=spec.get("unknown", "error"))
        registry._types += spec.get("types", [])
        registry._upcasters += spec.get("upcasters", [])
        return registry

    @classmethod
    def load(cls, path: str | PathLike[str]) -> EventRegistry:
        """A registry from a JSON file, as :meth:`from_json` reads it; an unreadable one raises :class:`OSError`."""
        return cls.from_json(Path(path_from("path", path)).read_bytes())

    def type(self, name: str, *, version: int = 1, aliases: Iterable[str] = ()) -> Callable[[Class], Class]:
        """Declare a type, its current schema version (from 1) and its former names; decorate its class with it.

        Without a class, its events are plain :class:`Event` objects.
        """
        self._check_open()
        if isinstance(aliases, str) or not isinstance(aliases, Iterable):
            raise InvalidArgumentError("aliases", f"{shown(aliases)} is no list of str")
        aliases = [_name("aliases", alias) for alias in aliases]
        version = _version("version", version)
        self._types.append({"type": _name("name", name), "version": version, "aliases": aliases})
        return self.bind(name)

    def bind(self, name: str) -> Callable[[Class], Class]:
        """Decorate the class of a type that is declared elsewhere, such as in a JSON file.

        >>> import msgspec
        >>> events = EventRegistry.from_json('{"types": [{"type": "OrderShipped"}]}')
        >>> @events.bind("OrderShipped")
        ... class OrderShipped(msgspec.Struct, frozen=True):
        ...     carrier: str
        """
        name = _name("name", name)

        def decorate(cls: Class) -> Class:
            self._check_open()
            if name in self._classes:
                raise InvalidArgumentError("class", f"`{name}` has the class `{self._classes[name][0].__qualname__}`")
            taken = [other for other, (known, _) in self._classes.items() if known is cls]
            if taken:
                raise InvalidArgumentError("class", f"`{cls.__qualname__}` is the class of `{taken[0]}` already")
            self._classes[name] = (cls, codec_of(cls))
            return cls

        return decorate

    @overload
    def upcast(self, name: str, from_version: int) -> Callable[[Step], Step]: ...

    @overload
    def upcast(
        self,
        name: str,
        from_version: int,
        *,
        keep: Sequence[str] | None = None,
        rename: Mapping[str, str] | None = None,
        add: Mapping[str, Any] | None = None,
        remove: Sequence[str] | None = None,
        split: Sequence[Mapping[str, Any]] | None = None,
    ) -> None: ...

    def upcast(self, name: str, from_version: int, **declared: Any) -> Callable[[Step], Step] | None:
        """Declare the step from a schema version to the next, as fields or by decorating a function of the data.

        Declared steps are applied in this order: ``keep`` only these fields, ``rename={"old": "new"}``,
        ``add={"field": default}`` where absent, ``remove=["field"]``; dotted paths reach inside. ``split`` is a list
        of events that stand in its place, each with a ``type``, perhaps a ``version``, and edits of its own; ``[]``
        drops the event.

        A function returns the new data, or a list, which is always a split: ``(type, data)`` or
        ``(type, data, version)`` each; ``[]`` drops.
        """
        self._check_open()
        name, from_version = _name("name", name), _version("from_version", from_version)
        wrong = [key for key in declared if key not in _EDITS]
        if wrong:
            raise InvalidArgumentError(wrong[0], f"a step has no such edit; it has {', '.join(_EDITS)}")
        given = {key: value for key, value in declared.items() if value is not None}
        if given:
            try:
                _check_keys(given)
            except RecursionError as error:
                raise InvalidArgumentError("upcast", "a default is nested too deep, or contains itself") from error
            self._upcasters.append({"type": name, "from": from_version, **given})
            return None

        def decorate(step: Step) -> Step:
            self._check_open()
            if not callable(step):
                raise InvalidArgumentError("step", f"{shown(step)} is no function of the data")
            self._custom.append((name, from_version, step))
            return step

        return decorate

    def build(self) -> _onefold.Registry:
        """Check everything and freeze it. A store does so when it is opened.

        Raises :class:`RegistryError`, which lists every fault: gaps, duplicates, versions past the current one,
        alias clashes, unknown targets, cycles.
        """
        if self._built is None:
            self._check_classes()
            spec = {"unknown": self._unknown, "types": self._types, "upcasters": self._upcasters}
            bindings = [(name, cls, *codec) for name, (cls, codec) in self._classes.items()]
            try:
                text = json.dumps(spec, allow_nan=False)
            except (TypeError, ValueError, RecursionError) as error:
                raise InvalidArgumentError("upcast", f"a declared step is not JSON: {error}") from error
            self._built = _onefold.Registry(text, self._custom, bindings)
        return self._built

    def _check_classes(self) -> None:
        declared = [spec.get("type") for spec in self._types if isinstance(spec, Mapping)]
        for name, (cls, _) in self._classes.items():
            if name not in declared:
                reason = f"`{cls.__qualname__}` is the class of `{name}`, which is not declared; declare it as a type"
                raise InvalidArgumentError("class", reason)

    def _check_open(self) -> None:
        if self._built is not None:
            raise InvalidArgumentError("registry", "it is built and frozen; declare everything before opening a store")


def _name(argument: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgumentError(argument, f"{shown(value)} is no str")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(
            argument, f"{shown(value)} has half a surrogate pair; give whole characters"
        ) from error
    return value


def _version(argument: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**32:
        raise InvalidArgumentError(argument, f"{shown(value)} is no int from 1")
    return value


def _check_keys(value: object) -> None:
    # json.dumps would write a key that is no str as one.
    if isinstance(value, Mapping):
        for key, member in value.items():
            _name("upcast", key)
            _check_keys(member)
    elif isinstance(value, list | tuple):
        for element in value:
            _check_keys(element)

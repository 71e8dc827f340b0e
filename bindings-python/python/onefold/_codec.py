"""How the objects of a class become plain JSON objects, and come back from raw JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import msgspec
from typing_extensions import is_typeddict

from onefold._arguments import shown
from onefold._unchangeable import is_unchangeable
from onefold.errors import InvalidArgumentError

_KINDS = "a dataclass, msgspec Struct, attrs class, pydantic model or TypedDict"


class Codec(NamedTuple):
    """The two directions for one class."""

    encode: Callable[[Any], Any]
    """From an object to dicts, lists and scalars."""

    decode: Callable[[bytes], Any]
    """From raw JSON to an object."""

    tells_its_type: bool
    """Whether an object's class says which event it is; a TypedDict's objects are plain dicts."""

    is_unchangeable: bool
    """Whether nobody can change its objects, so that one may be shared."""


def codec_of(cls: type) -> Codec:
    """The codec of a dataclass, msgspec Struct, attrs class, pydantic model or TypedDict; anything else is refused."""
    if not isinstance(cls, type):
        raise InvalidArgumentError("class", f"{shown(cls)} is no class; give {_KINDS}")
    try:
        codec = _codec_of(cls)
    except Exception as error:
        reason = f"`{cls.__qualname__}` has fields that no codec reads: {error}; give them types that JSON can hold"
        raise InvalidArgumentError("class", reason) from error
    if codec is None:
        raise InvalidArgumentError("class", f"`{cls.__qualname__}` is no event; give {_KINDS}")
    return codec


def _codec_of(cls: type) -> Codec | None:
    if hasattr(cls, "__pydantic_validator__"):
        return _pydantic(cls)
    if is_typeddict(cls):
        return Codec(_itself, msgspec.json.Decoder(cls).decode, tells_its_type=False, is_unchangeable=False)
    if dataclasses.is_dataclass(cls) or hasattr(cls, "__attrs_attrs__") or issubclass(cls, msgspec.Struct):
        encode = partial(msgspec.to_builtins, str_keys=True)
        return Codec(
            encode, msgspec.json.Decoder(cls).decode, tells_its_type=True, is_unchangeable=is_unchangeable(cls)
        )
    return None


def _pydantic(cls: type) -> Codec:
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Any] = TypeAdapter(cls)
    # `round_trip` leaves out computed fields, which are no input.
    encode = partial(adapter.dump_python, mode="json", by_alias=True, round_trip=True)
    # A pydantic model keeps which fields were set, even a frozen one.
    return Codec(encode, adapter.validate_json, tells_its_type=True, is_unchangeable=False)


def _itself(value: Any) -> Any:
    return value

"""Checks of arguments, and how messages show what was given."""

from __future__ import annotations

from os import PathLike, fsdecode, fsencode

from onefold.errors import InvalidArgumentError

_SHOWN = 100


def shown(value: object) -> str:
    """What was given, cut short, for a message: even where it cannot be shown, such as an int of 5,000 digits."""
    try:
        text = repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def path_from(argument: str, path: object) -> str:
    """The text of a path that the operating system can open."""
    if not isinstance(path, str | PathLike):
        raise InvalidArgumentError(argument, f"{shown(path)} is no path")
    try:
        text = fsdecode(path)
        fsencode(text)
    except (TypeError, UnicodeError) as error:
        raise InvalidArgumentError(argument, f"{shown(path)} is no path: {error}") from error
    if "\0" in text:
        raise InvalidArgumentError(argument, f"{shown(text)} has a null character in it; give the path of a file")
    return text

"""Checks of arguments, and how messages show what was given."""

from __future__ import annotations

from os import PathLike, fsdecode, fsencode

from onefold.errors import InvalidArgumentError

_SHOWN = 100

LONGEST = 2_147_483
"""The most seconds that a timeout may have: databases count it in milliseconds, as a signed 32-bit number."""


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


def seconds_from(argument: str, value: object, *, least: float = 0) -> float:
    """Take seconds from ``least`` to ``LONGEST``."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= LONGEST:
        raise InvalidArgumentError(argument, f"give seconds from {least:g} to {LONGEST:,}")
    return float(value)


def flag_from(argument: str, value: object) -> bool:
    """Take ``True`` or ``False``, and nothing that only counts as one."""
    if not isinstance(value, bool):
        raise InvalidArgumentError(argument, f"{shown(value)} is no bool")
    return value

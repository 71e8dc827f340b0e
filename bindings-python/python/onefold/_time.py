"""Moments between Python's aware datetimes and the core's microseconds."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from onefold.errors import InvalidArgumentError

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """Microseconds since 1970 as a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def to_micros(argument: str, moment: object) -> int:
    """Turn an aware datetime into microseconds since 1970; anything else is refused."""
    if not isinstance(moment, datetime):
        raise InvalidArgumentError(argument, "give an aware datetime")
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InvalidArgumentError(argument, f"{moment.isoformat()} is naive; give it a time zone")
    return (moment - _EPOCH) // _MICROSECOND

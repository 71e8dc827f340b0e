"""Values of vectors: the forms that are not written out, and equality as JSON."""

from __future__ import annotations

import json
from typing import Any


def written_out(value: Any) -> Any:
    """The value that a vector stands for, with ``$repeat``, ``$nest``, ``$json`` and ``$times`` written out."""
    name, argument = form(value)
    if name == "$repeat":
        text, count = argument
        return text * count
    if name == "$nest":
        return nested(argument)
    if name == "$json":
        return json.loads(argument)
    if isinstance(value, list):
        return [written_out(element) for element in spliced(value)]
    if isinstance(value, dict):
        return {key: written_out(member) for key, member in value.items()}
    return value


def spliced(values: list[Any]) -> list[Any]:
    """A list with its ``$times`` and ``$versions`` put in."""
    whole: list[Any] = []
    for value in values:
        name, argument = form(value)
        if name == "$times":
            count, element = argument
            whole += [element] * count
        elif name == "$versions":
            first, last = argument
            step = 1 if first <= last else -1
            whole += [{"version": version} for version in range(first, last + step, step)]
        else:
            whole.append(value)
    return whole


def form(value: Any) -> tuple[str, Any]:
    """The name and argument of a value in one of the forms; an empty name for any other."""
    if isinstance(value, dict) and len(value) == 1:
        [(key, argument)] = value.items()
        if key.startswith("$"):
            return key, argument
    return "", None


def nested(argument: Any) -> Any:
    """Lists in lists, or dicts in dicts under one key, so many levels."""
    levels, key = (argument["levels"], argument["key"]) if isinstance(argument, dict) else (argument, None)
    value: Any = [] if key is None else {}
    for _ in range(levels - 1):
        value = [value] if key is None else {key: value}
    return value


def same(one: Any, other: Any) -> bool:
    """Whether both are the same JSON value: numbers as doubles, and a truth value is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return type(one) is type(other) and one == other


def changed_in_place(value: Any) -> None:
    """Changes everything within a value that can be changed."""
    if isinstance(value, dict):
        for member in value.values():
            changed_in_place(member)
        value["changed"] = True
    elif isinstance(value, list):
        for element in value:
            changed_in_place(element)
        value.append("changed")

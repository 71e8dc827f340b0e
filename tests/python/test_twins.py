"""A store and its twin for asyncio have the same methods, which take the same arguments."""

from __future__ import annotations

import inspect
from typing import Any

import onefold
import pytest

KINDS = ["MemoryStore", "SqliteStore", "PostgresStore", "CustomStore"]


@pytest.mark.parametrize("name", ["Store", *KINDS])
def test_twins_have_the_same_methods(name: str) -> None:
    one, twin = members(getattr(onefold, name)), members(getattr(onefold, f"Async{name}"))
    assert one.keys() == twin.keys()
    for member, method in one.items():
        if inspect.isfunction(method):
            assert inspect.signature(method).parameters == inspect.signature(twin[member]).parameters, member


@pytest.mark.parametrize("name", KINDS)
def test_twins_are_opened_with_the_same_options(name: str) -> None:
    made, opened = inspect.signature(getattr(onefold, name)), inspect.signature(getattr(onefold, f"Async{name}").open)
    # What a store of one's own must have differs in kind.
    assert [unannotated(parameter) for parameter in made.parameters.values()] == [
        unannotated(parameter) for parameter in opened.parameters.values()
    ]


def members(cls: type) -> dict[str, Any]:
    return {name: getattr(cls, name) for name in dir(cls) if not name.startswith("_") and name != "open"}


def unannotated(parameter: inspect.Parameter) -> inspect.Parameter:
    return parameter.replace(annotation=None)

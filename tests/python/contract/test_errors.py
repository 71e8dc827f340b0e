"""Every exception: its name, code, bases and attributes, and that it pickles."""

from __future__ import annotations

import builtins
import copy
import pickle
from typing import Any

import onefold
import pytest
from onefold import OnefoldError, RegistryFault
from vectors import vectors

VECTORS = vectors("errors.json")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_error(vector: dict[str, Any]) -> None:
    cls = getattr(onefold, vector["name"])
    assert issubclass(cls, Exception)
    assert cls.code == vector["code"]
    if vector["parent"] is not None:
        assert cls.__base__ is getattr(onefold, vector["parent"])
    for also in vector.get("also", {}).get("python", []):
        assert issubclass(cls, getattr(builtins, also))
    attributes = {name: as_python(name, value) for name, value in vector["attributes"].items()}
    error = cls(**attributes)
    for copied in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(copied) is cls
        assert str(copied) == str(error) != ""
        assert {name: getattr(copied, name) for name in attributes} == attributes


def test_there_is_no_other() -> None:
    exceptions = {
        name
        for name in onefold.__all__
        if isinstance(cls := getattr(onefold, name), type) and issubclass(cls, OnefoldError)
    }
    assert exceptions == {vector["name"] for vector in VECTORS}


def test_codes_are_the_names() -> None:
    for vector in VECTORS:
        words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in vector["name"])
        assert vector["code"] == words.removeprefix("_").removesuffix("_error")


def as_python(name: str, value: Any) -> Any:
    if name != "faults":
        return value
    return [RegistryFault(kind=fault.pop("kind"), message="a fault", details=fault) for fault in copy.deepcopy(value)]

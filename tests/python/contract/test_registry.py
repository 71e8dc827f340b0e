"""Registries and all of their faults."""

from __future__ import annotations

import json
from typing import Any

import pytest
from onefold import EventRegistry, MemoryStore, RegistryError
from vectors import vectors


@pytest.mark.parametrize("vector", vectors("registry/faults.json"), ids=lambda vector: vector["name"])
def test_faults(vector: dict[str, Any]) -> None:
    found = faults(vector["registry"])
    for fault in vector["faults"]:
        among = [candidate for candidate in found if fault.items() <= candidate.items()]
        assert among, f"{fault} is not among {found}"
        found.remove(among[0])
    assert found == [], "faults that nobody expects"


def faults(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Every fault of the registry of this spec, as the vectors write them."""
    registry = EventRegistry.from_json(json.dumps(spec))
    try:
        MemoryStore(events=registry).close()
    except RegistryError as error:
        return [{"kind": fault.kind, **fault.details} for fault in error.faults]
    return []


def test_every_fault_says_what_it_concerns() -> None:
    with pytest.raises(RegistryError) as raised:
        EventRegistry.from_json(json.dumps(vectors("registry/faults.json")[-1]["registry"])).build()
    assert all(any(str(value) in fault.message for value in fault.details.values()) for fault in raised.value.faults)
    assert str(len(raised.value.faults)) in str(raised.value)

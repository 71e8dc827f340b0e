"""Data that are accepted and data that are refused, over every kind of store."""

from __future__ import annotations

import json
from typing import Any

import pytest
from compare import compare_error
from harness import Harness
from onefold import Event, OnefoldError
from values import same, written_out
from vectors import vectors


@pytest.mark.parametrize("vector", vectors("json/accepted.json"), ids=lambda vector: vector["name"])
def test_accepted(harness: Harness, vector: dict[str, Any]) -> None:
    data = json.loads(vector["text"])
    with harness.open() as store:
        store.append("Json-1", [Event("A", data)])
        [event] = store.read_stream("Json-1")
        assert same(event.data, data)
        assert same(json.loads(event.raw), data)


@pytest.mark.parametrize("vector", vectors("json/refused.json"), ids=lambda vector: vector["name"])
def test_refused(harness: Harness, vector: dict[str, Any]) -> None:
    if "text" in vector.get("needs", []):
        pytest.skip("needs text")
    text = vector["text"]
    data = json.loads(text) if isinstance(text, str) else written_out(text)
    with harness.open() as store:
        with pytest.raises(OnefoldError) as raised:
            store.append("Json-1", [Event("A", data)])
        compare_error(vector["error"], raised.value)
        assert store.read_stream("Json-1") == []
        assert store.head() == 0

"""The files of ``tests/vectors``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2] / "vectors"


def vectors(path: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return loaded


def scenarios() -> list[tuple[str, dict[str, Any]]]:
    """Every scenario, with the name of its file."""
    folders = ("store", "upcast", "execute")
    paths = sorted(path for folder in folders for path in (ROOT / folder).glob("*.json"))
    return [(f"{path.parent.name}/{path.stem}", scenario) for path in paths for scenario in vectors(str(path))]

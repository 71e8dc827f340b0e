"""The examples in the docs run, and everything public has docs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import onefold
import pytest

from tests.python.postgres import fresh_database

ROOT = Path(__file__).resolve().parents[2]
PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def modules() -> Iterator[ModuleType]:
    yield onefold
    for found in pkgutil.walk_packages(onefold.__path__, "onefold."):
        yield importlib.import_module(found.name)


def doctests() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = {test.name: test for module in modules() for test in finder.find(module)}
    # The finder looks at functions of Python only: an extension's classes are asked one by one.
    for cls in (onefold.Event, onefold.StoredEvent, onefold.Metadata):
        for name, member in [(cls.__name__, cls), *vars(cls).items()]:
            docs = inspect.getdoc(member) or ""
            full_name = f"onefold.{cls.__name__}" + ("" if member is cls else f".{name}")
            if ">>>" in docs and full_name not in found:
                found[full_name] = doctest.DocTestParser().get_doctest(docs, {}, full_name, None, None)
    return [test for test in found.values() if test.examples]


def public() -> list[tuple[str, object]]:
    """Classes, functions and constants' classes of the package, and the methods and properties of its classes."""
    items = [(name, getattr(onefold, name)) for name in onefold.__all__]
    members = [
        (f"{name}.{member}", value)
        for name, item in items
        if inspect.isclass(item)
        for member, value in vars(item).items()
        if not member.startswith("_") and (inspect.isroutine(value) or isinstance(value, property))
    ]
    return [(name, item) for name, item in items if callable(item)] + members


@pytest.mark.parametrize("test", doctests(), ids=lambda test: test.name)
def test_an_example_in_the_docs_runs(test: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if any("dsn" in example.source for example in test.examples):
        test.globs["dsn"] = fresh_database()
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert not report, "".join(report)


EXAMPLES = ["Event", "StoredEvent", "Metadata", "Decider", "EventRegistry", "SqliteStore", "PostgresStore"]


@pytest.mark.parametrize("name", [*EXAMPLES, "AsyncMemoryStore", "AsyncSqliteStore", "AsyncPostgresStore"])
def test_the_main_classes_show_an_example(name: str) -> None:
    assert any(test.name.rpartition(".")[2] == name for test in doctests())


@pytest.mark.parametrize(("name", "item"), [pytest.param(*member, id=member[0]) for member in public()])
def test_everything_public_is_documented(name: str, item: Any) -> None:
    docs = (item.__doc__ if inspect.isclass(item) else inspect.getdoc(item)) or ""
    assert docs.strip()
    # What a dataclass without docs gets by itself.
    assert not docs.startswith(f"{name}(")


def pages() -> list[Path]:
    """The README, and the pages of the manual that show Python."""
    manual = sorted((ROOT / "docs").glob("*.md"))
    return [ROOT / "README.md", *(page for page in manual if PYTHON_BLOCK.search(page.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = list(PYTHON_BLOCK.finditer(text))
    assert blocks, f"{page.name} shows no Python"
    # A module of its own, since typed events look their annotations up in it. Blocks build on those before.
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    monkeypatch.chdir(tmp_path)
    for block in blocks:
        lines_before = text[: block.start(1)].count("\n")
        code = compile("\n" * lines_before + block[1], page.name, "exec")
        exec(code, module.__dict__)

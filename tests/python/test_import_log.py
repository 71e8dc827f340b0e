"""`examples/import_log.py`, run as its users run it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from onefold import PostgresStore, SqliteStore
from psycopg.conninfo import conninfo_to_dict

from tests.python.postgres import fresh_database

ROOT = Path(__file__).resolve().parents[2]
PERMITS = ROOT.parent / "shared" / "data" / "permit-receipts.csv"

HEADER = "case,activity,time,who"
LOG = f"""{HEADER}
c-1,Ask,2024-01-01T09:00:00+01:00,Ann
c-2,Ask,2024-01-01T09:30:00Z,Bob
c-1,Answer,2024-01-01T12:00:00+01:00,
c-1,Call,2024-01-01T10:00:00+01:00,Ann
c-1,Call,2024-01-01T10:00:00+01:00,Ann
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def test_a_case_becomes_a_stream_in_order_of_time(log: Path) -> None:
    assert _counts(_run(log)) == (2, 5, 5)
    with SqliteStore(log.with_name("log.db")) as store:
        events = store.read_stream("Case-c-1")
        assert [event.type for event in events] == ["Ask", "Call", "Call", "Answer"]
        assert events[0].data == {"time": "2024-01-01T08:00:00+00:00", "attributes": {"who": "Ann"}}
        assert events[3].data["attributes"] == {}, "an empty cell is no attribute"


def test_nothing_is_imported_twice(log: Path) -> None:
    _run(log)
    assert _counts(_run(log)) == (2, 5, 0)


def test_it_imports_into_a_server_as_well(log: Path) -> None:
    store = _server()
    run = _run(log, "--store", store)
    assert _counts(run) == (2, 5, 5)
    assert "user=" not in run.stdout
    assert _counts(_run(log, "--store", store)) == (2, 5, 0)
    with PostgresStore(store) as opened:
        assert [event.type for event in opened.read_stream("Case-c-1")] == ["Ask", "Call", "Call", "Answer"]


def test_a_server_that_is_not_there_says_so(log: Path) -> None:
    run = _run(log, "--store", "postgresql://shop:secret@127.0.0.1:1/shop?connect_timeout=1", status=2)
    assert "server runs" in run.stderr
    assert "secret" not in run.stdout + run.stderr


def test_a_log_that_has_grown_adds_its_new_rows(log: Path) -> None:
    _run(log)
    log.write_text(
        f"{HEADER}\n"
        "c-1,Ask earlier,2024-01-01T08:00:00+01:00,Ann\n"  # before all that is known of this case
        + LOG.removeprefix(f"{HEADER}\n")
        + "c-1,Call,2024-01-01T10:00:00+01:00,Ann\n"  # a third row of the same content
        "c-3,Ask,2024-01-02T09:00:00Z,Cas\n"
    )
    assert _counts(_run(log)) == (3, 8, 3)
    with SqliteStore(log.with_name("log.db")) as store:
        assert store.stream_version("Case-c-1") == 6
        assert [event.type for event in store.read_stream("Case-c-1", from_version=5)] == [
            "Ask earlier",
            "Call",
        ]


def test_ids_depend_on_the_log_alone(log: Path) -> None:
    ids = []
    for name in ("first.db", "second.db"):
        _run(log, "--store", name)
        with SqliteStore(log.with_name(name)) as store:
            ids.append([event.id for event in store.read_all()])
    assert ids[0] == ids[1]


def test_small_batches_give_the_same_streams(log: Path) -> None:
    assert _counts(_run(log, "--batch", "1")) == (2, 5, 5)
    assert _counts(_run(log)) == (2, 5, 0)


def test_the_key_tells_which_cells_count(log: Path) -> None:
    _run(log, "--key", "who")
    changed = LOG.replace(",time,who", ",time,who,end").replace("Ann\n", "Ann,late\n").replace("Bob\n", "Bob,\n")
    log.write_text(changed.replace("+01:00,\n", "+01:00,,late\n"))
    assert _counts(_run(log, "--key", "who")) == (2, 5, 0)


def test_separator_encoding_and_time_format(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_bytes("case\tactivity\ttime\twho\nc-1\tPrüfen\t31.12.2023 08:15\tJörg\n".encode("latin-1"))
    options = ("--separator", "tab", "--encoding", "latin-1", "--time-format", "%d.%m.%Y %H:%M")
    assert _counts(_run(log, *options)) == (1, 1, 1)
    with SqliteStore(tmp_path / "log.db") as store:
        (event,) = store.read_stream("Case-c-1")
        assert event.type == "Prüfen"
        assert event.data == {"time": "2023-12-31T08:15:00+00:00", "attributes": {"who": "Jörg"}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["empty"]),
        (HEADER + "\n", ["no rows"]),
        ("case,activity,when,who\n", ["`time`", "`when`"]),
        ("case,activity,time,time\n", ["`time`", "more than one"]),
        (f"{LOG}c-1,Ask,yesterday,Ann\n", ["line 7", "`yesterday`", "--time-format"]),
        (f"{LOG}c-1,Ask\n", ["line 7", "2 cells"]),
        (f"{LOG},Ask,2024-01-01,Ann\n", ["line 7", "case"]),
        (f"{LOG}c-1,,2024-01-01,Ann\n", ["line 7", "activity"]),
        (f'{LOG}c-1,"Ask,2024-01-01,Ann\n', ["line 7", "quoting"]),
        (f'{LOG}c-1,"Ask"me,2024-01-01,Ann\n', ["line 7", "quoting"]),
    ],
)
def test_a_log_with_a_fault_is_refused_whole(log: Path, text: str, told: list[str]) -> None:
    log.write_text(text)
    run = _run(log, status=2)
    for words in told:
        assert words in run.stderr
    assert run.stderr.count("\n") == 1, "one line"
    assert not log.with_name("log.db").exists(), "nothing is written"


def test_bytes_of_another_encoding_are_refused(log: Path) -> None:
    log.write_bytes(LOG.replace("Ann", "Jörg").encode("latin-1"))
    assert "--encoding" in _run(log, status=2).stderr


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.csv" in _run(tmp_path / "nowhere.csv", status=2).stderr


@pytest.mark.parametrize(
    "option",
    [
        ("--batch", "0"),
        ("--category", "a-b"),
        ("--separator", ";;"),
        ("--encoding", "x"),
        ("--store", "mysql://x"),
    ],
)
def test_options_out_of_range_are_named(log: Path, option: tuple[str, str]) -> None:
    run = _run(log, *option, status=2)
    assert option[0] in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(not PERMITS.exists(), reason="../shared/data/permit-receipts.csv is not here")
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_permits_of_a_municipality(kind: str, tmp_path: Path) -> None:
    columns = ("case:concept:name", "concept:name", "time:timestamp")
    store = str(tmp_path / "permits.db") if kind == "sqlite" else _server()
    assert _counts(_run(PERMITS, "--store", store, columns=columns)) == (1434, 8577, 8577)
    assert _counts(_run(PERMITS, "--store", store, columns=columns)) == (1434, 8577, 0)


def _server() -> str:
    """The address of a fresh database, as a URL."""
    return f"postgresql:///?{urlencode(conninfo_to_dict(fresh_database()))}"


def _run(
    log: Path, *options: str, columns: tuple[str, str, str] = ("case", "activity", "time"), status: int = 0
) -> subprocess.CompletedProcess[str]:
    case, activity, time = columns
    command = [sys.executable, str(ROOT / "examples" / "import_log.py"), str(log), "--case", case]
    command += ["--activity", activity, "--time", time, *options]
    where = log.parent if log != PERMITS else ROOT
    run = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == status, run.stderr
    return run


def _counts(run: subprocess.CompletedProcess[str]) -> tuple[int, ...]:
    """Cases, events, new events."""
    found = re.search(r": ([\d,]+) cases, ([\d,]+) events, ([\d,]+) new", run.stdout)
    assert found, run.stdout
    return tuple(int(number.replace(",", "")) for number in found.groups())

"""The two servers as processes: they start, answer, and end cleanly when told to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import Session, select

from remembrancer.clock import SystemClock
from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import Organisation, Window
from remembrancer.models.database import make_engine, migrate
from tests.conftest import EXAMPLE

pytestmark = pytest.mark.check
STOPPED = (0, -signal.SIGTERM)  # the server finishes its work, then takes the signal again


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: str, tmp_path: Path, path: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command as a process that answers, and what it answered first."""
    port = free_port()
    environment = os.environ | {
        "PORT": str(port),
        "TMPDIR": str(tmp_path),
        "REMEMBRANCER_DATABASE_URL": f"sqlite:///{tmp_path / 'service.sqlite'}",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from remembrancer.cli import app; app()", command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, answer(process, f"http://127.0.0.1:{port}{path}")
    finally:
        process.kill()
        process.communicate()


def answer(process: subprocess.Popen[str], url: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return str(response.read().decode())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)  # between two looks at another process's port
    raise AssertionError(f"no answer from {url}: {process.communicate()[0] if process.poll() is not None else ''}")


def end(process: subprocess.Popen[str], how: signal.Signals) -> tuple[int, str]:
    process.send_signal(how)
    said, _ = process.communicate(timeout=30)
    return process.returncode, said


def test_the_demonstration_answers_and_ends_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    with serving("demo", tmp_path, "/") as (process, page):
        assert "Ruth Fairbrass" in page
        assert list(tmp_path.glob("remembrancer-demo-*"))
        code, said = end(process, signal.SIGINT)
    assert code == 0
    assert "Traceback" not in said
    assert "sandbox is at http://localhost:" in said
    assert not list(tmp_path.glob("remembrancer-demo-*"))


def test_the_service_answers_looks_and_ends_cleanly_when_stopped(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'service.sqlite'}")
    migrate(engine)
    with Session(engine) as session:
        store(session, read_folder(EXAMPLE), SystemClock().now())
        session.commit()
    engine.dispose()
    with serving("run", tmp_path, "/health") as (process, health):
        assert '"ok"' in health
        code, said = end(process, signal.SIGTERM)
    assert code in STOPPED
    assert "Traceback" not in said
    with Session(engine) as session:
        assert session.get(Organisation, 1) is not None
        assert {window.state for window in session.exec(select(Window))} == {"locked"}
    engine.dispose()


def test_the_service_runs_before_anything_is_loaded(tmp_path: Path) -> None:
    with serving("run", tmp_path, "/health") as (process, health):
        assert '"ok"' in health
        code, said = end(process, signal.SIGTERM)
    assert code in STOPPED
    assert "Traceback" not in said

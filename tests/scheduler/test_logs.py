"""What operators read when something fails."""

import json
import logging
from typing import Literal

import pytest
import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from remembrancer.logs import set_up_logs

pytestmark = pytest.mark.both_databases


def fail(answer: str) -> None:
    raise ValueError(f"an answer of {len(answer)} letters")


ANSWER = "Not for anybody else to read"


def failing() -> None:
    try:
        fail(ANSWER)
    except ValueError:
        structlog.get_logger().exception("conversation failed", key="press-1")


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_failure_is_logged_with_its_key_and_its_traceback_and_not_what_was_at_hand(
    form: Literal["json", "text"], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(form)
    failing()
    written = capsys.readouterr().out
    assert "press-1" in written
    assert "ValueError: an answer of 28 letters" in written
    assert "in failing" in written
    assert ANSWER not in written


def test_a_line_of_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("json")
    failing()
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["key"] == "press-1"


def test_a_failure_of_the_database_does_not_say_what_was_to_be_stored(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as failed:
        connection.execute(text("SELECT :answer FROM nothing_of_the_kind"), {"answer": ANSWER})
    assert ANSWER not in str(failed.value)


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_failed_outside_of_us_is_logged_in_one_line_with_what_to_do(
    form: Literal["json", "text"], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(form, explain=lambda error: "Put it right." if isinstance(error, ValueError) else None)
    failing()
    structlog.get_logger().error("job failed", exc_info=ValueError("a value"))
    lines = capsys.readouterr().out.splitlines()
    assert [("Put it right." in line, "ValueError" in line) for line in lines] == [(True, False), (True, False)]


def test_what_a_library_warns_of_is_a_line_like_all_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    set_up_logs("json")
    logging.getLogger("a.library").warning("%s of %s", 1, 2)
    logging.getLogger("apscheduler.scheduler").warning("skipped")
    [line] = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert (found["event"], found["level"], found["library"]) == ("1 of 2", "warning", "a.library")

"""What operators read when something fails."""

import json
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

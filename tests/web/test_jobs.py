"""The work that the service does again and again: what is said of it when it fails, and when it works again."""

import json
from collections.abc import Iterator

import pytest

from remembrancer.bot.platform.base import Job
from remembrancer.logs import set_up_logs
from remembrancer.web.app import _make_scheduler
from tests.slack.hosting import until


def test_each_failure_of_a_job_is_logged_with_its_name_and_so_is_that_it_works_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcomes: Iterator[Exception | None] = iter([ValueError("a mistake of ours"), ValueError("another"), None, None])

    def work() -> None:
        outcome = next(outcomes, None)
        if outcome is not None:
            raise outcome

    set_up_logs("json")
    written: list[str] = []

    def lines() -> list[str]:
        written.extend(capsys.readouterr().out.splitlines())
        return written

    scheduler = _make_scheduler([Job("tick", work, 1), Job("feeds", lambda: None, 1)])
    scheduler.start()
    until(lambda: len(lines()) == 3)
    scheduler.shutdown()
    found = [json.loads(line) for line in lines()]
    assert [(each["event"], each["job"]) for each in found] == [
        ("job failed", "tick"),
        ("job failed", "tick"),
        ("job works again", "tick"),
    ]
    assert "in work" in found[0]["exception"]
    assert "ValueError: a mistake of ours" in found[0]["exception"]

"""`remembrancer simulate` of a folder with a forward plan: the papers' messages are written like the others."""

import json
from datetime import date
from typing import Any

import pytest

from remembrancer.scheduler.simulate import simulate
from tests.bot.test_papers import FORWARD, SDP

RUTH, HELEN = "ruth.fairbrass@example.org", "helen.marsh@example.org"
MARGARET, JOANNA = "margaret.linden@example.org", "joanna.pell@example.org"


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    out = tmp_path_factory.mktemp("simulated")
    assert simulate(FORWARD, date(2021, 4, 6), date(2021, 7, 1), out) == []
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in (out / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return lines


def days(messages: list[dict[str, Any]], to: str, kind: str = "papers") -> list[str]:
    return [each["at"][:16] for each in messages if (each["to"], each["kind"]) == (to, kind)]


def test_leads_are_asked_reminded_and_told_that_they_are_late_at_each_stage(messages: list[dict[str, Any]]) -> None:
    coming = ["2021-04-21T09:00", "2021-05-05T09:00", "2021-05-07T09:00"]
    draft = ["2021-05-24T09:00", "2021-05-28T09:00", "2021-06-02T09:00"]
    late = ["2021-06-07T09:00", "2021-06-09T09:00"]  # cleared and final: nobody is asked before the draft is in
    for lead in (RUTH, HELEN, MARGARET):
        assert days(messages, lead) == [*coming, *draft, *late]


def test_the_secretary_has_the_pack_what_is_late_and_the_reminder_to_publish(messages: list[dict[str, Any]]) -> None:
    assert days(messages, JOANNA, "agenda_pack") == ["2021-05-06T09:00"]
    assert days(messages, JOANNA, "publish_agenda") == ["2021-06-08T09:00"]
    assert [day[:10] for day in days(messages, JOANNA)] == [
        "2021-05-07",
        "2021-05-28",
        "2021-06-02",
        "2021-06-07",
        "2021-06-09",
    ]


def test_each_message_names_its_papers_and_says_what_it_said_when_it_was_sent(messages: list[dict[str, Any]]) -> None:
    first = next(each for each in messages if each["to"] == RUTH)
    assert (first["window"], [item["ref"] for item in first["items"]]) == (None, [SDP, "Review of KPIs"])
    assert {item["due"] for item in first["items"]} == {"2021-05-06T17:00:00+01:00"}
    assert first["items"][0]["meeting"] == {"board": "asc_cabinet_committee", "day": "2021-06-17"}
    assert "**Is it coming?** Please say by Thursday 6 May 2021." in first["text"]

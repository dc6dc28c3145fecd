"""The strict Teams itself: it refuses what Teams refuses, counts, and goes wrong as it is told."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.free_time import FreeTime
from tests.teams.connected import activity
from tests.teams.strict import Faults, Limits, Teams, connector
from tests.teams.strict.faults import AFTER, BEFORE, CALLS, ODD
from tests.teams.strict.state import Person

HELLO = activity("Hello")
TOKEN = {"Authorization": "Bearer strict"}


@pytest.fixture
def bot(teams: Teams) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{teams.url}v3/conversations", headers=TOKEN, timeout=5) as client:
        yield client


@pytest.fixture
def ruth(teams: Teams) -> Person:
    return teams.person("Ruth")


@pytest.fixture
def chat(teams: Teams, ruth: Person) -> str:
    return teams.chat(ruth)


def code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


def posted(bot: httpx.Client, conversation: str, content: dict[str, Any] = HELLO) -> httpx.Response:
    return bot.post(f"/{conversation}/activities", json=content)


def test_what_is_posted_is_shown_replaced_and_taken_away(teams: Teams, bot: httpx.Client, chat: str) -> None:
    answer = posted(bot, chat)
    name = answer.json()["id"]
    assert (answer.status_code, [one.text for one in teams.shown(chat)]) == (201, ["Hello"])
    assert bot.put(f"/{chat}/activities/{name}", json=activity("After")).json() == {"id": name}
    assert [(one.text, one.versions) for one in teams.shown(chat)] == [("After", 2)]
    assert bot.delete(f"/{chat}/activities/{name}").status_code == 200
    assert teams.shown(chat) == []
    assert code(bot.put(f"/{chat}/activities/{name}", json=HELLO)) == "ActivityNotFoundInConversation"
    assert [call.kind for call in teams.calls] == ["post", "update", "delete", "update"]


def test_a_chat_is_made_once_and_only_with_whom_the_app_is(teams: Teams, bot: httpx.Client, ruth: Person) -> None:
    wanted = {"members": [{"id": ruth.account}], "tenantId": teams.tenant}
    url = f"{teams.url}v3/conversations"
    first, second = bot.post(url, json=wanted), bot.post(url, json=wanted)
    assert (first.status_code, first.json()) == (201, second.json())
    assert first.json()["id"] == teams.chat(ruth)
    assert code(bot.post(url, json={**wanted, "tenantId": "another"})) == "BadSyntax"
    assert code(bot.post(url, json={**wanted, "members": [{"id": "ruth@example.org"}]})) == "BadArgument"
    ruth.installed = False
    assert code(bot.post(url, json=wanted)) == "ForbiddenOperationException"


def test_threads_are_in_channels_and_nowhere_else(teams: Teams, bot: httpx.Client, chat: str) -> None:
    channel = teams.channel()
    first = posted(bot, channel).json()["id"]
    posted(bot, f"{channel};messageid={first}")
    bot.post(f"/{channel}/activities/{first}", json=HELLO)
    assert [one.thread for one in teams.shown(channel)] == [None, first, first]
    reply = teams.shown(channel)[1].id
    assert bot.put(f"/{channel};messageid={first}/activities/{reply}", json=HELLO).status_code == 200
    other = posted(bot, channel).json()["id"]
    assert bot.put(f"/{channel};messageid={other}/activities/{reply}", json=HELLO).status_code == 404
    assert posted(bot, f"{channel};messageid=1").status_code == 404
    assert code(posted(bot, f"{chat};messageid={first}")) == "BadArgument"


def test_nobody_without_the_right_token_says_anything(teams: Teams, chat: str) -> None:
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": "strict"}):
        answer = httpx.post(f"{teams.url}v3/conversations/{chat}/activities", json=HELLO, headers=headers)
        assert answer.status_code == 401
    assert teams.shown(chat) == []


def test_nobody_is_written_to_who_does_not_want_it_or_is_not_there(
    teams: Teams, bot: httpx.Client, ruth: Person, chat: str
) -> None:
    assert (posted(bot, "a:never").status_code, code(posted(bot, "a:never"))) == (404, "ConversationNotFound")
    ruth.blocked = True
    assert (posted(bot, chat).status_code, code(posted(bot, chat))) == (403, "ConversationBlockedByUser")
    channel = teams.channel()
    teams.conversation(channel).here = False
    assert (posted(bot, channel).status_code, code(posted(bot, channel))) == (403, "BotNotInConversationRoster")


def card(**changed: Any) -> dict[str, Any]:
    content = {**HELLO["attachments"][0]["content"], **changed}
    return {**HELLO, "attachments": [{**HELLO["attachments"][0], "content": content}]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "message"},
        {**HELLO, "type": "note"},
        {**HELLO, "text": "and a card"},
        {**HELLO, "attachments": [{"contentType": "image/png"}]},
        card(version=""),
        card(body=[]),
        card(body=[{"type": "TextBlok", "text": "Hello"}]),
        card(body=[{"type": "TextBlock"}]),
        card(body=[{"type": "RichTextBlock", "inlines": []}]),
        card(body=[{"type": "Table", "rows": [{"type": "TableRow", "cells": [{"type": "Cell"}]}]}]),
        card(body=[{"type": "Input.Text"}]),
        card(body=[{"type": "Image", "url": "data:image/png;base64,"}]),
        card(body=[{"type": "Container", "items": [{"type": "Nothing"}]}]),
        card(actions=[{"type": "Action.Execute"}]),
        card(actions=[{"type": "Action.Http", "title": "Go"}]),
    ],
)
def test_a_malformed_card_is_refused(teams: Teams, bot: httpx.Client, chat: str, wrong: dict[str, Any]) -> None:
    answer = posted(bot, chat, wrong)
    assert (answer.status_code, code(answer)) == (400, "BadArgument")
    assert teams.shown(chat) == []


def test_all_that_a_reader_sees_is_shown(teams: Teams, bot: httpx.Client, chat: str) -> None:
    cell = {"type": "TableCell", "items": [{"type": "TextBlock", "text": "Cell"}]}
    rows = [{"type": "TableRow", "cells": [cell]}]
    body = [
        {"type": "Container", "items": [{"type": "TextBlock", "text": "Head"}]},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "So "}, "on"]},
        {"type": "Table", "columns": [{"width": 1}], "rows": rows},
    ]
    assert posted(bot, chat, card(body=body)).status_code == 201
    assert [one.text for one in teams.shown(chat)] == ["Head\n\nSo on\n\nCell"]


def test_a_message_is_as_large_as_utf_16_makes_it(teams: Teams, bot: httpx.Client, chat: str) -> None:
    assert posted(bot, chat, activity("x" * 50_000)).status_code == 201
    assert posted(bot, chat, activity("x" * 52_000)).status_code == 413
    assert posted(bot, chat, activity("\N{TELEVISION}" * 26_000)).status_code == 413


def test_who_is_in_a_conversation_can_be_asked(teams: Teams, bot: httpx.Client, ruth: Person) -> None:
    group = teams.group(ruth, teams.person("Tom"))
    assert [each["name"] for each in bot.get(f"/{group}/members").json()] == ["Ruth", "Tom"]
    assert bot.get(f"/{group}/members/{ruth.account}").json()["aadObjectId"] == ruth.account
    assert bot.get(f"/{group}/members/nobody").status_code == 404


@pytest.mark.parametrize(("many", "seconds", "then"), [(7, 0.0, 1), (8, 0.1875, 1), (60, 0.3125, 12)])
def test_one_too_many_in_a_conversation_is_refused_and_counted(many: int, seconds: float, then: int) -> None:
    clock = FreeTime()
    with Teams(limits=Limits(clock)) as teams, httpx.Client(headers=TOKEN) as bot:
        chat = teams.chat(teams.person("Ruth"))
        url = f"{teams.url}v3/conversations/{chat}/activities"
        for _ in range(many):
            assert bot.post(url, json=HELLO).status_code == 201
            clock.now += seconds
        answer = bot.post(url, json=HELLO)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(then))
        assert teams.limits is not None
        assert teams.limits.violations == {chat: 1}
        assert [call.violation for call in teams.calls] == [*[False] * many, True]
        clock.now += then
        assert bot.post(url, json=HELLO).status_code == 201


def test_one_too_many_in_a_tenant_is_refused_wherever_it_is() -> None:
    clock = FreeTime()
    with Teams(limits=Limits(clock)) as teams, httpx.Client(headers=TOKEN) as bot:
        answers = [
            bot.post(f"{teams.url}v3/conversations/{teams.channel()}/activities", json=HELLO).status_code
            for _ in range(31)
        ]
        assert answers == [*[201] * 30, 429]
        assert teams.limits is not None
        assert teams.limits.violations == {f"tenant {teams.tenant}": 1}


@pytest.mark.parametrize("fault", CALLS)
def test_a_fault_strikes_once_before_or_after_the_fact_and_is_counted(fault: str) -> None:
    with Teams(hang=0.01) as teams, httpx.Client(headers=TOKEN) as bot:
        chat = teams.chat(teams.person("Ruth"))
        url = f"{teams.url}v3/conversations/{chat}/activities"
        teams.arm("post", "no fault", fault)
        bot.post(url, json=HELLO)
        try:
            answer = bot.post(url, json=HELLO)
            assert answer.status_code == 200 if fault in ODD else answer.status_code >= 400
        except httpx.TransportError:
            assert fault.startswith(("dropped", "hung"))
        assert len(teams.shown(chat)) == 1 + (fault in AFTER)
        assert [call.done for call in teams.calls] == [True, fault in AFTER]
        assert teams.faults.counts == {fault: 1}


def test_faults_by_the_same_seed_are_the_same_and_stop_where_they_are_told_to() -> None:
    rates = dict.fromkeys(CALLS, 0.1)
    struck = [[Faults(seed, rates).strike("post") for _ in range(50)] for seed in (1, 1, 2)]
    assert struck[0] == struck[1]
    many = Faults(3, rates, most=2, only=frozenset({"post"}))
    assert {many.strike("update") for _ in range(500)} == {None}
    assert {many.strike("post") for _ in range(500)} == {None, *CALLS}
    assert many.counts == dict.fromkeys(CALLS, 2)
    assert set(BEFORE) | set(AFTER) == set(CALLS)
    with pytest.raises(ValueError, match="no such faults"):
        Faults(rates={"flood": 1.0})
    with pytest.raises(ValueError, match="no such faults"):
        many.arm("post", ["flood"])


@pytest.mark.parametrize(("fault", "status"), [("403", 403), ("404", 404)])
@pytest.mark.parametrize("is_channel", [False, True])
def test_who_refuses_us_does_so_until_we_are_taken_again(fault: str, status: int, is_channel: bool) -> None:
    with Teams() as teams, httpx.Client(headers=TOKEN) as bot:
        where = teams.channel() if is_channel else teams.chat(teams.person("Ruth"))
        url = f"{teams.url}v3/conversations/{where}/activities"
        teams.arm("post", fault)
        assert [bot.post(url, json=HELLO).status_code for _ in range(2)] == [status] * 2
        [refusing] = teams.do(lambda: teams.state.refusing)
        teams.do(lambda: teams.state.restore(refusing))
        assert bot.post(url, json=HELLO).status_code == 201
        assert teams.do(lambda: teams.state.refusing) == []


def test_a_slow_answer_says_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "LAG", 0.001)
    with Teams() as teams, httpx.Client(headers=TOKEN) as bot:
        chat = teams.chat(teams.person("Ruth"))
        teams.arm("post", "slow")
        answer = bot.post(f"{teams.url}v3/conversations/{chat}/activities", json=HELLO)
        assert (answer.status_code, answer.json()["id"]) == (201, teams.shown(chat)[0].id)
        assert teams.calls[0].made == teams.shown(chat)[0].id

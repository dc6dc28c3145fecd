"""What the strict Slack's people do reaches a bare Bolt app as Slack would send it, over the socket and over HTTP."""

import time
from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient

from tests.slack.bare import STATUS, Heard, bare_app, button, card, client_of, modal, note, text
from tests.slack.running import WAYS, Running
from tests.slack.strict import Slack
from tests.slack.strict.inputs import CannotError
from tests.slack.strict.modals import FAILED


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture(params=WAYS)
def app(request: pytest.FixtureRequest, slack: Slack, heard: Heard) -> Iterator[Running]:
    with Running(slack, bare_app(heard), request.param) as running:
        yield running


@pytest.fixture
def client(slack: Slack) -> WebClient:
    return client_of(slack)


@pytest.fixture
def ruth(slack: Slack) -> str:
    return slack.person("ruth.fairbrass", real_name="Ruth Fairbrass")


def until(so: Callable[[], bool]) -> None:
    """What the app does after it has acknowledged."""
    deadline = time.monotonic() + 10
    while not so():
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.005)


def open_form(slack: Slack, client: WebClient, user: str) -> None:
    client.chat_postMessage(channel=user, text="52 is due", blocks=card(button("Answer", "answer")))
    slack.press(user, label="Answer")
    until(lambda: slack.view_of(user) is not None)


def test_what_is_said_arrives_escaped_with_people_and_links_marked(
    slack: Slack, app: Running, heard: Heard, ruth: str
) -> None:
    ts = slack.say(ruth, "R&D <soon>: ask @ruth.fairbrass, https://example.org/a or ask@example.org")
    event = heard.of("message")[0]["event"]
    marked = f"R&amp;D &lt;soon&gt;: ask <@{ruth}>, <https://example.org/a> or <mailto:ask@example.org|ask@example.org>"
    assert event["text"] == marked
    assert (event["ts"], event["channel_type"], event["user"]) == (ts, "im", ruth)
    assert slack.deliveries[0].tries == ["ok"]
    assert slack.shown(ruth) == ["R&D <soon>: ask @Ruth Fairbrass, https://example.org/a or ask@example.org"]


def test_an_app_hears_its_own_messages_too(
    slack: Slack, app: Running, heard: Heard, client: WebClient, ruth: str
) -> None:
    client.chat_postMessage(channel=ruth, text="Due")
    slack.settle()
    assert [body["event"]["bot_id"] for body in heard.of("message")] == [slack.workspace.bot_id]


def test_a_press_tells_where_and_what_and_opens_a_modal(
    slack: Slack, app: Running, heard: Heard, client: WebClient, ruth: str
) -> None:
    sent = client.chat_postMessage(
        channel=ruth, text="x", blocks=card(button("Answer", "answer"), button("Later", "later", "53"))
    )
    slack.press(ruth, label="Answer")
    body = heard.of("block_actions")[0]
    assert body["container"]["message_ts"] == sent["ts"]
    assert body["channel"]["id"] == sent["channel"]
    assert {key: body["actions"][0][key] for key in ("action_id", "block_id", "value", "type")} == {
        "action_id": "answer",
        "block_id": "ways",
        "value": "52",
        "type": "button",
    }
    until(lambda: slack.shown_modal(ruth) == "Answer\nNote\n[…]\n[Save]")
    with pytest.raises(CannotError):
        slack.press(ruth, label="Delegate")


def test_a_response_url_changes_the_message(slack: Slack, app: Running, client: WebClient, ruth: str) -> None:
    client.chat_postMessage(channel=ruth, text="x", blocks=card(button("Refresh", "refresh")))
    slack.press(ruth, action_id="refresh")
    until(lambda: slack.shown(ruth) == ["Done"])


def test_a_choice_changes_the_form_and_what_was_typed_survives(
    slack: Slack, app: Running, heard: Heard, client: WebClient, ruth: str
) -> None:
    heard.view = modal(STATUS, note("note"))
    open_form(slack, client, ruth)
    slack.fill(ruth, {"note": "half a word"})
    slack.choose(ruth, "status", "Late")
    until(lambda: "Why" in slack.shown_modal(ruth))
    assert slack.shown_modal(ruth) == "Answer\nStatus\n[Late]\nNote\n[half a word]\nWhy\n[…]\n[Save]"
    slack.fill(ruth, {"why": "rain"})
    assert slack.submit(ruth) == {}
    values = heard.of("view_submission")[0]["view"]["state"]["values"]
    assert values["status"]["picked"]["selected_option"]["value"] == "no"
    assert values["note"]["typed"] == {"type": "plain_text_input", "value": "half a word"}
    assert slack.view_of(ruth) is None


def test_a_client_does_not_send_what_is_not_complete(
    slack: Slack, app: Running, heard: Heard, client: WebClient, ruth: str
) -> None:
    heard.view = modal(note("note"), note("more", optional=True))
    open_form(slack, client, ruth)
    with pytest.raises(CannotError, match="20 characters"):
        slack.fill(ruth, {"note": "x" * 21})
    assert slack.submit(ruth) == {"note": "Please complete this required field."}
    assert heard.of("view_submission") == []


def test_a_submission_is_answered_with_errors_another_view_one_more_or_none(
    slack: Slack, app: Running, heard: Heard, client: WebClient, ruth: str
) -> None:
    open_form(slack, client, ruth)
    slack.fill(ruth, {"note": "x"})
    heard.respond = {"response_action": "errors", "errors": {"note": "Say more"}}
    assert slack.submit(ruth) == {"note": "Say more"}
    heard.respond = {"response_action": "errors", "errors": {"nowhere": "Say more"}}
    assert slack.submit(ruth) == FAILED
    heard.respond = {
        "response_action": "update",
        "view": modal(note("note"), title=text("2")),
    }
    assert slack.submit(ruth) == {}
    assert slack.shown_modal(ruth) == "2\nNote\n[x]\n[Save]"
    heard.respond = {"response_action": "push", "view": modal(note("more"))}
    assert slack.submit(ruth) == {}
    assert slack.shown_modal(ruth) == "Answer\nMore\n[…]\n[Save]"
    slack.fill(ruth, {"more": "y"})
    heard.respond = {}
    assert slack.submit(ruth) == {}
    assert slack.shown_modal(ruth) == "2\nNote\n[x]\n[Save]"
    heard.respond = {"response_action": "clear"}
    assert slack.submit(ruth) == {}
    assert slack.view_of(ruth) is None


def test_a_view_that_slack_does_not_take_leaves_the_modal_open(
    slack: Slack, app: Running, heard: Heard, client: WebClient, ruth: str
) -> None:
    open_form(slack, client, ruth)
    slack.fill(ruth, {"note": "x"})
    heard.respond = {
        "response_action": "update",
        "view": modal(note("note"), title=text("x" * 25)),
    }
    assert slack.submit(ruth) == FAILED
    assert slack.shown_modal(ruth) == "Answer\nNote\n[x]\n[Save]"
    said = slack.refusals[0]["response_metadata"]["messages"]
    assert said == ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]


def test_an_app_is_told_of_a_close_where_its_view_asks(
    slack: Slack, app: Running, heard: Heard, client: WebClient, ruth: str
) -> None:
    heard.view = modal(note("note"), notify_on_close=True)
    open_form(slack, client, ruth)
    slack.fill(ruth, {"note": "kept"})
    slack.close(ruth)
    assert heard.of("view_closed")[0]["view"]["state"]["values"]["note"]["typed"]["value"] == "kept"


def test_a_command_marks_people_and_shows_what_comes_back(slack: Slack, app: Running, heard: Heard, ruth: str) -> None:
    slack.person("joanna.pell")
    shown = slack.command(ruth, "/returns", "delegate @joanna.pell")
    assert shown.startswith("heard delegate <@U")
    assert shown.endswith("|joanna.pell>")
    assert slack.shown(ruth) == ["heard delegate @Joanna Pell"]


def test_shortcuts_home_and_changes_of_the_workspace_arrive(
    slack: Slack, app: Running, heard: Heard, ruth: str
) -> None:
    room = slack.room("board", [ruth], with_bot=False)
    slack.shortcut(ruth, "use", None, slack.say(ruth, "Nearly done"))
    slack.open_home(ruth)
    slack.change(ruth, tz="Europe/Paris")
    slack.join("neil.coppard")
    slack.invite(room)
    slack.rename(room, "committee")
    slack.archive(room)
    slack.revoke_tokens()
    slack.uninstall()
    assert heard.of("message_action")[0]["message"]["text"] == "Nearly done"
    assert heard.of("user_change")[0]["event"]["user"]["tz"] == "Europe/Paris"
    assert heard.of("team_join")[0]["event"]["user"]["profile"]["email"] == "neil.coppard@example.org"
    assert heard.of("channel_rename")[0]["event"]["channel"]["name"] == "committee"
    kinds = ["app_home_opened", "member_joined_channel", "channel_archive", "tokens_revoked", "app_uninstalled"]
    assert [len(heard.of(kind)) for kind in kinds] == [1, 1, 1, 1, 1]
    assert all(delivery.tries == ["ok"] for delivery in slack.deliveries)

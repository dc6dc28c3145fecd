"""What activities of Teams say: pure translation, and text as the person saw it."""

import html
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.teams.conversation_references import Reference
from remembrancer.bot.teams.inbound.activity_source import reference
from remembrancer.bot.teams.inbound.events import Event, parse, stranger_note
from remembrancer.bot.teams.inbound.message_text import to_plain_text
from remembrancer.models import TeamsKind
from tests.teams.activities import (
    BOT,
    CHANNEL_ID,
    CHAT,
    GROUP,
    IN_TEAM,
    RUTH,
    THREAD,
    THREADS,
    Activity,
    activity,
    execute,
    mention,
    message,
    page,
)
from tests.teams.issuing import SERVICE, TENANT

USER = RUTH["aadObjectId"]
SADIA = {"id": "29:sadia", "name": "Sadia Malik"}
TO_US = f"<at>{BOT['name']}</at>"


def heard(given: Activity) -> Event:
    found = parse(given)
    assert found is not None
    return found


def noted(given: Activity, day: date) -> Activity:
    note = stranger_note(heard(given), day)
    assert note is not None
    return note


def test_words_in_the_chat_are_heard_under_the_activitys_own_name() -> None:
    key = "a:personal-chat/1700000000002"
    assert heard(message()) == Event("text", key, USER, conversation="a:personal-chat", text="my")


def test_whoever_has_no_account_in_the_directory_is_called_by_teams_own_id() -> None:
    assert heard(message() | {"from": {"id": "29:Guest"}}).user == "29:Guest"


def test_an_object_id_is_the_same_in_whatever_letters_it_comes() -> None:
    assert heard(message() | {"from": {"id": "29:ruth", "aadObjectId": "AB-CD"}}).user == "ab-cd"


def test_what_is_delivered_again_has_the_same_key_and_what_is_done_again_another() -> None:
    assert heard(message()).key == heard(message()).key
    keys = {
        heard(message()).key,
        heard(message(id="1700000000003")).key,
        heard(message(conversation=CHAT | {"id": "a:other"})).key,
        heard(page()).key,
        heard(page() | {"id": ""}).key,
        heard(page("back") | {"id": ""}).key,
    }
    assert len(keys) == 6


@pytest.mark.parametrize("conversation", [GROUP, THREAD])
def test_where_others_read_along_only_what_is_said_to_us_is_heard(conversation: Any) -> None:
    said = message(f"{TO_US}&nbsp;status q2", conversation=conversation)
    assert parse(said) is None
    assert parse(said | {"entities": [mention(SADIA)]}) is None
    found = heard(said | {"entities": [mention()]})
    assert (found.text, found.conversation, found.elsewhere) == ("status q2", "", True)


def test_a_chat_whose_sort_is_not_told_is_personal_unless_it_is_a_group() -> None:
    assert heard(message(conversation={"id": "a:1"})).conversation == "a:1"
    assert parse(message(conversation={"id": "19:1", "isGroup": True})) is None


def test_a_reply_is_about_what_it_quotes_or_answers() -> None:
    entity = {"type": "quotedReply", "quotedReply": {"messageId": "1700000000001"}}
    assert heard(message("<quoted messageId='1700000000001'/> yes", entities=[entity])).about == "1700000000001"
    assert heard(message("<quoted messageId='1700000000001'/> yes", entities=[entity])).text == "yes"
    assert heard(message(replyToId="1600000000000")).about == "1600000000000"
    assert heard(message()).about is None


def test_a_reply_in_a_thread_is_about_its_first_message_and_that_one_about_nothing() -> None:
    in_thread = message(conversation=THREAD, channelData=IN_TEAM, entities=[mention()])
    assert heard(in_thread).about == "1700000000001"
    assert heard(in_thread | {"id": "1700000000001"}).about is None


QUOTING = (
    '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1700000000001">'
    "<strong>Remembrancer</strong><p>52 is due</p></blockquote>"
    '<p><span itemtype="http://schema.skype.com/Mention" itemid="0">Remembrancer</span>&nbsp;yes,<br>'
    "<b>on</b> track &amp; signed</p>"
)


def test_of_a_message_that_quotes_another_only_what_is_new_is_heard() -> None:
    quoting = [{"contentType": "text/html", "content": QUOTING}]
    found = heard(message("52 is due\r\n\r\nyes, on track & signed", attachments=quoting))
    assert (found.text, found.about) == ("yes,\non track & signed", "1700000000001")


def test_html_that_quotes_nothing_is_not_read_for_the_text_says_the_same() -> None:
    bold = [{"contentType": "text/html", "content": "<p><b>on</b> track</p>"}]
    assert heard(message("on track", attachments=bold)).text == "on track"


def test_a_file_alone_is_heard_so_that_it_can_be_answered() -> None:
    assert heard(message("", attachments=[{"contentType": "image/png"}])).text == ""


@pytest.mark.parametrize(
    ("text", "form", "seen"),
    [
        ("on track &amp; signed, R&amp;D &lt; 5&nbsp;%", "plain", "on track & signed, R&D < 5 %"),
        ("&amp;lt; stays, as &copy; does", "plain", "&lt; stays, as &copy; does"),
        ("one\r\ntwo", "plain", "one\ntwo"),
        ("*not* **bold**, 1 < 2", "plain", "*not* **bold**, 1 < 2"),
        ("my delegate is <at>Sadia Malik</at> until Friday", "plain", "my delegate is Sadia Malik until Friday"),
        ("<at>Remembrancer</at> snooze", "plain", "snooze"),
        ("snooze <at>Remembrancer</at>&nbsp;52", "plain", "snooze 52"),
        ("**on track** & _signed_\n\n- one\n- two", "markdown", "on track & signed\none\ntwo"),
        ("<at>Remembrancer</at> **52** amber", "markdown", "52 amber"),
        ("1 < 2 <b>", "markdown", "1 < 2 <b>"),
        ("<p>on <b>track</b></p><p>R&amp;D</p><ul><li>a</li><li>b</li></ul>", "xml", "on track\nR&D\na\nb"),
        ("<at>Remembrancer</at> yes<br/>now", "xml", "yes\nnow"),
        ("on track", None, "on track"),
        ("", "xml", ""),
        (None, "markdown", ""),
        ("a\x00b\ud800c", "plain", "abc"),
        ("a\x00b\ud800c", "xml", "abc"),
    ],
)
def test_text_is_read_as_the_person_saw_it(text: Any, form: Any, seen: str) -> None:
    assert to_plain_text(message(text, textFormat=form, entities=[mention(), mention(SADIA)])) == seen


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"])))
def test_whatever_is_typed_comes_through_teams_escaping_as_it_was(typed: str) -> None:
    assert to_plain_text(message(html.escape(typed, quote=False))) == typed.strip()


@given(st.sampled_from(["plain", "markdown", "xml", None]), st.text(), st.text())
def test_whatever_a_message_holds_something_is_read(form: str | None, text: str, content: str) -> None:
    quoting = [{"contentType": "text/html", "content": f"{content}{QUOTING}{content}"}, 7]
    found = to_plain_text(message(text, textFormat=form, entities=[mention(), None]))
    assert "\x00" not in found
    assert "on track" in to_plain_text(message(text, attachments=[quoting[0]])) or "<" in content


def test_a_button_is_its_action_and_its_value_and_its_card() -> None:
    found = heard(execute({"action": "answer", "value": "17"}))
    assert (found.kind, found.action, found.value, found.about) == ("press", "answer", "17", "1700000000000")
    assert (found.user, found.conversation, found.is_awaited) == (USER, "a:personal-chat", True)


def test_a_button_whose_answer_is_not_waited_for_is_a_message_with_a_value() -> None:
    data = {"action": "answer", "value": "17"}
    found = heard(message(None, value=data, replyToId="1700000000000"))
    assert (found.kind, found.action, found.value, found.is_awaited) == ("press", "answer", "17", False)
    in_group = heard(message(None, value=data, conversation=GROUP))
    assert (in_group.kind, in_group.conversation, in_group.elsewhere) == ("press", "", True)


@pytest.mark.parametrize("step", ["next", "back", "send", "cancel"])
def test_a_forms_page_is_its_token_its_number_and_what_is_typed(step: str) -> None:
    found = heard(page(step, number=2))
    assert (found.kind, found.step, found.token, found.page) == ("page", step, "token", 2)
    assert found.data["progress"] == "on_track"


@pytest.mark.parametrize(
    "data",
    [
        {},
        None,
        "text",
        {"action": ""},
        {"action": {"x": 1}},
        {"action": "answer"},
        {"token": "t", "page": 0},
        {"token": "t", "page": 0, "action": "form_jump"},
        {"token": "t", "page": 0, "action": ["form_send"]},
        {"token": "t", "page": -1, "action": "form_send"},
        {"token": "t", "page": 1.5, "action": "form_send"},
        {"token": "t", "page": True, "action": "form_send"},
        {"token": "t", "action": "form_send"},
        {"token": 7, "page": 0, "action": "form_send"},
    ],
)
def test_a_button_that_is_none_of_ours_is_not_heard(data: Any) -> None:
    assert parse(execute(data)) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["form_send"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@given(st.dictionaries(st.sampled_from(["action", "value", "token", "page", "x"]), JSON))
def test_whatever_a_button_holds_it_is_read_or_passed_over(data: dict[str, Any]) -> None:
    found = parse(execute(data))
    assert found is None or found.kind in ("press", "page")
    assert found is None or found.page >= 0


@pytest.mark.parametrize(
    "given",
    [
        message() | {"from": BOT},
        message() | {"from": {"id": "1", "role": "bot"}},
        message(None),
        activity("messageUpdate", text="my"),
        activity("messageReaction"),
        activity("typing"),
        activity("somethingNew"),
        activity("invoke", name="task/fetch", value={"data": {"action": "answer"}}),
        execute({"action": "answer"}, value={"action": {"data": {"action": "answer"}}, "trigger": "automatic"}),
        activity("installationUpdate", action="other"),
        activity("conversationUpdate", membersAdded=[RUTH]),
        activity("conversationUpdate", membersAdded=["28:x", None], membersRemoved="28:x"),
        activity("conversationUpdate", channelData={"eventType": "channelMemberAdded"}),
        {},
        {"type": ["message"]},
    ],
)
def test_what_is_not_for_us_is_not_heard(given: Activity) -> None:
    assert parse(given) is None


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (activity("installationUpdate", action="add"), "installed"),
        (activity("installationUpdate", action="add-upgrade"), "installed"),
        (activity("installationUpdate", action="remove"), "removed"),
        (activity("conversationUpdate", membersAdded=[RUTH, BOT]), "installed"),
        (activity("conversationUpdate", membersRemoved=[BOT]), "removed"),
    ],
)
def test_that_we_come_and_go_is_heard_in_the_persons_own_order(given: Activity, kind: str) -> None:
    found = heard(given)
    assert (found.kind, found.user, found.lane, found.conversation) == (kind, USER, USER, "a:personal-chat")
    in_channel = heard(given | {"conversation": THREAD, "channelData": IN_TEAM})
    assert (in_channel.kind, in_channel.user, in_channel.lane) == (kind, "", "teams")


@pytest.mark.parametrize("event", ["channelCreated", "channelDeleted", "channelRenamed", "teamArchived", "teamDeleted"])
def test_what_befalls_a_channel_is_heard_in_one_order_and_of_that_channel(event: str) -> None:
    data = IN_TEAM | {"eventType": event, "channel": {"id": f"19:gone@{THREADS}", "name": "Cabinet"}}
    given = activity("conversationUpdate", conversation=THREAD, channelData=data)
    found, where = heard(given), reference(given)
    assert where is not None
    assert (found.kind, found.event, found.lane) == ("channel", event, "teams")
    assert (where.conversation, where.name) == (f"19:gone@{THREADS}", "Cabinet")


def test_where_a_personal_chat_is_is_kept_with_whose_it_is() -> None:
    assert reference(message()) == Reference("a:personal-chat", SERVICE, TENANT, TeamsKind.PERSONAL, account=USER)


def test_where_a_channel_is_is_kept_without_the_thread_and_without_who_spoke() -> None:
    found = reference(message(conversation=THREAD | {"name": "General"}, channelData=IN_TEAM))
    assert found == Reference(
        CHANNEL_ID, SERVICE, TENANT, TeamsKind.CHANNEL, team="Board", team_id=f"19:team@{THREADS}"
    )
    bare = reference(message(conversation=THREAD, channelData={}))
    assert bare == Reference(CHANNEL_ID, SERVICE, TENANT, TeamsKind.CHANNEL)


def test_a_group_chat_is_called_as_its_people_call_it() -> None:
    found = reference(message(conversation=GROUP | {"name": "Agenda"}))
    assert found == Reference(str(GROUP["id"]), SERVICE, TENANT, TeamsKind.GROUP, name="Agenda")


@pytest.mark.parametrize("missing", ["conversation", "serviceUrl"])
def test_an_activity_that_does_not_say_where_it_comes_from_is_from_nowhere(missing: str) -> None:
    assert reference({key: value for key, value in message().items() if key != missing}) is None


def test_a_stranger_is_noted_once_a_day_with_where_they_can_be_answered() -> None:
    first, again = (noted(message(id=each), date(2019, 9, 2)) for each in ("1", "2"))
    assert heard(first) == heard(again)
    assert heard(first).key != heard(noted(message(), date(2019, 9, 3))).key
    assert (heard(first).kind, heard(first).user, heard(first).conversation) == ("stranger", USER, CHAT["id"])
    assert reference(first) == reference(message())

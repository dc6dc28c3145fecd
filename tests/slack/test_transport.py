"""Messages to a strict Slack: each there once, whatever goes wrong on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from remembrancer.bot.slack.outbound.transport import SlackTransport
from remembrancer.models.message import Attachment, Message, Part, message
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Sent, Trouble
from remembrancer.wording import phrase
from tests.free_time import FreeTime
from tests.slack.connected import transport_to
from tests.slack.strict import Slack
from tests.slack.strict.faults import CALLS, Faults
from tests.slack.strict.state import Message as Posted

PICTURE = Attachment(name="chart.png", media_type="image/png", data=b"cG5n", alt="Three of four are on track")
REPORT = Attachment(name="report.docx", media_type="application/msword", data=b"d29yZHM=")


def long(parts: int = 30, word: str = "Part") -> Message:
    """So many parts as make three pieces."""
    return message(*(f"{word} {n}" for n in range(parts)))


def digest(details: int, *attachments: Attachment) -> Message:
    """A headline, and detail for the thread."""
    detail = (Part(text=f"Detail {n}", detail=True) for n in range(details))
    return Message(parts=(Part(text="Headline", attachments=attachments), *detail))


@pytest.fixture
def lead(slack: Slack) -> str:
    return slack.do(lambda: slack.workspace.dm(slack.workspace.add_user("ruth", "ruth@example.org"))).id


@pytest.fixture
def transport(slack: Slack) -> SlackTransport:
    return transport_to(slack)


def send_somehow(transport: SlackTransport, conversation: str, content: Message, key: str = "key") -> Sent:
    """As the sender does: what is in doubt is looked for, and sent again only where it is not there."""
    in_doubt = False
    for _ in range(20):
        try:
            found = transport.find(conversation, key) if in_doubt else None
            in_doubt = False
            return found or transport.send(conversation, key, content, perhaps_again=False)
        except SendError as error:
            if error.trouble not in (Trouble.DOUBT, Trouble.AGAIN):
                raise
            in_doubt = in_doubt or error.trouble == Trouble.DOUBT or error.in_part
        except InPartError:
            in_doubt = False
    raise AssertionError("it was never sent")


def texts(posted: list[Posted]) -> list[str]:
    return [text for one in posted for text in one.text.split("\n\n")]


def refused(transport: SlackTransport, conversation: str, content: Message | None = None) -> SendError:
    with pytest.raises(SendError) as found:
        transport.send(conversation, "key", content or message("Hello"), perhaps_again=False)
    return found.value


def test_what_was_posted_weeks_ago_is_found_and_what_was_there_before_is_not_looked_at(
    slack: Slack, transport: SlackTransport, lead: str
) -> None:
    transport.send(lead, "key", message("Long before"), perhaps_again=False)
    slack.later(timedelta(days=2).total_seconds())
    written = slack.clock.now()
    sent = transport.send(lead, "key", long(), perhaps_again=False, since=written)
    slack.later(timedelta(days=30).total_seconds())
    assert transport.find(lead, "key", written) == sent
    assert transport.send(lead, "key", long(), perhaps_again=False, since=written) == sent
    assert transport.find(lead, "key", written + timedelta(days=3)) is None


def test_a_message_carries_its_key_and_is_found_by_it(slack: Slack, transport: SlackTransport, lead: str) -> None:
    sent = transport.send(lead, "key", message("**Hello**"), perhaps_again=False)
    transport.send(lead, "other", message("Hello"), perhaps_again=False)
    [posted, _] = slack.messages(lead)
    assert (posted.ts, posted.text) == (sent.remote_id, "Hello")
    assert posted.blocks
    assert transport.find(lead, "key") == sent
    assert transport.find(lead, "never sent") is None


def test_nothing_is_unfurled_and_no_name_becomes_a_mention(slack: Slack, transport: SlackTransport, lead: str) -> None:
    transport.send(lead, "key", message("See https://example.org, @ruth"), perhaps_again=False)
    [call] = slack.called("chat.postMessage")
    assert [call.args[name] for name in ("unfurl_links", "unfurl_media", "link_names")] == [False, False, False]


def test_a_short_message_is_one_call(slack: Slack, transport: SlackTransport, lead: str) -> None:
    transport.send(lead, "key", message("Hello"), perhaps_again=False)
    assert [call.method for call in slack.calls] == ["chat.postMessage"]


def test_a_long_message_is_several_in_order_with_one_name(slack: Slack, transport: SlackTransport, lead: str) -> None:
    sent = transport.send(lead, "key", long(), perhaps_again=False)
    posted = slack.messages(lead)
    assert sent.remote_id == ",".join(one.ts for one in posted)
    assert len(posted) == 3
    assert texts(posted) == [f"Part {n}" for n in range(30)]
    assert transport.find(lead, "key") == sent


class Nth(Faults):
    """One fault strikes the nth call of one method."""

    def __init__(self, method: str, number: int, fault: str) -> None:
        super().__init__()
        self.method, self.number, self.fault = method, number, fault

    def strike_call(self, method: str) -> str | None:
        self.number -= method == self.method
        if self.number or method != self.method:
            return None
        return self._count(self.fault)


EVERYWHERE = [
    ("chat.postMessage", 1),
    ("chat.postMessage", 2),
    ("chat.postMessage", 3),
    ("conversations.history", 1),
    ("files.getUploadURLExternal", 1),
    ("files.getUploadURLExternal", 2),
    ("files.completeUploadExternal", 1),
    ("files.completeUploadExternal", 2),
]


@pytest.mark.parametrize("fault", CALLS)
@pytest.mark.parametrize(("method", "number"), EVERYWHERE)
def test_whatever_strikes_wherever_each_piece_and_file_is_there_once(method: str, number: int, fault: str) -> None:
    content = digest(27, PICTURE, REPORT)
    with Slack(hang=0.01, faults=Nth(method, number, fault)) as slack:
        room = slack.room("cabinet", [])
        sent = send_somehow(transport_to(slack), room, content)
        posted = slack.messages(room)
        said = [one for one in posted if not one.files]
        assert slack.faults.counts[fault] == 1
        assert sent.remote_id == ",".join(one.ts for one in said)
        assert texts(said) == [part.text for part in content.parts]
        assert [file["name"] for one in posted for file in one.files] == ["report.docx"]
        assert [one.thread_ts for one in posted] == [None, *(said[0].ts for _ in posted[1:])]
        assert [block["alt_text"] for one in said for block in one.blocks if block["type"] == "image"] == [PICTURE.alt]


@pytest.mark.parametrize("fault", CALLS)
def test_whatever_strikes_a_short_message_it_is_there_once(fault: str) -> None:
    with Slack(hang=0.01, faults=Nth("chat.postMessage", 1, fault)) as slack:
        room = slack.room("cabinet", [])
        send_somehow(transport_to(slack), room, message("Hello"))
        assert [one.text for one in slack.messages(room)] == ["Hello"]
        assert slack.faults.counts[fault] == 1


def test_what_was_sent_in_part_and_has_changed_since_is_whole_as_it_is_now() -> None:
    with Slack(faults=Nth("chat.postMessage", 3, "500 before")) as slack:
        room, transport = slack.room("cabinet", []), transport_to(slack)
        assert refused(transport, room, long()).trouble == Trouble.DOUBT
        with pytest.raises(InPartError):
            transport.find(room, "key")
        transport.send(room, "key", long(word="Now"), perhaps_again=False)
        assert texts(slack.messages(room)) == [f"Now {n}" for n in range(30)]


@pytest.mark.parametrize(("number", "in_part"), [(1, False), (2, True)])
def test_whatever_ends_it_early_some_of_a_message_is_told_of(number: int, in_part: bool) -> None:
    with Slack(faults=Nth("chat.postMessage", number, "429")) as slack:
        error = refused(transport_to(slack), slack.room("cabinet", []), long())
        assert (error.trouble, error.in_part) == (Trouble.AGAIN, in_part)


def test_what_may_be_a_repeat_says_so_first(slack: Slack, transport: SlackTransport, lead: str) -> None:
    transport.send(lead, "key", message("Hello"), perhaps_again=True)
    [posted] = slack.messages(lead)
    assert posted.text.startswith("Perhaps a repeat:")
    assert posted.text.endswith("Hello")


def test_a_card_is_updated_where_it_is_and_is_found_as_before(
    slack: Slack, transport: SlackTransport, lead: str
) -> None:
    sent = replace(transport.send(lead, "key", message("Before"), perhaps_again=False), key="key")
    assert transport.update(lead, sent, message("After")).remote_id == sent.remote_id
    [posted] = slack.messages(lead)
    assert posted.text == "After"
    assert "After" in str(posted.blocks)
    assert transport.find(lead, "key") == Sent(sent.remote_id)


def test_a_card_that_grows_is_continued_and_one_that_shrinks_says_what_is_no_more(
    slack: Slack, transport: SlackTransport, lead: str
) -> None:
    sent = replace(transport.send(lead, "key", message("Before"), perhaps_again=False), key="key")
    grown = replace(transport.update(lead, sent, long()), key="key")
    posted = slack.messages(lead)
    assert texts(posted) == [f"Part {n}" for n in range(30)]
    assert grown.remote_id == ",".join(one.ts for one in posted)
    shrunk = transport.update(lead, grown, message("After"))
    assert shrunk.remote_id == grown.remote_id
    assert [one.text for one in slack.messages(lead)] == ["After", *2 * [phrase("slack_admin.no_more")]]
    again = transport.update(lead, replace(shrunk, key="key"), long(word="Again"))
    assert again.remote_id == grown.remote_id
    assert texts(slack.messages(lead)) == [f"Again {n}" for n in range(30)]


@pytest.mark.parametrize("fault", CALLS)
@pytest.mark.parametrize(("method", "number"), [("chat.postMessage", 2), ("chat.postMessage", 3), ("chat.update", 1)])
def test_a_card_that_was_struck_while_it_grew_grows_once(method: str, number: int, fault: str) -> None:
    with Slack(hang=0.01, faults=Nth(method, number, fault)) as slack:
        room, transport = slack.room("cabinet", []), transport_to(slack)
        sent = replace(transport.send(room, "key", message("Before"), perhaps_again=False), key="key")
        with pytest.raises(SendError):
            transport.update(room, sent, long())
        transport.update(room, sent, long())
        assert texts(slack.messages(room)) == [f"Part {n}" for n in range(30)]


def test_a_card_with_files_is_updated_without_sharing_them_again(slack: Slack, transport: SlackTransport) -> None:
    room = slack.room("cabinet", [])
    sent = replace(transport.send(room, "key", digest(1, PICTURE, REPORT), perhaps_again=False), key="key")
    transport.update(room, sent, digest(1, PICTURE, REPORT))
    posted = slack.messages(room)
    assert [len(one.files) for one in posted] == [0, 0, 1]
    assert "image" in [block["type"] for block in posted[0].blocks]


@pytest.mark.parametrize(
    ("remote_id", "reason"), [("1567155600.000100", "message_not_found"), ("theirs", "cant_update_message")]
)
def test_a_card_that_cannot_be_updated_is_given_up(
    slack: Slack, transport: SlackTransport, lead: str, remote_id: str, reason: str
) -> None:
    if remote_id == "theirs":
        ts = slack.workspace.new_ts()
        slack.do(lambda: slack.channel(lead).messages.append(Posted(ts, "U0000000001", "Mine")))
        remote_id = ts
    with pytest.raises(SendError) as found:
        transport.update(lead, Sent(remote_id, "key"), message("After"))
    assert (found.value.trouble, found.value.reason) == (Trouble.BROKEN, reason)


def test_a_picture_that_cannot_stand_in_the_message_is_in_its_thread(slack: Slack, transport: SlackTransport) -> None:
    too_much = PICTURE.model_copy(update={"alt": "So much is on track. " * 120})
    room = slack.room("cabinet", [])
    transport.send(room, "key", digest(1, too_much), perhaps_again=False)
    posted = slack.messages(room)
    assert [len(one.files) for one in posted] == [0, 0, 1]
    assert "image" not in [block["type"] for block in posted[0].blocks]
    assert posted[2].files[0]["alt_txt"].startswith("So much is on track.")
    assert transport.find(room, "key") is not None


def test_somebodys_own_id_and_a_channels_name_are_addresses_too(slack: Slack, transport: SlackTransport) -> None:
    ruth, room = slack.person("ruth"), slack.room("asch-cabinet", [])
    for conversation, key in ((ruth, "one"), ("#asch-cabinet", "two"), ("#asch-cabinet", "three")):
        sent = transport.send(conversation, key, message("Hello"), perhaps_again=False)
        assert transport.find(conversation, key) == sent
        transport.update(conversation, replace(sent, key=key), message("After"))
    assert [one.text for one in slack.messages(ruth)] == ["After"]
    assert [one.text for one in slack.messages(room)] == ["After", "After"]
    assert len(slack.called("conversations.list")) == 1
    # A person's conversation is told by the first post; it is opened only for what needs it before that.
    assert slack.called("conversations.open") == []


def test_a_persons_conversation_is_opened_where_it_must_be_read_before_anything_was_posted(
    slack: Slack, transport: SlackTransport
) -> None:
    ruth = slack.person("ruth")
    sent = transport.send(ruth, "long", long(), perhaps_again=False)
    assert transport_to(slack).find(ruth, "long") == sent
    assert len(slack.called("conversations.open")) == 2


def test_addresses_that_are_dead_are_broken_and_come_alive_again(slack: Slack, transport: SlackTransport) -> None:
    room, ruth = slack.room("cabinet", []), slack.person("ruth")
    assert refused(transport, "#never").reason == "channel_not_found"
    transport.send("#cabinet", "before", message("Hello"), perhaps_again=False)
    slack.archive(room)
    assert refused(transport, "#cabinet").reason == "is_archived"
    new = slack.room("cabinet", [], with_bot=False)
    assert refused(transport, "#cabinet").reason == "not_in_channel"
    slack.invite(new)
    transport.send("#cabinet", "key", message("Hello"), perhaps_again=False)
    transport.send(ruth, "hello", message("Hello"), perhaps_again=False)
    slack.deactivate(ruth)
    assert refused(transport, ruth).trouble == Trouble.BROKEN


def test_a_limit_of_slacks_is_kept_to_in_every_channel(slack: Slack) -> None:
    time = FreeTime()
    transport = transport_to(slack, time)
    one, two = slack.room("one", []), slack.room("two", [])
    slack.do(lambda: slack.faults.arm("chat.postMessage", "429"))
    error = refused(transport, one)
    assert (error.trouble, error.retry_after) == (Trouble.AGAIN, 1)
    began = time.now
    transport.send(two, "key", message("Hello"), perhaps_again=False)
    assert time.now == began + 1


def test_a_dead_installation_is_asked_once_a_minute_until_it_lives(slack: Slack, lead: str) -> None:
    time = FreeTime()
    transport = transport_to(slack, time)
    slack.revoke_tokens()
    for _ in range(5):
        error = refused(transport, lead)
        assert (error.trouble, error.reason, error.of_all) == (Trouble.STOPPED, "token_revoked", True)
    assert len(slack.calls) == 1
    assert transport.stopped == "token_revoked"
    slack.install_again()
    time.now += 60
    transport.send(lead, "key", message("Hello"), perhaps_again=False)
    assert transport.stopped is None


def test_without_the_right_to_read_nobody_can_know(slack: Slack, transport: SlackTransport, lead: str) -> None:
    transport.send(lead, "key", message("Hello"), perhaps_again=False)
    slack.take_scope("im:history")
    with pytest.raises(CannotKnowError):
        transport.find(lead, "key")


def test_a_slack_that_does_not_listen_has_been_sent_nothing() -> None:
    with Slack() as slack:
        transport = transport_to(slack)
    assert refused(transport, "D0000000001").trouble == Trouble.AGAIN

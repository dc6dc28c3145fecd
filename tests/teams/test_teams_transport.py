"""Messages to a strict Teams: each there once, or saying that it may be a repeat where nobody could know."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from bot.message import Message, Part, message
from bot.teams.references import Reference, remember, removed
from bot.teams.transport import TeamsTransport
from bot.transport import CannotKnowError, InPartError, SendError, Sent, Trouble
from logs import set_up_logs
from models import TeamsKind
from tests.delivery.running import until
from tests.delivery.scripted import NOW
from tests.teams.connected import FreeTime, connected
from tests.teams.strict import Teams
from tests.teams.strict.faults import AFTER, CALLS, TOLD
from tests.teams.strict.state import Shown
from wording import say

AGAIN = say("teams_admin.perhaps_again")
NO_MORE = say("teams_admin.no_more")


def long(parts: int = 30, word: str = "Part") -> Message:
    """So many parts as make three pieces."""
    return message(*(f"{word} {n}" for n in range(parts)))


def digest(details: int) -> Message:
    """A headline, and detail for the thread."""
    return Message(parts=(Part(text="Headline"), *(Part(text=f"Detail {n}", detail=True) for n in range(details))))


def texts(shown: list[Shown]) -> list[str]:
    return [text for one in shown for text in one.text.split("\n\n")]


def names(shown: list[Shown]) -> str:
    return ",".join(one.id for one in shown)


def refused(transport: TeamsTransport, conversation: str, content: Message | None = None) -> SendError:
    with pytest.raises(SendError) as found:
        transport.send(conversation, "key", content or message("Hello"), perhaps_again=False)
    return found.value


def send_somehow(transport: TeamsTransport, conversation: str, content: Message, key: str = "key") -> Sent:
    """As the sender does: what is in doubt is asked after, and sent again where nobody knows."""
    in_doubt = perhaps_again = False
    for _ in range(20):
        try:
            found = transport.find(conversation, key) if in_doubt else None
            return found or transport.send(conversation, key, content, perhaps_again)
        except SendError as error:
            if error.trouble not in (Trouble.DOUBT, Trouble.AGAIN):
                raise
            in_doubt = in_doubt or error.trouble == Trouble.DOUBT or error.in_part
        except InPartError:
            in_doubt = False
        except CannotKnowError:
            in_doubt, perhaps_again = False, True
    raise AssertionError("it was never sent")


def test_a_short_message_is_one_call_and_is_called_what_teams_calls_it(
    teams: Teams, transport: TeamsTransport, lead: str
) -> None:
    sent = transport.send(lead, "key", message("Hello"), perhaps_again=False)
    [posted] = teams.shown(lead)
    assert (posted.id, posted.text) == (sent.remote_id, "Hello")
    assert [call.kind for call in teams.calls] == ["post"]


def test_a_long_message_is_several_in_order_with_one_name(teams: Teams, transport: TeamsTransport, lead: str) -> None:
    sent = transport.send(lead, "key", long(), perhaps_again=False)
    posted = teams.shown(lead)
    assert (len(posted), sent.remote_id) == (3, names(posted))
    assert texts(posted) == [f"Part {n}" for n in range(30)]


def test_in_a_channel_the_headline_stands_first_and_detail_beneath_it(teams: Teams, transport: TeamsTransport) -> None:
    channel = teams.channel()
    sent = transport.send(channel, "key", digest(12), perhaps_again=False)
    posted = teams.shown(channel)
    assert [one.thread for one in posted] == [None, posted[0].id, posted[0].id]
    assert texts(posted) == ["Headline", *(f"Detail {n}" for n in range(12))]
    assert sent.remote_id == names(posted)


def test_in_a_chat_all_stands_in_sequence(teams: Teams, transport: TeamsTransport, lead: str) -> None:
    transport.send(lead, "key", digest(2), perhaps_again=False)
    [posted] = teams.shown(lead)
    assert (posted.thread, posted.text) == (None, "Headline\n\nDetail 0\n\nDetail 1")


@pytest.mark.parametrize("fault", CALLS)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_whatever_strikes_wherever_nothing_is_lost_and_a_repeat_says_so(store: Engine, number: int, fault: str) -> None:
    with Teams(hang=0.01) as teams, connected(teams, store) as transport:
        channel = teams.channel()
        teams.arm("post", *["no fault"] * number, fault)
        sent = send_somehow(transport, channel, digest(12))
        posted = teams.shown(channel)
        repeats = [one for one in posted if AGAIN in one.text and AGAIN in one.activity["summary"]]
        assert len(repeats) == (fault not in TOLD)
        assert len(posted) == 3 + (fault in AFTER), "only what had arrived is there twice"
        kept = [one for one in posted if one.id in sent.remote_id.split(",")]
        assert [each for each in texts(kept) if each != AGAIN] == ["Headline", *(f"Detail {n}" for n in range(12))]
        assert teams.faults.counts == {fault: 1}


@pytest.mark.parametrize("fault", CALLS)
def test_an_update_is_never_in_doubt_and_is_repeated_without_a_trace(store: Engine, fault: str) -> None:
    with Teams(hang=0.01) as teams, connected(teams, store) as transport:
        lead = teams.chat(teams.person("Ruth"))
        sent = replace(transport.send(lead, "key", message("Before"), perhaps_again=False), key="key")
        teams.arm("update", fault)
        if fault == "nameless":
            transport.update(lead, sent, message("After"))
        else:
            with pytest.raises(SendError) as found:
                transport.update(lead, sent, message("After"))
            assert found.value.trouble == Trouble.AGAIN
        assert transport.update(lead, sent, message("After")).remote_id == sent.remote_id
        assert texts(teams.shown(lead)) == ["After"]


@pytest.mark.parametrize(("number", "in_part"), [(0, False), (1, True)])
@pytest.mark.parametrize("fault", ["429", "412"])
def test_some_of_a_message_is_there_or_none_is(
    teams: Teams, transport: TeamsTransport, lead: str, number: int, in_part: bool, fault: str
) -> None:
    teams.arm("post", *["no fault"] * number, fault)
    error = refused(transport, lead, long())
    assert (error.trouble, error.in_part) == (Trouble.AGAIN, in_part)
    with pytest.raises(InPartError if in_part else CannotKnowError):
        transport.find(lead, "key")


def test_what_was_sent_in_part_and_has_changed_since_is_whole_as_it_is_now(
    teams: Teams, transport: TeamsTransport, lead: str
) -> None:
    teams.arm("post", "no fault", "no fault", "412")
    refused(transport, lead, long())
    transport.send(lead, "key", long(word="Now"), perhaps_again=False)
    assert texts(teams.shown(lead)) == [f"Now {n}" for n in range(30)]


def test_what_was_sent_in_part_is_completed_and_not_said_again(
    teams: Teams, transport: TeamsTransport, lead: str
) -> None:
    teams.arm("post", "no fault", "429")
    refused(transport, lead, long())
    transport.send(lead, "key", long(), perhaps_again=False)
    assert [call.kind for call in teams.calls if call.done] == ["post"] * 3


def test_a_piece_that_was_taken_away_before_the_message_was_whole_is_said_anew(
    teams: Teams, transport: TeamsTransport, lead: str
) -> None:
    teams.arm("post", "no fault", "no fault", "412")
    refused(transport, lead, long())
    gone = teams.shown(lead)[1]
    teams.do(lambda: setattr(gone, "deleted", True))
    sent = transport.send(lead, "key", long(word="Now"), perhaps_again=False)
    assert sorted(texts(teams.shown(lead))) == sorted(f"Now {n}" for n in range(30))
    assert set(sent.remote_id.split(",")) == {one.id for one in teams.shown(lead)}


def test_what_this_process_sent_whole_is_found_and_of_all_else_nobody_can_know(
    teams: Teams, transport: TeamsTransport, store: Engine, lead: str
) -> None:
    sent = transport.send(lead, "key", long(), perhaps_again=False)
    assert transport.find(lead, "key") == sent
    with pytest.raises(CannotKnowError):
        transport.find(lead, "another")
    with connected(teams, store) as another, pytest.raises(CannotKnowError):
        another.find(lead, "key")


def test_what_may_be_a_repeat_says_so_first(teams: Teams, transport: TeamsTransport, lead: str) -> None:
    transport.send(lead, "key", message("Hello"), perhaps_again=True)
    [posted] = teams.shown(lead)
    assert posted.text == f"{AGAIN}\n\nHello"


def test_a_card_that_grows_is_continued_and_one_that_shrinks_says_what_is_no_more(
    teams: Teams, transport: TeamsTransport, lead: str
) -> None:
    sent = replace(transport.send(lead, "key", message("Before"), perhaps_again=False), key="key")
    grown = replace(transport.update(lead, sent, long()), key="key")
    assert texts(teams.shown(lead)) == [f"Part {n}" for n in range(30)]
    assert grown.remote_id == names(teams.shown(lead))
    shrunk = replace(transport.update(lead, grown, message("After")), key="key")
    assert [one.text for one in teams.shown(lead)] == ["After", NO_MORE, NO_MORE]
    assert transport.update(lead, shrunk, long(word="Again")).remote_id == grown.remote_id
    assert texts(teams.shown(lead)) == [f"Again {n}" for n in range(30)]


def test_what_shrinks_and_grows_in_a_channel_does_so_in_its_thread(teams: Teams, transport: TeamsTransport) -> None:
    channel = teams.channel()
    sent = replace(transport.send(channel, "key", digest(12), perhaps_again=False), key="key")
    shrunk = replace(transport.update(channel, sent, digest(0)), key="key")
    assert texts(teams.shown(channel)) == ["Headline", NO_MORE, NO_MORE]
    transport.update(channel, shrunk, digest(25))
    posted = teams.shown(channel)
    assert texts(posted) == ["Headline", *(f"Detail {n}" for n in range(25))]
    assert [one.thread for one in posted] == [None, *[posted[0].id] * 3]


@pytest.mark.parametrize("fault", CALLS)
def test_a_card_that_was_struck_while_it_grew_says_where_it_may_repeat(store: Engine, fault: str) -> None:
    with Teams(hang=0.01) as teams, connected(teams, store) as transport:
        lead = teams.chat(teams.person("Ruth"))
        sent = replace(transport.send(lead, "key", message("Before"), perhaps_again=False), key="key")
        teams.arm("post", "no fault", fault)
        with pytest.raises(SendError):
            transport.update(lead, sent, long())
        grown = transport.update(lead, sent, long())
        posted = teams.shown(lead)
        assert len(posted) == 3 + (fault in AFTER)
        assert sum(AGAIN in one.text for one in posted) == (fault not in TOLD)
        kept = [one for one in posted if one.id in grown.remote_id.split(",")]
        assert [each for each in texts(kept) if each != AGAIN] == [f"Part {n}" for n in range(30)]


def test_what_another_process_let_a_card_show_is_no_reason_to_leave_it_so(
    teams: Teams, transport: TeamsTransport, store: Engine, lead: str
) -> None:
    sent = replace(transport.send(lead, "key", message("One"), perhaps_again=False), key="key")
    with connected(teams, store) as another:
        another.update(lead, sent, message("Two"))
    transport.update(lead, sent, message("One"))
    assert texts(teams.shown(lead)) == ["One"]


def test_a_card_that_was_taken_away_is_given_up(teams: Teams, transport: TeamsTransport, lead: str) -> None:
    with pytest.raises(SendError) as found:
        transport.update(lead, Sent("1700000000000", "key"), message("After"))
    assert found.value.trouble == Trouble.BROKEN
    assert found.value.reason.startswith("ActivityNotFoundInConversation")


def test_somebodys_entra_id_and_a_channels_name_are_addresses_too(
    teams: Teams, transport: TeamsTransport, store: Engine
) -> None:
    ruth, channel = teams.person("Ruth"), teams.channel()
    with Session(store) as session:
        told = Reference(channel, teams.url, teams.tenant, TeamsKind.CHANNEL, "Cabinet", "Democratic Services")
        remember(session, told, NOW, loopback=True)
        session.commit()
    for key, where in enumerate((ruth.account, ruth.account, "#cabinet", "Democratic services / CABINET")):
        sent = transport.send(where, str(key), message("Hello"), perhaps_again=False)
        transport.update(where, replace(sent, key=str(key)), message("After"))
    assert texts(teams.shown(teams.chat(ruth))) == texts(teams.shown(channel)) == ["After", "After"]
    assert len(teams.called("create")) == 1


def test_a_chat_that_is_known_is_not_made_again(teams: Teams, transport: TeamsTransport, store: Engine) -> None:
    ruth = teams.person("Ruth")
    with Session(store) as session:
        told = Reference(teams.chat(ruth), teams.url, teams.tenant, TeamsKind.PERSONAL, account=ruth.account.upper())
        remember(session, told, NOW, loopback=True)
        session.commit()
    transport.send(ruth.account, "key", message("Hello"), perhaps_again=False)
    assert [call.kind for call in teams.calls] == ["post"]


def test_addresses_that_are_dead_are_broken_and_come_alive_again(teams: Teams, transport: TeamsTransport) -> None:
    ruth = teams.person("Ruth")
    ruth.installed = False
    assert refused(transport, ruth.account).reason.startswith("ForbiddenOperationException")
    ruth.installed = True
    transport.send(ruth.account, "before", message("Hello"), perhaps_again=False)
    ruth.blocked = True
    error = refused(transport, ruth.account)
    assert (error.trouble, error.of_all) == (Trouble.BROKEN, False)
    assert error.reason.startswith("ConversationBlockedByUser")
    ruth.blocked = False
    transport.send(ruth.account, "key", message("Hello"), perhaps_again=False)
    assert refused(transport, "19:never@thread.tacv2").reason.startswith("ConversationNotFound")
    nobody = refused(transport, "99999999-0000-4000-8000-000000000000")
    assert (nobody.trouble, nobody.reason.partition(":")[0]) == (Trouble.BROKEN, "BadArgument")


def test_nothing_is_sent_where_the_app_was_taken_away_until_it_is_there_again(
    teams: Teams, transport: TeamsTransport, store: Engine, lead: str
) -> None:
    told = Reference(lead, teams.url, teams.tenant, TeamsKind.PERSONAL)
    with Session(store) as session:
        remember(session, told, NOW, loopback=True)
        removed(session, lead, NOW)
        session.commit()
        assert refused(transport, lead).trouble == Trouble.BROKEN
        assert teams.calls == []
        remember(session, told, NOW, loopback=True)
        session.commit()
    transport.send(lead, "key", message("Hello"), perhaps_again=False)


def test_what_teams_refuses_of_a_message_is_ours(teams: Teams, transport: TeamsTransport, lead: str) -> None:
    error = refused(transport, lead, message("x" * 60_000))
    assert (error.trouble, error.reason) == (Trouble.OURS, "MessageSizeTooBig: Message size too large.")
    teams.refuse("post", 400, "BadArgument")
    assert refused(transport, lead).trouble == Trouble.OURS


def test_a_limit_of_teams_is_kept_to_in_that_conversation_alone(teams: Teams, store: Engine, lead: str) -> None:
    time, other = FreeTime(), teams.chat(teams.person("Tom"))
    with connected(teams, store, time) as transport:
        teams.arm("post", "429")
        error = refused(transport, lead)
        assert (error.trouble, error.retry_after, error.of_all) == (Trouble.AGAIN, 1, False)
        began = time.now
        transport.send(other, "key", message("Hello"), perhaps_again=False)
        assert time.now == began
        transport.send(lead, "key", message("Hello"), perhaps_again=False)
        assert time.now == began + 1


def test_a_dead_installation_is_asked_once_a_minute_until_it_lives(teams: Teams, store: Engine, lead: str) -> None:
    time = FreeTime()
    with connected(teams, store, time) as transport:
        teams.set_token("another")
        for _ in range(5):
            error = refused(transport, lead)
            assert (error.trouble, error.of_all) == (Trouble.STOPPED, True)
        assert len(teams.calls) == 1
        assert transport.stopped == "Unauthorized: Authorization has been denied for this request."
        teams.set_token("strict")
        time.now += 60
        transport.send(lead, "key", message("Hello"), perhaps_again=False)
        assert transport.stopped is None


def test_a_teams_that_does_not_listen_has_been_sent_nothing(store: Engine) -> None:
    with Teams() as teams:
        lead = teams.chat(teams.person("Ruth"))
    with connected(teams, store) as transport:
        assert refused(transport, lead).trouble == Trouble.AGAIN


def test_a_teams_that_does_not_answer_is_waited_for_so_long_and_no_longer(store: Engine) -> None:
    with Teams(hang=30) as teams, connected(teams, store, timeout=0.2) as transport:
        lead = teams.chat(teams.person("Ruth"))
        teams.arm("post", "hung")
        assert refused(transport, lead).trouble == Trouble.DOUBT


def test_what_was_under_way_when_the_service_ended_is_in_doubt_and_nothing_is_begun_after(store: Engine) -> None:
    with Teams(hang=30) as teams, ThreadPoolExecutor() as pool, connected(teams, store, timeout=30.0) as transport:
        lead = teams.chat(teams.person("Ruth"))
        teams.arm("post", "hung")
        under_way = pool.submit(refused, transport, lead)
        until(lambda: bool(teams.shown(lead)), 30, "it arrives")
        transport.connector.stop()
        assert under_way.result(30).trouble == Trouble.DOUBT
        assert refused(transport, lead).trouble == Trouble.AGAIN


def test_no_address_that_is_called_is_written_down(
    teams: Teams, transport: TeamsTransport, lead: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    set_up_logs("json")
    transport.send(lead, "key", message("Hello"), perhaps_again=False)
    assert lead not in caplog.text

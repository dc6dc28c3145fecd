"""Cards that are brought up to date in a strict Teams: changed where they are, continued, and never in doubt."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.models.message import message
from remembrancer.scheduler.outbox.transport import SendError, Sent, Trouble
from tests.teams.connected import connected
from tests.teams.saying import AGAIN, NO_MORE, digest, long, names, texts
from tests.teams.strict import Teams
from tests.teams.strict.faults import AFTER, CALLS, TOLD


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
    sent = replace(transport.send(channel, "key", digest(15), perhaps_again=False), key="key")
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
    assert found.value.is_gone


def test_a_card_of_whoever_blocks_us_is_not_gone(teams: Teams, transport: TeamsTransport) -> None:
    ruth = teams.person("Ruth")
    sent = transport.send(teams.chat(ruth), "key", message("Before"), perhaps_again=False)
    teams.do(lambda: setattr(ruth, "blocked", True))
    with pytest.raises(SendError) as found:
        transport.update(teams.chat(ruth), sent, message("After"))
    assert (found.value.trouble, found.value.is_gone) == (Trouble.BROKEN, False)

"""Messages to a strict Teams: each there once, or saying that it may be a repeat where nobody could know."""

import pytest
from sqlalchemy import Engine

from remembrancer.bot.teams.clients import make_clients
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.models.message import message
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Trouble
from remembrancer.settings import Settings
from tests.teams.connected import connected
from tests.teams.saying import AGAIN, digest, long, names, refused, send_somehow, texts
from tests.teams.strict import Teams
from tests.teams.strict.faults import AFTER, CALLS, TOLD


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
    sent = transport.send(channel, "key", digest(15), perhaps_again=False)
    posted = teams.shown(channel)
    assert [one.thread for one in posted] == [None, posted[0].id, posted[0].id]
    assert texts(posted) == ["Headline", *(f"Detail {n}" for n in range(15))]
    assert sent.remote_id == names(posted)


def test_in_a_chat_all_stands_in_sequence(teams: Teams, transport: TeamsTransport, lead: str) -> None:
    transport.send(lead, "key", digest(2), perhaps_again=False)
    [posted] = teams.shown(lead)
    assert (posted.thread, posted.text) == (None, "Headline\n\nDetail 0\n\nDetail 1")


def test_before_the_local_teams_has_called_nothing_is_sent_and_microsofts_host_is_not_asked(store: Engine) -> None:
    """A prompt that falls due first waits; with a stand-in token it would be refused, and all sending would stop."""
    connector = make_clients(store, Settings(_env_file=None), playground=True).connector
    connector.start()
    try:
        with pytest.raises(SendError) as caught:
            connector.create("00000000-0000-0000-0000-0000000000020")
    finally:
        connector.stop()
    assert (caught.value.trouble, caught.value.reason) == (Trouble.AGAIN, "NoServiceUrlYet")
    assert connector.stopped is None


@pytest.mark.parametrize("fault", CALLS)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_whatever_strikes_wherever_nothing_is_lost_and_a_repeat_says_so(store: Engine, number: int, fault: str) -> None:
    with Teams(hang=0.01) as teams, connected(teams, store) as transport:
        channel = teams.channel()
        teams.arm("post", *["no fault"] * number, fault)
        sent = send_somehow(transport, channel, digest(15))
        posted = teams.shown(channel)
        repeats = [one for one in posted if AGAIN in one.text and AGAIN in one.activity["summary"]]
        assert len(repeats) == (fault not in TOLD)
        assert len(posted) == 3 + (fault in AFTER), "only what had arrived is there twice"
        kept = [one for one in posted if one.id in sent.remote_id.split(",")]
        assert [each for each in texts(kept) if each != AGAIN] == ["Headline", *(f"Detail {n}" for n in range(15))]
        assert teams.faults.counts == {fault: 1}


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


def test_what_was_taken_away_and_is_in_doubt_when_it_is_said_anew_says_so_itself(
    teams: Teams, transport: TeamsTransport, lead: str
) -> None:
    teams.arm("post", "no fault", "no fault", "412", "500 after")
    refused(transport, lead, long())
    gone = teams.shown(lead)[1]
    teams.do(lambda: setattr(gone, "deleted", True))
    assert refused(transport, lead, long(word="Now")).trouble == Trouble.DOUBT
    transport.send(lead, "key", long(word="Now"), perhaps_again=False)
    assert [AGAIN in one.text for one in teams.shown(lead)] == [False, False, True, False]
    assert [texts([one])[-1] for one in teams.shown(lead)] == ["Now 11", "Now 23", "Now 23", "Now 29"]
    gone = teams.shown(lead)[2]
    teams.do(lambda: setattr(gone, "deleted", True))
    transport.send(lead, "key", long(word="Then"), perhaps_again=False)
    assert [AGAIN in one.text for one in teams.shown(lead)] == [False] * 4, "it is not in doubt any more"


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

"""Where messages go in a strict Teams, and what stands in their way."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.teams.conversation_references import Reference, mark_removed, store_reference
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.logs import set_up_logs
from remembrancer.models import TeamsKind
from remembrancer.models.message import message
from remembrancer.scheduler.outbox.transport import Trouble
from tests.delivery.running import until
from tests.delivery.scripted import NOW
from tests.free_time import FreeTime
from tests.teams.connected import connected
from tests.teams.saying import refused, texts
from tests.teams.strict import Teams
from tests.teams.strict.state import CHANNEL


def test_somebodys_entra_id_and_a_channels_name_are_addresses_too(
    teams: Teams, transport: TeamsTransport, store: Engine
) -> None:
    ruth, channel = teams.person("Ruth"), teams.channel()
    with Session(store) as session:
        told = Reference(channel, teams.url, teams.tenant, TeamsKind.CHANNEL, "Cabinet", "Democratic Services")
        store_reference(session, told, NOW, loopback=True)
        session.commit()
    for key, where in enumerate((ruth.account, ruth.account, "#cabinet", "Democratic services / CABINET")):
        sent = transport.send(where, str(key), message("Hello"), perhaps_again=False)
        transport.update(where, replace(sent, key=str(key)), message("After"))
    assert texts(teams.shown(teams.chat(ruth))) == texts(teams.shown(channel)) == ["After", "After"]
    assert len(teams.called("create")) == 1


def test_a_chat_is_made_where_the_tenant_was_heard_from_last(store: Engine) -> None:
    with Teams() as before, Teams() as teams, connected(before, store) as transport:
        ruth = teams.person("Ruth")
        with Session(store) as session:
            for number, url in enumerate((before.url, teams.url)):
                told = Reference(f"19:{number}@thread.v2", url, teams.tenant, TeamsKind.GROUP)
                store_reference(session, told, NOW + timedelta(minutes=number), loopback=True)
            session.commit()
        transport.send(ruth.account, "key", message("Hello"), perhaps_again=False)
        assert (texts(teams.shown(teams.chat(ruth))), before.calls) == (["Hello"], [])


def test_a_chat_that_is_known_is_not_made_again(teams: Teams, transport: TeamsTransport, store: Engine) -> None:
    ruth = teams.person("Ruth")
    with Session(store) as session:
        told = Reference(teams.chat(ruth), teams.url, teams.tenant, TeamsKind.PERSONAL, account=ruth.account.upper())
        store_reference(session, told, NOW, loopback=True)
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
    assert refused(transport, f"19:never{CHANNEL}").reason.startswith("ConversationNotFound")
    nobody = refused(transport, "99999999-0000-4000-8000-000000000000")
    assert (nobody.trouble, nobody.reason.partition(":")[0]) == (Trouble.BROKEN, "BadArgument")


def test_nothing_is_sent_where_the_app_was_taken_away_until_it_is_there_again(
    teams: Teams, transport: TeamsTransport, store: Engine, lead: str
) -> None:
    told = Reference(lead, teams.url, teams.tenant, TeamsKind.PERSONAL)
    with Session(store) as session:
        store_reference(session, told, NOW, loopback=True)
        mark_removed(session, lead, NOW)
        session.commit()
        assert refused(transport, lead).trouble == Trouble.BROKEN
        assert teams.calls == []
        store_reference(session, told, NOW, loopback=True)
        session.commit()
    transport.send(lead, "key", message("Hello"), perhaps_again=False)


def test_what_teams_refuses_of_a_message_is_ours(teams: Teams, transport: TeamsTransport, lead: str) -> None:
    for status, code in ((413, "MessageSizeTooBig"), (400, "BadArgument")):
        teams.refuse("post", status, code)
        error = refused(transport, lead)
        assert (error.trouble, error.reason.partition(":")[0]) == (Trouble.OURS, code)


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

"""What is known of conversations, and that the bot's token goes to Microsoft alone."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.teams.conversation_references import (
    DEFAULT_SERVICE_URL,
    SERVICE_HOSTS,
    ForeignAddressError,
    Reference,
    check_service_url,
    find_channel,
    find_chat,
    find_conversation,
    mark_removed,
    store_reference,
)
from remembrancer.models import TeamsConversation, TeamsKind
from remembrancer.models.message import message
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from tests.delivery.scripted import NOW
from tests.teams.connected import connected
from tests.teams.strict import Teams
from tests.teams.strict.state import CHANNEL as ENDS

pytestmark = pytest.mark.both_databases

EMEA = "https://smba.trafficmanager.net/emea/"
CHANNEL = Reference(f"19:one{ENDS}", EMEA, "tenant", TeamsKind.CHANNEL, "Cabinet", "Democratic Services")
RUTH = Reference("a:1ruth", EMEA, "tenant", TeamsKind.PERSONAL, account="AAAAAAAA-0000-4000-8000-00000000000A")
LATER = NOW + timedelta(minutes=1)


@pytest.mark.parametrize("host", sorted(SERVICE_HOSTS))
def test_microsofts_addresses_are_taken_without_their_last_slash(host: str) -> None:
    assert check_service_url(f"https://{host}/teams/") == f"https://{host}/teams"
    assert check_service_url(f"https://{host.upper()}:443/emea/tenant/") == f"https://{host}/emea/tenant"
    assert check_service_url(DEFAULT_SERVICE_URL) == DEFAULT_SERVICE_URL


FOREIGN = [
    "",
    "smba.trafficmanager.net",
    "http://smba.trafficmanager.net/teams",
    "https://smba.trafficmanager.net.example.org/teams",
    "https://example.org/smba.trafficmanager.net",
    "https://smba.trafficmanager.net@example.org/teams",
    "https://example.org#smba.trafficmanager.net",
    "https://example.org\\@smba.trafficmanager.net/",
    f"https://user:secret{'@'}smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/",
    "https://smba.trafficmanager.net:port/",
    "https://smba.trafficmanager.net/teams?next=https://example.org",
    "https://other.trafficmanager.net/teams",
    "https://[::1/teams",
    "file:///etc/passwd",
    "http://127.0.0.1:8080/teams",
    "http://localhost:8080/teams",
]


@pytest.mark.parametrize("url", FOREIGN)
def test_no_other_address_is(url: str) -> None:
    with pytest.raises(ForeignAddressError):
        check_service_url(url)


@pytest.mark.parametrize("url", [each for each in FOREIGN if "127.0.0.1" not in each])
def test_a_stand_in_is_on_this_machine_alone(url: str) -> None:
    assert check_service_url("http://127.0.0.1:8080/teams", loopback=True) == "http://127.0.0.1:8080/teams"
    with pytest.raises(ForeignAddressError):
        check_service_url(url, loopback=True)


@given(host=st.from_regex(r"[a-z0-9.\-@:/\\]{1,40}", fullmatch=True))
def test_no_name_in_front_or_behind_makes_an_address_microsofts(host: str) -> None:
    for url in (f"https://{host}smba.trafficmanager.net/teams", f"https://smba.trafficmanager.net{host}"):
        try:
            taken = check_service_url(url)
        except ForeignAddressError:
            continue
        assert (urlsplit(taken).scheme, urlsplit(taken).hostname) == ("https", "smba.trafficmanager.net")


def test_what_an_event_says_is_kept_once_and_without_the_thread_in_which_it_happened(engine: Engine) -> None:
    for moved in ("https://smba.trafficmanager.net/amer", EMEA):
        with Session(engine) as session:
            told = Reference(f"{CHANNEL.conversation};messageid=17", moved, "tenant", TeamsKind.CHANNEL)
            store_reference(session, CHANNEL, NOW)
            store_reference(session, told, LATER)
            session.commit()
        with Session(engine) as session:
            [row] = session.exec(select(TeamsConversation)).all()
            assert (row.conversation, row.name, row.team) == (CHANNEL.conversation, "Cabinet", "Democratic Services")
            assert (row.service_url, row.seen_at, row.removed_at) == (moved.rstrip("/"), LATER, None)
            assert find_conversation(session, f"{CHANNEL.conversation};messageid=3") == row


def test_what_comes_late_changes_nothing(engine: Engine) -> None:
    old = Reference(CHANNEL.conversation, "https://smba.trafficmanager.net/amer", "tenant", TeamsKind.CHANNEL, "Old")
    with Session(engine) as session:
        mark_removed(session, CHANNEL.conversation, NOW)
        store_reference(session, CHANNEL, LATER)
        store_reference(session, old, NOW)
        mark_removed(session, CHANNEL.conversation, NOW)
        row = find_conversation(session, CHANNEL.conversation)
        assert row is not None
        assert (row.name, row.service_url, row.removed_at) == ("Cabinet", EMEA.rstrip("/"), None)
        mark_removed(session, CHANNEL.conversation, LATER)
        store_reference(session, old, NOW)
        assert row.removed_at == LATER
        assert find_channel(session, "Cabinet") is None


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_two_that_hear_of_one_conversation_at_a_time_keep_it_once(engine: Engine) -> None:
    with Session(engine) as one, Session(engine) as other:
        store_reference(one, CHANNEL, NOW)
        one.commit()
        assert find_conversation(other, CHANNEL.conversation) is not None
        store_reference(one, CHANNEL, LATER)
        one.commit()
        store_reference(other, Reference(CHANNEL.conversation, EMEA, "tenant", TeamsKind.CHANNEL, "Late"), NOW)
        other.commit()
        [row] = one.exec(select(TeamsConversation)).all()
        assert (row.name, row.seen_at) == ("Cabinet", LATER)


def test_nothing_is_kept_of_an_address_that_is_not_microsofts(engine: Engine) -> None:
    foreign = Reference(CHANNEL.conversation, "https://example.org/", "tenant", TeamsKind.CHANNEL)
    with Session(engine) as session:
        with pytest.raises(ForeignAddressError):
            store_reference(session, foreign, NOW)
        assert session.exec(select(TeamsConversation)).all() == []


def test_people_and_channels_are_found_by_what_they_are_called(engine: Engine) -> None:
    twin = Reference(f"19:two{ENDS}", EMEA, "tenant", TeamsKind.CHANNEL, "General", "Adult Social Care")
    other = Reference(f"19:three{ENDS}", EMEA, "tenant", TeamsKind.CHANNEL, "General", "Growth")
    with Session(engine) as session:
        for told in (CHANNEL, RUTH, twin, other):
            store_reference(session, told, NOW)
        found = {
            name: row.conversation if (row := find_channel(session, name)) else None
            for name in ("#cabinet", "Cabinet", "general", "growth / general", "Adult Social Care / General", "a:1ruth")
        }
        assert list(found.values()) == [
            CHANNEL.conversation,
            CHANNEL.conversation,
            None,
            f"19:three{ENDS}",
            f"19:two{ENDS}",
            None,
        ]
        for account in (RUTH.account, RUTH.account.lower()):
            row = find_chat(session, account)
            assert row is not None
            assert row.conversation == "a:1ruth"
        mark_removed(session, "a:1ruth", LATER)
        assert find_chat(session, RUTH.account) is None


def test_an_address_that_is_no_longer_allowed_is_not_called(teams: Teams, store: Engine, lead: str) -> None:
    with Session(store) as session:
        store_reference(session, Reference(lead, teams.url, teams.tenant, TeamsKind.PERSONAL), NOW, loopback=True)
        session.commit()
    with connected(teams, store, loopback=False, service_url=DEFAULT_SERVICE_URL) as transport:
        with pytest.raises(SendError) as found:
            transport.send(lead, "key", message("Hello"), perhaps_again=False)
        assert (found.value.trouble, found.value.reason.partition(":")[0]) == (Trouble.BROKEN, "ForeignAddress")
    assert teams.calls == []
    with pytest.raises(ForeignAddressError):
        connected(teams, store, loopback=False).__enter__()

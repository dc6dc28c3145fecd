"""Who is who in Teams, and which channels there are: from what it tells, and what it says when it is asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from remembrancer import cli
from remembrancer.bot.inbound.sender_lookup import find_sender
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.conversation_references import find_channel, find_channels, find_conversation
from remembrancer.bot.teams.directory import Directory
from remembrancer.clock import SetClock
from remembrancer.models import AuditEvent, ChatAccount, Person, TeamsConversation
from remembrancer.queries.returns import unreachable
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.services.chat_accounts import broken, link
from tests.conftest import EXAMPLE
from tests.slack.connected import NOW
from tests.teams.connected import connector_to
from tests.teams.strict import Teams
from tests.teams.strict import state as strict
from tests.teams.telling import ADDED, INSTALLED, REMOVED, changed, in_channel, told

RUTH, TOM = "lead0@example.org", "lead1@example.org"
Act = Callable[[dict[str, Any]], None]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def directory(loaded: Engine, connector: Connector, clock: SetClock) -> Directory:
    return Directory(loaded, connector, clock)


@pytest.fixture
def ruth(teams: Teams) -> strict.Person:
    return teams.person("Ruth", RUTH.upper(), "rf@example.org")


@pytest.fixture
def linked(teams: Teams, directory: Directory, ruth: strict.Person) -> strict.Person:
    """Ruth, who has the app."""
    directory.installed(told(teams, "installationUpdate", ruth, **INSTALLED))
    return ruth


def accounts(engine: Engine) -> dict[str, ChatAccount]:
    """By e-mail address."""
    with Session(engine) as session:
        return dict(session.exec(select(Person.email, ChatAccount).join(ChatAccount)).all())


def person(session: Session, email: str) -> Person:
    return session.exec(select(Person).where(Person.email == email)).one()


def zone_of(engine: Engine, email: str) -> str:
    with Session(engine) as session:
        return person(session, email).time_zone


def acts(engine: Engine) -> list[str]:
    """What was done since the folder was loaded."""
    with Session(engine) as session:
        query = select(AuditEvent).where(col(AuditEvent.subject).startswith("person"))
        return [f"{event.act} {event.subject}" for event in session.exec(query.order_by(col(AuditEvent.id)))]


def here(engine: Engine) -> dict[str, bool]:
    """Whether we are in it, of each conversation that is known."""
    with Session(engine) as session:
        return {row.conversation: row.removed_at is None for row in session.exec(select(TeamsConversation))}


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", [{"type": "installationUpdate", **INSTALLED}, {"type": "conversationUpdate", **ADDED}])
def test_whoever_gets_the_app_is_linked_by_their_address_to_themselves_and_their_chat(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person, kind: dict[str, Any]
) -> None:
    directory.installed(told(teams, "", ruth) | kind)
    [(email, linked)] = accounts(loaded).items()
    assert (email, linked.platform, linked.account) == (RUTH, "teams", ruth.account)
    assert (linked.conversation, linked.problem) == (teams.chat(ruth), None)
    with Session(loaded) as session:
        known = find_conversation(session, teams.chat(ruth))
        assert known is not None
        assert (known.account, known.service_url) == (ruth.account, teams.url.rstrip("/"))
        heard = find_sender(session, "teams", ruth.account, teams.chat(ruth))
        assert heard == person(session, RUTH)


def test_being_told_again_changes_nothing_and_asks_nothing(
    loaded: Engine, teams: Teams, directory: Directory, linked: strict.Person
) -> None:
    before = accounts(loaded)
    for _ in range(2):
        directory.installed(told(teams, "installationUpdate", linked, **INSTALLED))
        directory.installed(told(teams, "conversationUpdate", linked, **ADDED))
        directory.note_activity(told(teams, "message", linked))
    assert accounts(loaded) == before
    assert acts(loaded) == [f"linked person {RUTH}"]
    assert len(teams.called("members")) == 1


def test_an_address_goes_before_the_name_with_which_one_signs_in(
    loaded: Engine, teams: Teams, directory: Directory
) -> None:
    for who in (teams.person("Ruth", RUTH, TOM), teams.person("Tom", "other@example.org", TOM.upper())):
        directory.installed(told(teams, "installationUpdate", who, **INSTALLED))
        assert accounts(loaded)[RUTH if who.name == "Ruth" else TOM].account == who.account


def test_somebody_without_an_address_is_known_by_how_they_sign_in(
    loaded: Engine, teams: Teams, directory: Directory
) -> None:
    tom = teams.person("Tom", upn=TOM)
    directory.installed(told(teams, "installationUpdate", tom, **INSTALLED))
    assert accounts(loaded)[TOM].account == tom.account


@pytest.mark.parametrize("kind", ["message", "invoke"])
def test_whoever_says_something_for_the_first_time_is_linked_before_it_is_handled(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person, kind: str
) -> None:
    directory.note_activity(told(teams, kind, ruth))
    assert set(accounts(loaded)) == {RUTH}


def test_whoever_nobody_has_the_address_of_is_linked_once_somebody_has(
    loaded: Engine, teams: Teams, directory: Directory
) -> None:
    who = teams.person("Olive", "olive@example.org")
    directory.installed(told(teams, "installationUpdate", who, **INSTALLED))
    assert (accounts(loaded), acts(loaded), here(loaded)) == ({}, [], {teams.chat(who): True})
    with Session(loaded) as session:
        person(session, TOM).email = "olive@example.org"
        session.commit()
    directory.note_activity(told(teams, "message", who))
    assert accounts(loaded)["olive@example.org"].account == who.account


def test_whoever_has_left_the_organisation_is_not_linked(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person
) -> None:
    with Session(loaded) as session:
        person(session, RUTH).active = False
        session.commit()
    directory.note_activity(told(teams, "message", ruth))
    assert accounts(loaded) == {}
    tom = teams.person("Tom", RUTH, TOM)
    directory.note_activity(told(teams, "message", tom))
    assert set(accounts(loaded)) == {TOM}


def test_whoever_was_linked_by_hand_stays_so_and_teams_is_not_asked(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person
) -> None:
    other = teams.person("Somebody", TOM)
    with Session(loaded) as session:
        link(session, person(session, TOM), "teams", ruth.account, NOW, None, ruth.account)
        link(session, person(session, RUTH), "teams", teams.chat(other), NOW, None)
        session.commit()
    for who in (ruth, other):
        directory.note_activity(told(teams, "message", who))
    found = {email: (row.conversation, row.account) for email, row in accounts(loaded).items()}
    assert found == {TOM: (teams.chat(ruth), ruth.account), RUTH: (teams.chat(other), other.account)}
    assert teams.called("members") == []


@pytest.mark.both_databases
def test_nobody_takes_over_an_account_that_is_well_by_having_its_address(
    loaded: Engine, teams: Teams, directory: Directory, linked: strict.Person
) -> None:
    new = teams.person("Ruth", RUTH)
    directory.installed(told(teams, "installationUpdate", new, **INSTALLED))
    assert accounts(loaded)[RUTH].account == linked.account
    directory.removed(told(teams, "installationUpdate", linked, **REMOVED))
    directory.note_activity(told(teams, "message", new))
    assert accounts(loaded)[RUTH].account == new.account
    assert accounts(loaded)[RUTH].problem is None


def test_whoever_takes_the_app_away_is_not_reached_and_is_again_once_they_have_it(
    loaded: Engine, teams: Teams, directory: Directory, linked: strict.Person
) -> None:
    gone = told(teams, "installationUpdate", linked, **REMOVED)
    for _ in range(2):
        directory.note_activity(gone)
        directory.removed(gone)
    assert accounts(loaded)[RUTH].problem == "AppRemoved"
    assert here(loaded) == {teams.chat(linked): False}
    with Session(loaded) as session:
        assert person(session, RUTH).id in unreachable(session)
    directory.installed(told(teams, "installationUpdate", linked, **INSTALLED))
    assert accounts(loaded)[RUTH].problem is None
    assert here(loaded) == {teams.chat(linked): True}
    assert acts(loaded) == [f"{act} person {RUTH}" for act in ("linked", "unreachable", "reachable")]


def test_whoever_writes_is_reached_whatever_was_wrong(
    loaded: Engine, teams: Teams, directory: Directory, linked: strict.Person
) -> None:
    with Session(loaded) as session:
        broken(session, session.exec(select(ChatAccount)).one(), "ConversationBlockedByUser", NOW)
        session.commit()
    directory.note_activity(told(teams, "message", linked))
    assert accounts(loaded)[RUTH].problem is None


def test_a_removal_of_what_nobody_knows_is_harmless(loaded: Engine, teams: Teams, directory: Directory) -> None:
    directory.removed(told(teams, "installationUpdate", teams.person("Nobody"), **REMOVED))
    assert (accounts(loaded), here(loaded)) == ({}, {})


@pytest.mark.parametrize("fault", ["500 before", "429", "412", "dropped after", "garbled", "cut short"])
def test_where_teams_cannot_say_it_just_now_it_is_asked_again_when_it_is_told_again(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person, fault: str
) -> None:
    teams.arm("members", fault)
    said = told(teams, "installationUpdate", ruth, **INSTALLED)
    with pytest.raises(SendError) as found:
        directory.installed(said)
    assert (found.value.trouble, accounts(loaded)) == (Trouble.AGAIN, {})
    directory.installed(said)
    assert set(accounts(loaded)) == {RUTH}


@pytest.mark.parametrize("status", [403, 404])
def test_what_teams_refuses_to_say_is_left_to_an_admin(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person, status: int
) -> None:
    teams.refuse("members", status, "MemberNotFoundInConversation")
    directory.installed(told(teams, "installationUpdate", ruth, **INSTALLED))
    assert (accounts(loaded), here(loaded)) == ({}, {teams.chat(ruth): True})


def test_of_another_host_nothing_is_kept_and_nobody_is_asked(
    loaded: Engine, teams: Teams, ruth: strict.Person, clock: SetClock
) -> None:
    with connector_to(teams, loaded) as connector:
        directory = Directory(loaded, connector, clock)
        foreign = told(teams, "message", ruth, serviceUrl="https://example.org/teams/")
        for act in (directory.note_activity, directory.installed):
            act(foreign)
    assert (here(loaded), teams.calls) == ({}, [])


def test_an_activity_that_does_not_say_where_it_comes_from_is_nothing(loaded: Engine, directory: Directory) -> None:
    for act in (directory.note_activity, directory.installed, directory.removed, directory.channel_changed):
        act({"type": "message"})
    assert here(loaded) == {}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_two_processes_that_hear_of_one_person_at_a_time_link_them_once(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person
) -> None:
    start = Barrier(2)

    def tell(kind: str, more: dict[str, Any]) -> None:
        start.wait(30)
        directory.installed(told(teams, kind, ruth, **more))

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(tell, "installationUpdate", INSTALLED), pool.submit(tell, "conversationUpdate", ADDED)]
        for each in both:
            each.result(60)
    assert acts(loaded) == [f"linked person {RUTH}"]
    assert accounts(loaded)[RUTH].account == ruth.account


def test_teams_knows_where_somebody_is_of_whom_nobody_has_said_it_and_follows_them(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person
) -> None:
    for zone, stands in (
        ("Europe/Paris", "Europe/Paris"),
        ("Mars/Olympus", "Europe/Paris"),
        ("UTC", "Europe/Paris"),
        ("Etc/GMT", "Europe/Paris"),
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("Europe/London", "Europe/London"),
    ):
        directory.note_activity(told(teams, "message", ruth, localTimezone=zone))
        directory.note_activity(told(teams, "message", ruth))
        assert zone_of(loaded, RUTH) == stands
    assert acts(loaded) == [f"linked person {RUTH}", *[f"zone_changed person {RUTH}"] * 3]


def test_where_somebody_has_said_it_teams_changes_nothing(
    loaded: Engine, teams: Teams, directory: Directory, linked: strict.Person
) -> None:
    directory.note_activity(told(teams, "message", linked, localTimezone="Europe/Paris"))
    with Session(loaded) as session:
        person(session, RUTH).time_zone = "Asia/Tokyo"
        session.commit()
    directory.note_activity(told(teams, "message", linked, localTimezone="America/New_York"))
    assert zone_of(loaded, RUTH) == "Asia/Tokyo"


@pytest.fixture
def services(teams: Teams) -> dict[str, str]:
    """A team's channels, by name."""
    first = teams.channel()
    return {"General": first, "Cabinet": teams.channel("Cabinet", first), "Growth": teams.channel("Growth", first)}


def known_as(engine: Engine, *names: str) -> list[str | None]:
    with Session(engine) as session:
        return [row.conversation if (row := find_channel(session, name)) else None for name in names]


def test_once_the_bot_is_in_a_team_each_of_its_channels_is_known_by_its_name(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str]
) -> None:
    first = services["General"]
    for _ in range(2):
        directory.installed(in_channel(teams, "conversationUpdate", first, first, **ADDED))
    assert known_as(loaded, *services) == list(services.values())
    assert known_as(loaded, "Services / General") == [first]
    assert here(loaded) == dict.fromkeys(services.values(), True)


def test_a_channel_that_was_not_known_is_by_what_is_said_there_and_teams_is_asked_once(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str]
) -> None:
    for _ in range(2):
        directory.note_activity(in_channel(teams, "message", services["Cabinet"], services["General"]))
    assert known_as(loaded, "#cabinet") == [services["Cabinet"]]
    assert (len(teams.called("channels")), accounts(loaded)) == (1, {})


def test_nobody_who_says_something_in_a_channel_waits_for_its_name(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str]
) -> None:
    said = in_channel(teams, "message", services["Cabinet"], services["General"])
    teams.arm("channels", "503 before")
    directory.note_activity(said)
    assert (here(loaded), known_as(loaded, "Cabinet")) == ({services["Cabinet"]: True}, [None])
    directory.note_activity(said)
    assert known_as(loaded, "Cabinet") == [services["Cabinet"]]


def test_a_team_of_which_only_the_first_channel_is_told_comes_and_goes_as_a_whole(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str]
) -> None:
    first = services["General"]
    bare = in_channel(teams, "installationUpdate", first, first) | {"channelData": {"tenant": {"id": teams.tenant}}}
    directory.installed(bare | INSTALLED)
    assert known_as(loaded, *services) == list(services.values())
    directory.removed(bare | REMOVED)
    assert here(loaded) == dict.fromkeys(services.values(), False)


def test_a_group_chat_is_kept_and_nobody_is_linked_by_it(
    loaded: Engine, teams: Teams, directory: Directory, ruth: strict.Person
) -> None:
    group = teams.group(ruth)
    there = {"conversationType": "groupChat", "isGroup": True, "id": group}
    directory.installed(told(teams, "conversationUpdate", ruth, conversation=there, **ADDED))
    directory.note_activity(told(teams, "message", ruth, conversation=there))
    assert (here(loaded), accounts(loaded), teams.calls) == ({group: True}, {}, [])
    directory.removed(told(teams, "conversationUpdate", ruth, conversation=there))
    assert here(loaded) == {group: False}


@pytest.mark.both_databases
@pytest.mark.parametrize("event", ["teamArchived", "teamDeleted", "teamHardDeleted", "removal"])
def test_a_team_that_is_gone_takes_its_channels_along_and_no_other_teams_of_the_same_name(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str], event: str
) -> None:
    first, other = services["General"], teams.channel()
    for each in (first, other):
        directory.installed(in_channel(teams, "installationUpdate", each, each, **INSTALLED))
    gone = in_channel(teams, "installationUpdate", first, first, **REMOVED)
    for _ in range(2):
        if event == "removal":
            directory.removed(gone)
        else:
            directory.channel_changed(changed(teams, event, first))
    assert here(loaded) == dict.fromkeys(services.values(), False) | {other: True}
    with Session(loaded) as session:
        assert [row.conversation for row in find_channels(session, "General")] == [other]


@pytest.mark.parametrize("event", ["teamRestored", "teamUnarchived"])
def test_a_team_that_is_back_has_its_channels_again(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str], clock: SetClock, event: str
) -> None:
    first = services["General"]
    directory.installed(in_channel(teams, "installationUpdate", first, first, **INSTALLED))
    directory.channel_changed(changed(teams, "teamArchived", first))
    clock.set(NOW + timedelta(hours=1))
    directory.channel_changed(changed(teams, event, first))
    assert known_as(loaded, *services) == list(services.values())


def test_a_channel_that_is_deleted_is_gone_alone_and_is_there_once_it_is_restored(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str]
) -> None:
    first, cabinet = services["General"], services["Cabinet"]
    directory.installed(in_channel(teams, "installationUpdate", first, first, **INSTALLED))
    event = changed(teams, "channelDeleted", first, id=cabinet, name="Cabinet")
    for _ in range(2):
        directory.note_activity(event)
        directory.channel_changed(event)
    assert here(loaded) == dict.fromkeys(services.values(), True) | {cabinet: False}
    directory.channel_changed(changed(teams, "channelRestored", first, id=cabinet, name="Cabinet"))
    assert known_as(loaded, *services) == list(services.values())


def test_a_channel_that_is_new_is_known_by_its_name_before_anything_is_said_there(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str]
) -> None:
    first, new = services["General"], teams.channel()
    directory.installed(in_channel(teams, "installationUpdate", first, first, **INSTALLED))
    assert known_as(loaded, "Parking") == [None]
    directory.channel_changed(changed(teams, "channelCreated", first, id=new, name="Parking"))
    assert known_as(loaded, "Parking") == [new]


def test_channels_and_teams_are_called_what_they_are_called_now(
    loaded: Engine, teams: Teams, directory: Directory, services: dict[str, str]
) -> None:
    first = services["General"]
    directory.installed(in_channel(teams, "installationUpdate", first, first, **INSTALLED))
    directory.channel_changed(changed(teams, "channelRenamed", first, id=services["Cabinet"], name="Executive"))
    directory.channel_changed(changed(teams, "teamRenamed", first, "Democratic Services"))
    names = ("Cabinet", "Executive", "Services / Growth", "Democratic Services / Growth")
    assert known_as(loaded, *names) == [None, services["Cabinet"], None, services["Growth"]]


@pytest.mark.both_databases
def test_somebody_is_linked_by_hand_by_their_object_id_in_whatever_letters(
    bare_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    assert CliRunner().invoke(cli.app, ["load", str(EXAMPLE)]).exit_code == 0
    account, ruth = "AAAAAAAA-0000-4000-8000-00000000000A", "ruth.fairbrass@example.org"
    done = CliRunner().invoke(cli.app, ["people", "link", ruth, "Teams", account])
    assert done.exit_code == 0, done.output
    made = accounts(bare_engine)[ruth]
    assert (made.platform, made.account, made.conversation) == ("teams", account.lower(), account.lower())

"""Who is who in Slack: matched by address, by hand where that fails, and followed."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.bot.slack.directory import apply_user_event, match
from remembrancer.intake.folder.reader import Folder
from remembrancer.models import AuditEvent, ChatAccount, Person
from remembrancer.models.message import message
from remembrancer.queries.returns import unreachable
from remembrancer.rules.facts import stored_id
from remembrancer.services.chat_accounts import mark_broken
from tests.conftest import EXAMPLE
from tests.slack.connected import NOW, load_unlinked, transport_to, web_to
from tests.slack.strict import Slack

RUTH, TOM, OLIVE = (f"{name}@example.org" for name in ("lead0", "lead1", "sam"))


def accounts(engine: Engine) -> dict[str, ChatAccount]:
    """By e-mail address."""
    with Session(engine) as session:
        rows = session.exec(select(Person.email, ChatAccount).join(ChatAccount)).all()
    return dict(rows)


def person(engine: Engine, email: str) -> Person:
    with Session(engine) as session:
        return session.exec(select(Person).where(Person.email == email)).one()


def everybody(engine: Engine) -> set[int]:
    with Session(engine) as session:
        return {stored_id(each) for each in session.exec(select(Person.id))}


def acts(engine: Engine) -> list[str]:
    """What was done since the folder was loaded."""
    with Session(engine) as session:
        query = select(AuditEvent).where(col(AuditEvent.subject).startswith("person"))
        query = query.order_by(col(AuditEvent.id))
        return [f"{event.act} {event.subject}" for event in session.exec(query)]


def hear(engine: Engine, slack: Slack, user: str, kind: str = "user_change") -> None:
    """The event that Slack tells of a user."""
    with Session(engine) as session:
        apply_user_event(session, slack.do(lambda: slack._about(kind, user)), NOW)
        session.commit()


@pytest.mark.both_databases
def test_people_are_linked_by_their_address_to_themselves_and_no_conversation_is_opened(
    loaded: Engine, slack: Slack
) -> None:
    ruth = slack.person("ruth", RUTH.upper())
    match(loaded, web_to(slack), NOW)
    linked = accounts(loaded)
    assert list(linked) == [RUTH]
    assert (linked[RUTH].platform, linked[RUTH].account, linked[RUTH].conversation) == ("slack", ruth, ruth)
    assert acts(loaded) == [f"linked person {RUTH}"]
    assert slack.called("conversations.open") == []


def test_a_first_message_opens_the_conversation_of_somebody_who_was_matched(loaded: Engine, slack: Slack) -> None:
    ruth = slack.person("ruth", RUTH)
    match(loaded, web_to(slack), NOW)
    transport_to(slack).send(accounts(loaded)[RUTH].conversation, "key", message("Hello"), perhaps_again=False)
    assert [one.text for one in slack.messages(ruth)] == ["Hello"]
    assert slack.called("conversations.open") == []


def test_matching_again_asks_only_of_those_who_are_not_linked(loaded: Engine, slack: Slack) -> None:
    slack.person("ruth", RUTH)
    match(loaded, web_to(slack), NOW)
    asked = len(slack.calls)
    slack.person("tom", TOM)
    match(loaded, web_to(slack), NOW)
    assert set(accounts(loaded)) == {RUTH, TOM}
    assert RUTH not in {call.args.get("email") for call in slack.calls[asked:]}
    assert acts(loaded) == [f"linked person {RUTH}", f"linked person {TOM}"]


def test_whoever_has_left_slack_and_bots_are_not_linked(loaded: Engine, slack: Slack) -> None:
    slack.change(slack.person("ruth", RUTH), deleted=True)
    slack.person("tom", TOM, bot=True)
    match(loaded, web_to(slack), NOW)
    assert accounts(loaded) == {}


def test_trouble_with_slack_ends_the_matching_and_the_next_goes_on(loaded: Engine, slack: Slack) -> None:
    slack.person("ruth", RUTH)
    slack.next_fault("users.lookupByEmail", "500 before")
    assert not match(loaded, web_to(slack), NOW)
    assert accounts(loaded) == {}
    assert set(match(loaded, web_to(slack), NOW)) == everybody(loaded)
    assert set(accounts(loaded)) == {RUTH}


def test_a_refusal_for_good_does_not_leave_people_to_be_waited_for(loaded: Engine, slack: Slack) -> None:
    slack.refuse("users.lookupByEmail", "limit_required")
    assert set(match(loaded, web_to(slack), NOW)) == everybody(loaded)


def test_slack_knows_where_somebody_is_of_whom_nobody_has_said_it(loaded: Engine, slack: Slack) -> None:
    with Session(loaded) as session:
        session.exec(select(Person).where(Person.email == TOM)).one().time_zone = "Asia/Tokyo"
        session.commit()
    slack.person("ruth", RUTH, tz="America/New_York")
    slack.person("tom", TOM, tz="America/New_York")
    match(loaded, web_to(slack), NOW)
    assert person(loaded, RUTH).time_zone == "America/New_York"
    assert person(loaded, TOM).time_zone == "Asia/Tokyo"


@pytest.fixture
def ruth(loaded: Engine, slack: Slack) -> str:
    """Ruth's id, once she is linked."""
    made = slack.person("ruth", RUTH)
    match(loaded, web_to(slack), NOW)
    return made


def test_somebody_who_moves_is_followed_and_it_is_written_down(loaded: Engine, slack: Slack, ruth: str) -> None:
    slack.change(ruth, tz="Europe/Paris")
    hear(loaded, slack, ruth)
    hear(loaded, slack, ruth)
    assert person(loaded, RUTH).time_zone == "Europe/Paris"
    assert acts(loaded) == [f"linked person {RUTH}", f"zone_changed person {RUTH}"]


def test_the_folder_does_not_take_a_move_back_until_it_says_something_new(
    loaded: Engine, slack: Slack, ruth: str, small: Folder
) -> None:
    slack.change(ruth, tz="Europe/Paris")
    hear(loaded, slack, ruth)
    load_unlinked(loaded, small)
    assert person(loaded, RUTH).time_zone == "Europe/Paris"


def test_a_zone_that_nobody_knows_changes_nothing(loaded: Engine, slack: Slack, ruth: str) -> None:
    slack.do(lambda: setattr(slack.workspace.users[ruth], "tz", "Europe/London"))
    event = slack.do(lambda: slack._about("user_change", ruth))
    with Session(loaded) as session:
        apply_user_event(session, event | {"user": event["user"] | {"tz": "Mars/Olympus"}}, NOW)
        session.commit()
    assert person(loaded, RUTH).time_zone == "Europe/London"


def test_a_new_name_or_address_in_slack_changes_nothing(loaded: Engine, slack: Slack, ruth: str) -> None:
    before = accounts(loaded)[RUTH]
    slack.change(ruth, name="rf", real_name="Ruth F", email="rf@example.org")
    hear(loaded, slack, ruth)
    assert (person(loaded, RUTH).name, accounts(loaded)[RUTH]) == ("Lead 0", before)
    match(loaded, web_to(slack), NOW)
    assert acts(loaded) == [f"linked person {RUTH}"]


def test_whoever_is_deactivated_is_not_reached_and_is_again_once_they_are_back(
    loaded: Engine, slack: Slack, ruth: str
) -> None:
    slack.deactivate(ruth)
    hear(loaded, slack, ruth)
    assert accounts(loaded)[RUTH].problem == "user_disabled"
    with Session(loaded) as session:
        assert person(loaded, RUTH).id in unreachable(session)
    match(loaded, web_to(slack), NOW)
    assert accounts(loaded)[RUTH].problem == "user_disabled"
    slack.change(ruth, deleted=False)
    hear(loaded, slack, ruth)
    assert accounts(loaded)[RUTH].problem is None
    assert acts(loaded)[1:] == [f"unreachable person {RUTH}", f"reachable person {RUTH}"]


def test_an_account_that_was_refused_is_tried_again_by_the_next_matching(
    loaded: Engine, slack: Slack, ruth: str
) -> None:
    with Session(loaded) as session:
        mark_broken(session, session.exec(select(ChatAccount)).one(), "messages_tab_disabled", NOW)
        session.commit()
    hear(loaded, slack, ruth)
    assert accounts(loaded)[RUTH].problem == "messages_tab_disabled", "it was not Ruth who was away"
    match(loaded, web_to(slack), NOW)
    assert accounts(loaded)[RUTH].problem is None


def test_one_account_that_is_gone_does_not_keep_others_from_being_tried_again(
    loaded: Engine, slack: Slack, ruth: str
) -> None:
    tom = slack.person("tom", TOM)
    match(loaded, web_to(slack), NOW)
    with Session(loaded) as session:
        for account in session.exec(select(ChatAccount)):
            mark_broken(session, account, "messages_tab_disabled", NOW)
        session.commit()
    slack.do(lambda: slack.workspace.users.pop(ruth))
    match(loaded, web_to(slack), NOW)
    assert {account.account: account.problem for account in accounts(loaded).values()} == {
        ruth: "messages_tab_disabled",
        tom: None,
    }


def test_whoever_joins_slack_late_is_linked_at_once_if_they_are_one_of_ours(loaded: Engine, slack: Slack) -> None:
    olive = slack.person("olive", OLIVE, tz="Europe/Paris")
    for user in (olive, slack.person("visitor", "visitor@example.org"), olive):
        hear(loaded, slack, user, "team_join")
    assert {email: account.account for email, account in accounts(loaded).items()} == {OLIVE: olive}
    assert person(loaded, OLIVE).time_zone == "Europe/Paris"
    assert acts(loaded) == [f"linked person {OLIVE}", f"zone_changed person {OLIVE}"]
    assert slack.calls == []


def test_an_address_alone_takes_over_no_account(loaded: Engine, slack: Slack, ruth: str) -> None:
    hear(loaded, slack, slack.person("another", RUTH), "team_join")
    assert accounts(loaded)[RUTH].account == ruth


@pytest.mark.parametrize("flag", ["is_stranger", "is_bot", "deleted"])
def test_strangers_bots_and_leavers_are_nobody(loaded: Engine, flag: str) -> None:
    user: dict[str, Any] = {"id": "U0000000009", "profile": {"email": OLIVE}, flag: True}
    with Session(loaded) as session:
        apply_user_event(session, {"type": "team_join", "user": user}, NOW)
        assert session.exec(select(ChatAccount)).all() == []


EXAMPLES_RUTH, EXAMPLES_TOM = "ruth.fairbrass@example.org", "tom.ashdown@example.org"


@pytest.fixture
def commands(bare_engine: Engine, slack: Slack, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The command line, with the example loaded and this Slack."""
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    for name, value in slack.tokens.items():
        monkeypatch.setenv(name, value)
    assert run("load", str(EXAMPLE)).exit_code == 0
    return bare_engine


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def test_somebody_is_linked_by_hand_by_their_id_in_slack(commands: Engine, slack: Slack) -> None:
    ruth = slack.person("somebody.else", "other@example.org")
    assert run("people", "link", EXAMPLES_RUTH, "slack", ruth).exit_code == 0
    linked = accounts(commands)[EXAMPLES_RUTH]
    assert (linked.account, linked.conversation) == (ruth, slack.do(lambda: slack.workspace.dm(ruth)).id)


def test_an_id_that_slack_does_not_know_is_refused_and_links_nobody(commands: Engine) -> None:
    done = run("people", "link", EXAMPLES_RUTH, "slack", "U0000000000")
    assert done.exit_code == 1
    assert "Slack does not open a conversation with U0000000000 (user_not_found)" in done.output
    assert accounts(commands) == {}


@pytest.mark.both_databases
def test_two_people_are_not_linked_to_one_account(commands: Engine, slack: Slack) -> None:
    ruth = slack.person("ruth")
    assert run("people", "link", EXAMPLES_RUTH, "slack", ruth).exit_code == 0
    done = run("people", "link", EXAMPLES_TOM, "slack", ruth)
    assert done.exit_code == 1
    assert "is linked to Ruth Fairbrass already" in done.output

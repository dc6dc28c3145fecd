"""What is in doubt is settled once and in the right place, whatever changed meanwhile."""

from datetime import timedelta

import pytest

from remembrancer.models import SendState
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.outbox.deliver import deliver_due
from remembrancer.scheduler.outbox.transport import InPartError, Trouble
from tests.delivery.scripted import LEAD, OPENING, Office, crash, later, trouble

pytestmark = pytest.mark.both_databases

AFTER_LEASE = later(seconds=61)


def test_after_a_crash_a_message_is_looked_for_where_it_was_sent(office: Office) -> None:
    office.tell()
    crash(office, arrives=True)
    office.move_account("elsewhere")
    assert office.deliver(AFTER_LEASE) == 1
    assert [post.conversation for post in office.chat.posts] == [LEAD]


def test_after_a_dropped_connection_a_message_is_looked_for_where_it_was_sent(office: Office) -> None:
    office.tell()
    office.chat.then, office.chat.arrives = [trouble(Trouble.DOUBT)], True
    office.deliver()
    office.move_account("elsewhere")
    assert office.deliver(AFTER_LEASE) == 1
    assert [post.conversation for post in office.chat.posts] == [LEAD]


def test_what_turns_out_never_to_have_arrived_goes_where_the_person_is_now(office: Office) -> None:
    office.tell()
    office.chat.then = [trouble(Trouble.DOUBT)]
    office.deliver()
    office.move_account("elsewhere")
    assert office.deliver(AFTER_LEASE) == 1
    assert [post.conversation for post in office.chat.posts] == ["elsewhere"]


@pytest.mark.parametrize("kind", [Trouble.DOUBT, Trouble.AGAIN, Trouble.STOPPED])
def test_what_arrived_in_part_is_completed_though_it_would_not_be_said_any_more(office: Office, kind: Trouble) -> None:
    office.tell(expires_at=later(minutes=10))
    error = trouble(kind)
    error.in_part = True
    office.chat.then, office.chat.finding = [error], [InPartError()]
    office.deliver()
    assert office.deliver(later(minutes=20)) == 1
    assert office.row().state == SendState.SENT


@pytest.mark.timeout(10)
@pytest.mark.parametrize("arrives", [True, False])
def test_after_a_crash_an_account_that_is_gone_holds_up_nothing(office: Office, arrives: bool) -> None:
    office.tell()
    crash(office, arrives=arrives)
    office.move_account(None)
    office.deliver(AFTER_LEASE)
    office.move_account(LEAD)
    office.deliver(later(days=1))
    assert office.row().state == SendState.SENT
    assert len(office.chat.posts) == 1


def test_a_doubt_outlives_a_platform_that_is_not_configured_for_a_time(office: Office) -> None:
    office.tell()
    crash(office, arrives=True)
    deliver_due(office.engine, {}, recheck, AFTER_LEASE)
    assert office.deliver(later(hours=1)) == 1
    assert len(office.chat.posts) == 1


@pytest.mark.parametrize("kind", list(Trouble))
def test_a_sender_that_outlived_its_lease_does_not_undo_what_another_recorded(office: Office, kind: Trouble) -> None:
    office.tell()
    office.chat.meanwhile = lambda: office.deliver(AFTER_LEASE)
    office.chat.then = [None, trouble(kind)]
    office.deliver()
    office.deliver(later(days=1))
    assert office.row().state == SendState.SENT
    assert len(office.chat.posts) == 1


def test_what_was_answered_while_in_doubt_is_adopted_where_it_arrived(office: Office) -> None:
    office.plan(OPENING)
    row = office.outbox()[0]
    crash(office, OPENING, arrives=True)
    office.answer("1", "2")
    office.deliver(OPENING + timedelta(minutes=2))
    assert office.row(row.key).state == SendState.SENT


def test_what_was_answered_while_in_doubt_is_dropped_where_it_did_not_arrive(office: Office) -> None:
    office.plan(OPENING)
    row = office.outbox()[0]
    crash(office, OPENING)
    office.answer("1", "2")
    office.deliver(OPENING + timedelta(minutes=2))
    assert office.row(row.key).state == SendState.DROPPED
    assert LEAD not in {post.conversation for post in office.chat.posts}

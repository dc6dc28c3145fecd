"""What becomes of a message, by what the platform says of it."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from remembrancer.models import SendState
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.outbox.deliver import DeliveryOptions, deliver_due
from remembrancer.scheduler.outbox.transport import CannotKnowError, SendError, Trouble
from tests.delivery.scripted import LEAD, NOW, Office, crash, later, trouble
from tests.delivery.sender import PLATFORM

pytestmark = pytest.mark.both_databases

AGAIN, DOUBT, OURS = Trouble.AGAIN, Trouble.DOUBT, Trouble.OURS
AFTER_LEASE = later(seconds=61)


def test_what_the_platform_takes_is_recorded_with_its_place(office: Office) -> None:
    office.tell()
    assert office.deliver() == 1
    row = office.row()
    assert (row.state, row.sent_at, row.remote_id) == (SendState.SENT, NOW, f"{LEAD} 1")
    assert office.deliver(later(days=1)) == 0
    assert len(office.chat.posts) == 1


def test_once_the_service_stops_nothing_more_is_begun_and_what_is_in_flight_is_recorded(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        office.tell(key=f"hello-{number}", immediate=True)
    stopping, send = Event(), office.chat.send
    begun: list[Any] = []

    def sends(*what: Any) -> Any:
        begun.append(what)
        stopping.set()
        return send(*what)

    monkeypatch.setattr(office.chat, "send", sends)
    assert deliver_due(office.engine, {PLATFORM: office.chat}, recheck, NOW, DeliveryOptions(stopping=stopping)) == 1
    assert len(begun) == 1
    rows = office.outbox()
    assert [row.state for row in rows].count(SendState.SENT) == 1
    assert all(row.leased_until is None for row in rows)


def test_what_reached_nobody_is_tried_again_after_longer_and_longer_waits(office: Office) -> None:
    office.tell(immediate=True)
    office.chat.then = [trouble(AGAIN) for _ in range(10)]
    waits, now = [], NOW
    for _ in range(10):
        office.deliver(now)
        wait = office.row().not_before - now
        assert office.deliver(now + wait - timedelta(seconds=1)) == 0
        waits.append(wait.total_seconds())
        now += wait
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert office.deliver(now) == 1
    assert [post.perhaps_again for post in office.chat.posts] == [False]


def test_a_platform_that_says_when_is_tried_then(office: Office) -> None:
    office.tell()
    office.chat.then = [trouble(AGAIN, retry_after=7)]
    office.deliver()
    assert office.deliver(later(seconds=6)) == 0
    assert office.deliver(later(seconds=7)) == 1


def test_an_installation_that_is_dead_keeps_what_waits_until_it_is_put_right(office: Office) -> None:
    office.tell(immediate=True)
    office.chat.then = [trouble(Trouble.STOPPED)]
    office.deliver()
    assert office.row().state == SendState.PENDING
    assert office.deliver(later(minutes=14)) == 0
    assert office.deliver(later(minutes=15)) == 1


def test_a_platform_that_says_at_once_is_not_asked_in_a_circle(office: Office) -> None:
    office.tell()
    office.chat.then = [trouble(AGAIN, retry_after=0) for _ in range(30)]
    office.deliver()
    assert office.chat.sends == 1


def test_what_may_have_arrived_and_did_is_adopted(office: Office) -> None:
    office.tell()
    office.chat.then, office.chat.arrives = [trouble(DOUBT)], True
    assert office.deliver() == 0
    assert office.row().in_doubt
    assert office.deliver(later(minutes=1)) == 1
    assert (office.row().state, office.row().remote_id, office.row().in_doubt) == (SendState.SENT, f"{LEAD} 1", False)
    assert len(office.chat.posts) == 1


def test_what_may_have_arrived_and_did_not_is_sent_again_as_if_new(office: Office) -> None:
    office.tell()
    office.chat.then = [trouble(DOUBT)]
    office.deliver()
    assert office.deliver(later(minutes=1)) == 1
    assert [post.perhaps_again for post in office.chat.posts] == [False]


def test_where_nobody_can_know_it_is_sent_and_says_that_it_may_be_a_repeat(office: Office) -> None:
    office.tell()
    office.chat.then, office.chat.finding = [trouble(DOUBT)], [CannotKnowError()]
    office.deliver()
    assert office.deliver(later(minutes=1)) == 1
    assert [post.perhaps_again for post in office.chat.posts] == [True]


def test_that_it_may_be_a_repeat_is_not_forgotten_when_sending_fails_once_more(office: Office) -> None:
    office.tell()
    office.chat.then, office.chat.finding = [trouble(DOUBT), trouble(AGAIN)], [CannotKnowError()]
    for minutes in (0, 1, 10):
        office.deliver(later(minutes=minutes))
    assert [post.perhaps_again for post in office.chat.posts] == [True]


def test_a_doubt_that_cannot_be_settled_now_stays_a_doubt(office: Office) -> None:
    office.tell()
    office.chat.then, office.chat.arrives = [trouble(DOUBT)], True
    office.chat.finding = [trouble(AGAIN), trouble(DOUBT)]
    for minutes in (0, 1, 10, 20):
        office.deliver(later(minutes=minutes))
    assert office.row().state == SendState.SENT
    assert len(office.chat.posts) == 1


def test_what_the_platform_finds_wrong_is_kept_with_its_problem_and_left_alone(office: Office) -> None:
    office.tell()
    office.chat.then = [trouble(OURS)]
    office.deliver()
    assert (office.row().state, office.row().problem) == (SendState.FAILED, "it was ours")
    assert office.deliver(later(days=1)) == 0
    assert office.chat.sends == 1


@pytest.mark.parametrize("arrives", [True, False])
def test_after_a_crash_the_platform_is_asked_when_the_lease_has_run_out(office: Office, arrives: bool) -> None:
    office.tell()
    crash(office, arrives=arrives)
    assert office.row().state == SendState.SENDING
    assert office.deliver(later(seconds=59)) == 0
    assert office.deliver(AFTER_LEASE) == 1
    assert (office.chat.finds, len(office.chat.posts)) == (1, 1)


def test_a_crash_while_the_doubt_is_settled_leaves_a_doubt(office: Office) -> None:
    office.tell()
    crash(office, arrives=True)
    office.chat.finding = [trouble(AGAIN)]
    office.deliver(AFTER_LEASE)
    assert office.deliver(later(hours=1)) == 1
    assert len(office.chat.posts) == 1


def test_one_message_in_trouble_holds_up_no_other(office: Office) -> None:
    for key in ("first", "second", "third"):
        office.tell(key=key)
    office.chat.then = [trouble(OURS), trouble(AGAIN)]
    assert office.deliver() == 1
    assert [post.key for post in office.chat.posts] == ["third"]


def test_a_platform_that_takes_nothing_more_for_now_is_left_alone_until_the_next_look(office: Office) -> None:
    for key in ("first", "second", "third"):
        office.tell(key=key, immediate=True)
    office.chat.then = [None, SendError(AGAIN, "enough", 40, of_all=True)]
    assert office.deliver() == 1
    assert (office.chat.sends, office.row("third").attempts) == (2, 0)
    assert office.deliver(later(seconds=39)) == 1, "what was not tried is tried at once"
    assert office.deliver(later(seconds=40)) == 1
    assert [post.key for post in office.chat.posts] == ["first", "third", "second"]


def test_replies_go_before_what_was_written_earlier(office: Office) -> None:
    office.tell(key="prompt")
    office.tell(later(minutes=1), key="reply", immediate=True)
    assert office.deliver(later(minutes=1)) == 2
    assert [post.key for post in office.chat.posts] == ["reply", "prompt"]


def test_what_is_not_begun_in_time_goes_at_the_next_look(office: Office) -> None:
    for key in ("first", "second"):
        office.tell(key=key)
    assert (
        deliver_due(office.engine, {PLATFORM: office.chat}, recheck, NOW, options=DeliveryOptions(at_most=timedelta(0)))
        == 0
    )
    assert office.row("first").attempts == 0
    assert (
        deliver_due(
            office.engine, {PLATFORM: office.chat}, recheck, NOW, options=DeliveryOptions(at_most=timedelta(minutes=5))
        )
        == 2
    )

"""What Slack delivers: recorded, repeated, refused, and never lost."""

import asyncio
from datetime import timedelta
from time import time

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.inbound import inbox
from remembrancer.bot.platform.base import SetUpError
from remembrancer.models import OutgoingMessage
from remembrancer.web.app import service_app
from tests.dialog import LEAD
from tests.slack.hosting import Hosted, Workplace, settings_for, until
from tests.slack.strict import Slack
from tests.slack.talking import all_done, broken, events, opened, said, through, versions


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["interactive", "events_api"])
def test_what_slack_repeats_acts_once(place: Workplace, app: Hosted, ruth: str, kind: str) -> None:
    place.slack.next_fault(kind, "repeated")
    if kind == "interactive":
        place.slack.press(ruth, label="No change")
        said(place, "Stored: ")
    else:
        place.slack.say(ruth, "no change")
        said(place, "Stored: ")
    all_done(place.engine, 1)
    assert place.shown(LEAD).count("Stored: ") == 1
    assert len(versions(place.engine)) == 1


def test_a_submission_that_slack_repeats_stores_once_and_is_answered_twice(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    through(slack, ruth, 3)
    slack.next_fault("interactive", "repeated")
    assert slack.submit(ruth) == {}
    assert [delivery.tries for delivery in slack.deliveries if "repeated" in delivery.faults] == [["ok", "ok"]]
    said(place, "Stored: ")
    assert len(versions(place.engine)) == 1
    assert place.shown(LEAD).count("Stored: ") == 1


def test_what_comes_from_another_workspace_is_acknowledged_and_not_kept(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    payload = place.slack.do(lambda: place.slack._pressed(ruth, None, None, ("No change", None, None), 0, None))
    payload["team"] = {"id": "T0OTHER"}
    assert place.slack.deliver("interactive", payload).acknowledged
    assert events(place.engine) == []


def test_nothing_is_kept_of_slacks_own_token(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.say(ruth, "my")
    until(lambda: events(place.engine))
    assert "token" not in events(place.engine)[0].body


@pytest.mark.both_databases
def test_what_cannot_be_recorded_is_not_acknowledged_and_comes_again(
    place: Workplace, over_http: Hosted, ruth: str
) -> None:
    with broken(place.engine, "incoming_event"):
        place.slack.say(ruth, "no change")
    [delivery] = place.slack.deliveries
    assert delivery.tries == ["http_error"]
    place.slack.settle()
    said(place, "Stored: ")
    assert len(versions(place.engine)) == 1


@pytest.mark.both_databases
def test_what_fails_because_the_database_is_away_is_tried_again_and_nobody_is_told(
    place: Workplace, over_http: Hosted, ruth: str
) -> None:
    with broken(place.engine, "return_version"):
        place.slack.say(ruth, "no change")
        until(lambda: [event for event in events(place.engine) if event.attempts and event.problem])
    place.world.clock.set(place.world.clock.now() + timedelta(seconds=5))
    said(place, "Stored: ")
    assert "Something went wrong" not in str(place.shown(LEAD))
    assert len(versions(place.engine)) == 1


def test_what_fails_for_good_is_said(place: Workplace, ruth: str) -> None:
    """The last attempt of an event that a view of ours makes impossible."""
    payload = place.slack.do(lambda: place.slack._pressed(ruth, None, None, ("Answer", None, None), 0, None))
    with place.app("http") as hosted:
        kept = inbox.LeasedEvent(1, "slack", "Ev1", payload, place.world.clock.now(), inbox.MAX_ATTEMPTS)
        hosted.call(hosted.app._worker._give_up(kept))
        said(place, "Something went wrong on our side")


@pytest.mark.both_databases
def test_what_was_recorded_before_a_crash_is_handled_by_the_next_to_start(place: Workplace, ruth: str) -> None:
    payload = place.slack.do(lambda: place.slack._pressed(ruth, None, None, ("No change", None, None), 0, None))
    key = f"press-{ruth}-{payload['actions'][0]['action_ts']}"
    assert inbox.record(place.engine, "slack", [inbox.NewEvent(key, payload, place.world.clock.now(), ruth)]) == [True]
    with place.app("http"):
        said(place, "Stored: ")
        place.slack.deliver("interactive", payload)
        all_done(place.engine, 1)
    assert len(versions(place.engine)) == 1


def test_what_is_not_signed_by_slack_is_refused(place: Workplace, over_http: Hosted) -> None:
    url = str(place.slack.courier.url)
    answer = httpx.post(url, json={"type": "event_callback", "event_id": "Ev1", "team_id": "T0STRICT1", "event": {}})
    assert answer.status_code == 401
    assert events(place.engine) == []


SIGNED = {"x-slack-signature": "v0=0", "x-slack-request-timestamp": "1"}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * 5_000_000, {}, 401),
        (b"x" * 5_000_000, SIGNED, 413),
        (b"\xff\xfe", {**SIGNED, "x-slack-request-timestamp": "now"}, 400),
        (b"{}", {**SIGNED, "x-slack-request-timestamp": "soon"}, 400),
        (b"{}", {**SIGNED, "x-slack-signature": b"v0=\xc3\xa9"}, 401),
        (b"{}", SIGNED, 401),
        (b"[" * 100_000, SIGNED, 401),
    ],
)
def test_what_strangers_send_is_refused_before_it_is_read_far(
    place: Workplace, over_http: Hosted, body: bytes, headers: dict[str, str | bytes], status: int
) -> None:
    now = str(int(time()))
    given = {name: now if value == "now" else value for name, value in headers.items()}
    sent = [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in given.items()]
    assert httpx.post(str(place.slack.courier.url), content=body, headers=sent).status_code == status
    assert events(place.engine) == []


def test_the_address_is_verified_as_slack_asks(place: Workplace, over_http: Hosted) -> None:
    assert place.slack.verify_url(str(place.slack.courier.url))


def test_a_socket_that_is_told_to_come_again_or_is_cut_goes_on(place: Workplace, ruth: str) -> None:
    with place.app("socket"):
        place.slack.goodbye()
        place.slack.await_socket()
        place.slack.say(ruth, "help")
        place.slack.settle()
        said(place, "this list")


def test_only_replies_go_out_at_once_and_what_waits_is_left_to_the_look(
    place: Workplace, over_http: Hosted, ruth: str
) -> None:
    with Session(place.engine) as session:
        row = session.exec(select(OutgoingMessage).where(OutgoingMessage.platform == "slack")).first()
        assert row is not None
        waiting = OutgoingMessage.model_validate(
            row.model_dump() | {"id": None, "key": "another", "state": "pending", "kind": "told", "remote_id": None}
        )
        waiting_attempts = waiting.attempts
        session.add(waiting)
        session.commit()
    place.slack.say(ruth, "help")
    said(place, "this list")
    with Session(place.engine) as session:
        row = session.exec(select(OutgoingMessage).where(OutgoingMessage.key == "another")).one()
        assert (row.state, row.attempts) == ("pending", waiting_attempts)


def test_the_service_does_not_start_where_it_could_hear_nothing(engine: Engine, slack: Slack) -> None:
    settings = settings_for(slack, "socket").model_copy(update={"slack_app_token": ""})
    with pytest.raises(SetUpError, match="SLACK_APP_TOKEN"):
        service_app(engine, settings)


def answered(app: FastAPI, path: str) -> int:
    """The status that the service gives while it runs, to somebody who has signed nothing."""

    async def ask() -> int:
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return (await client.post(path, json={})).status_code

    return asyncio.run(ask())


def test_the_service_listens_over_http_where_a_signing_secret_is_set(engine: Engine, slack: Slack) -> None:
    settings = settings_for(slack, "http")
    assert answered(service_app(engine, settings), "/slack/events") == 401
    without = settings.model_copy(update={"slack_bot_token": ""})
    assert answered(service_app(engine, without), "/slack/events") == 404

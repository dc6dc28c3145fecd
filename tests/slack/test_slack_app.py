"""What people do in Slack, from the press to the message, through the real app: over the socket and over HTTP."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from bot import inbox
from bot.app import SetUpError, service_app
from bot.slack.hearing import Heard
from bot.slack.turns import Turn, Turns
from models import ChatAccount, HeardState, IncomingEvent, OpenForm, OutgoingMessage, Person, ReturnVersion
from tests.dialog import ADMIN, LEAD, SECRETARY
from tests.slack.hosting import WAYS, Hosted, Workplace, settings_for, until
from tests.slack.strict import Slack

ON_TRACK, UNLIKELY = "on_track", "unlikely"


@pytest.fixture
def place(engine: Engine, slack: Slack) -> Workplace:
    return Workplace(engine, slack, LEAD, SECRETARY, ADMIN)


@pytest.fixture(params=WAYS)
def app(request: pytest.FixtureRequest, place: Workplace) -> Iterator[Hosted]:
    with place.app(request.param) as hosted:
        yield hosted


@pytest.fixture
def over_http(place: Workplace) -> Iterator[Hosted]:
    with place.app("http") as hosted:
        yield hosted


@pytest.fixture
def ruth(place: Workplace) -> str:
    return place.users[LEAD]


def said(place: Workplace, words: str, who: str = LEAD) -> None:
    until(lambda: words in place.shown(who), lambda: place.shown(who))


def opened(place: Workplace, who: str = LEAD) -> None:
    until(lambda: place.slack.view_of(place.users[who]) is not None)


def events(engine: Engine) -> list[IncomingEvent]:
    with Session(engine) as session:
        return list(session.exec(select(IncomingEvent).order_by(col(IncomingEvent.id))))


def all_done(engine: Engine, count: int) -> None:
    until(lambda: [row.state for row in events(engine)] == [HeardState.DONE] * count)


def versions(engine: Engine) -> list[dict[str, Any]]:
    with Session(engine) as session:
        query = select(ReturnVersion).where(col(ReturnVersion.came_from).in_(("form", "no_change")))
        return [row.answers for row in session.exec(query.order_by(col(ReturnVersion.id)))]


def through(slack: Slack, user: str, pages: int = 4) -> dict[str, str]:
    """Press Next, and Send on the last page; what is said beside the fields."""
    errors: dict[str, str] = {}
    for _ in range(pages):
        errors = slack.submit(user)
    return errors


def test_a_form_is_opened_filled_in_page_by_page_and_stored(place: Workplace, app: Hosted, ruth: str) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    assert "Page 1 of 4" in slack.shown_modal(ruth)
    slack.fill(ruth, {"progress_description": "Contracts are signed & sealed <at last>"})
    assert slack.submit(ruth) == {}
    slack.fill(ruth, {"milestones.go_live": "2020-03-31"})
    assert through(slack, ruth, 3) == {}
    assert slack.view_of(ruth) is None
    said(place, "Stored: ")
    [answers] = versions(place.engine)
    assert answers["progress_description"] == "Contracts are signed & sealed <at last>"
    assert answers["milestones"]["go_live"] == "2020-03-31"
    until(lambda: "✓ Answered by Ruth Fairbrass" in place.shown(LEAD))
    with Session(place.engine) as session:
        assert session.exec(select(OpenForm)).all() == []
    assert slack.refusals == []


def test_what_is_chosen_changes_what_is_asked_and_what_was_typed_stays(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    slack.fill(ruth, {"progress_description": "Half a sentence that must not be"})
    before = slack.view_of(ruth)
    slack.choose(ruth, "delivery", UNLIKELY)
    until(lambda: slack.view_of(ruth) != before and (slack.view_of(ruth) or {})["hash"] != (before or {})["hash"])
    assert "Half a sentence that must not be" in slack.shown_modal(ruth)
    assert "Progress: What has happened since the last update?\n" in slack.shown_modal(ruth)
    assert slack.called("views.update")


def test_what_is_missing_on_an_earlier_page_is_shown_there(place: Workplace, app: Hosted, ruth: str) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    # The choice is made and its change never arrives, so that nothing more was asked for.
    slack.fill(ruth, {"delivery": UNLIKELY})
    assert through(slack, ruth) == {}
    assert "Page 1" in slack.shown_modal(ruth)
    assert "Progress: What has happened since the last update?\n" in slack.shown_modal(ruth)
    assert "⚠" in slack.shown_modal(ruth)
    assert versions(place.engine) == []
    assert "'value': 'unlikely'" in _kept(place)


def test_what_is_wrong_on_the_page_that_is_shown_stands_beside_its_field(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    slack = place.slack
    slack.say(ruth, "I am away until the cows come home")
    said(place, "here is the form")
    slack.press(ruth, label="Open the form")
    opened(place)
    slack.fill(ruth, {"first_day": "2019-09-05", "last_day": "2019-09-02"})
    assert list(slack.submit(ruth)) == ["last_day"]
    assert list(slack.submit(ruth)) == ["last_day"], "sent again as it was, it is refused again"
    slack.fill(ruth, {"last_day": "2019-09-06"})
    assert slack.submit(ruth) == {}
    said(place, "You are away from Thursday 5 September 2019")


def _kept(place: Workplace) -> str:
    with Session(place.engine) as session:
        return str([row.form for row in session.exec(select(OpenForm))])


def test_a_button_that_asks_for_no_form_answers_in_the_chat_and_the_card_follows(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    place.slack.press(ruth, label="No change")
    said(place, "Stored: ")
    until(lambda: "✓ Answered by Ruth Fairbrass" in place.shown(LEAD))


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


def test_a_button_pressed_twice_acts_once_and_the_second_press_is_told_so(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    [card] = place.slack.messages(ruth)
    press = place.slack.do(lambda: place.slack._pressed(ruth, None, card.ts, ("No change", None, None), 0, None))
    again = place.slack.do(lambda: place.slack._pressed(ruth, None, card.ts, ("No change", None, None), 0, None))
    place.slack.deliver("interactive", press)
    place.slack.deliver("interactive", again)
    said(place, "Stored: ")
    said(place, "This is answered already.")
    assert len(versions(place.engine)) == 1


def test_a_button_of_somebody_elses_message_does_nothing_and_says_so(place: Workplace, app: Hosted, ruth: str) -> None:
    admin = place.users[ADMIN]
    payload = place.slack.do(lambda: place.slack._pressed(ruth, None, None, ("No change", None, None), 0, None))
    payload["user"] = payload["user"] | {"id": admin}
    payload["channel"] = {"id": place.slack.workspace.dm(admin).id}
    place.slack.deliver("interactive", payload)
    said(place, "nothing here for you to do", ADMIN)
    assert versions(place.engine) == []


def test_a_button_pressed_after_the_lock_is_refused_in_words(place: Workplace, app: Hosted, ruth: str) -> None:
    payload = place.slack.do(lambda: place.slack._pressed(ruth, None, None, ("Answer", None, None), 0, None))
    place.move_to("2019-10-25 09:00")
    before = place.shown(LEAD)
    place.slack.deliver("interactive", payload)
    until(lambda: len(place.shown(LEAD)) > len(before))
    all_done(place.engine, 1)
    assert place.slack.view_of(ruth) is None
    assert versions(place.engine) == []


def test_a_stranger_is_told_what_to_do_once_a_day(place: Workplace, app: Hosted) -> None:
    stranger = place.slack.person("somebody.new")
    for words in ("hello", "my", "52 on track"):
        place.slack.say(stranger, words)
    until(lambda: len(events(place.engine)) == 4 and all(row.state == HeardState.DONE for row in events(place.engine)))
    told = [message.text for message in place.slack.messages(stranger) if message.from_bot]
    assert len(told) == 1
    assert "ask an admin" in told[0]


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


def test_a_form_that_is_asked_for_in_words_is_offered_with_a_button(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.say(ruth, "answer 52")
    said(place, "here is the form")
    place.slack.press(ruth, label="Open the form")
    opened(place)
    assert "Delivery: " in place.slack.shown_modal(ruth)


def test_a_form_whose_moment_has_passed_is_offered_again(place: Workplace, app: Hosted, ruth: str) -> None:
    payload = place.slack.do(lambda: place.slack._pressed(ruth, None, None, ("Answer", None, None), 0, None))
    payload["trigger_id"] = "0.0.expired"
    place.slack.deliver("interactive", payload)
    said(place, "could not be shown in time")
    place.slack.press(ruth, label="Open the form")
    opened(place)


@pytest.mark.parametrize("fault", ["dropped before", "500 before", "429"])
def test_a_form_that_slack_does_not_take_just_then_is_offered_again(
    place: Workplace, over_http: Hosted, ruth: str, fault: str
) -> None:
    place.slack.next_fault("views.open", fault)
    place.slack.press(ruth, label="Answer")
    said(place, "could not be shown in time")


def test_a_command_typed_elsewhere_is_answered_in_the_chat(place: Workplace, app: Hosted, ruth: str) -> None:
    room = place.slack.room("general", [ruth])
    assert "in our chat" in place.slack.command(ruth, "/remembrancer", "help", channel=room)
    said(place, "this list")
    assert place.slack.command(ruth, "/returns") == ""
    until(lambda: place.shown(LEAD).count("Last time: ") == 2)


def test_a_command_opens_its_form_at_once(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.command(ruth, "/remembrancer", "answer 52")
    opened(place)


def test_a_reply_in_the_thread_of_a_card_is_about_what_it_asks(place: Workplace, app: Hosted, ruth: str) -> None:
    [card] = place.slack.messages(ruth)
    place.slack.say(ruth, "unlikely, the supplier has left & nobody else bids", thread_ts=card.ts)
    said(place, "the supplier has left &amp; nobody else bids")


def test_somebody_elses_message_is_used_as_an_update(place: Workplace, app: Hosted, ruth: str) -> None:
    other = place.users[SECRETARY]
    room = place.slack.room("project", [ruth, other])
    ts = place.slack.say(other, "52 is on track, contracts are signed since Monday", channel=room)
    place.slack.shortcut(ruth, "use_as_update", room, ts)
    said(place, "Progress: Contracts are signed since Monday")


def test_a_file_without_a_word_is_answered(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.say(ruth, "")
    said(place, "files are not read")


def test_the_home_tab_is_published_when_it_is_opened_and_follows_what_its_person_does(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    slack = place.slack
    slack.open_home(ruth)
    until(lambda: slack.home_of(ruth))
    assert "[No change]" in slack.shown_home(ruth)
    slack.press_in(ruth, home=True, label="No change")
    said(place, "Stored: ")
    until(lambda: "[No change]" not in slack.shown_home(ruth))
    published = len(slack.called("views.publish"))
    slack.open_home(ruth)
    slack.say(ruth, "help")
    said(place, "this list")
    all_done(place.engine, 4)
    assert len(slack.called("views.publish")) == published
    assert slack.refusals == []


def test_a_form_opens_from_the_home_tab(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.open_home(ruth)
    until(lambda: place.slack.home_of(ruth))
    place.slack.press_in(ruth, home=True, label="I am away")
    opened(place)
    place.slack.fill(ruth, {"last_day": "2019-09-06"})
    assert place.slack.submit(ruth) == {}
    said(place, "You are away")


def test_what_is_typed_in_a_form_that_is_closed_is_kept(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.press(ruth, label="Answer")
    opened(place)
    place.slack.fill(ruth, {"progress_description": "Not yet finished, but kept"})
    place.slack.close(ruth)
    until(lambda: "Not yet finished, but kept" in _kept(place))


def test_of_two_changes_at_once_the_newest_is_shown(place: Workplace, app: Hosted, ruth: str) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)

    def change(value: str) -> dict[str, Any]:
        view = slack._top(ruth)
        block, element = slack._take(view, "delivery", value)
        return slack._view_action(view, slack.action(block, element, value))

    first, second = slack.do(lambda: change(UNLIKELY)), slack.do(lambda: change("remedial_action"))
    slack.deliver("interactive", first)
    slack.deliver("interactive", second)
    until(lambda: len(slack.called("views.update")) == 3)
    all_done(place.engine, 3)
    assert "'value': 'remedial_action'" in _kept(place)
    assert "'value': 'remedial_action'" in str(slack.view_of(ruth))


def _broken(engine: Engine, table: str) -> Callable[[], None]:
    """Take a table away; gives what puts it back."""
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))

    def mend() -> None:
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {table}_away RENAME TO {table}"))

    return mend


def test_what_cannot_be_recorded_is_not_acknowledged_and_comes_again(
    place: Workplace, over_http: Hosted, ruth: str
) -> None:
    mend = _broken(place.engine, "incoming_event")
    place.slack.say(ruth, "no change")
    [delivery] = place.slack.deliveries
    assert delivery.tries == ["http_error"]
    mend()
    place.slack.settle()
    said(place, "Stored: ")
    assert len(versions(place.engine)) == 1


def test_where_storing_fails_the_form_stays_with_what_was_typed_and_can_be_sent_again(
    place: Workplace, over_http: Hosted, ruth: str
) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    slack.fill(ruth, {"progress_description": "Worth keeping"})
    through(slack, ruth, 3)
    mend = _broken(place.engine, "return_version")
    slack.submit(ruth)
    assert "What you typed is still here" in str(slack.view_of(ruth))
    mend()
    assert slack.submit(ruth) == {}
    said(place, "Stored: ")
    assert versions(place.engine)[0]["progress_description"] == "Worth keeping"


def test_where_nothing_can_be_read_the_form_stays_open(place: Workplace, over_http: Hosted, ruth: str) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    mend = _broken(place.engine, "open_form")
    assert "send it again" in str(slack.submit(ruth))
    mend()
    assert slack.submit(ruth) == {}
    assert "Page 2 of 4" in slack.shown_modal(ruth)


class Gate:
    """Holds up what is done with submissions until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened, really = threading.Event(), Turns.submitted

        def submitted(turns: Turns, heard: Heard) -> Turn | None:
            assert self.opened.wait(20)
            return really(turns, heard)

        monkeypatch.setattr(Turns, "submitted", submitted)


def test_what_takes_too_long_closes_the_form_and_is_answered_in_the_chat(
    place: Workplace, over_http: Hosted, ruth: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    through(slack, ruth, 3)
    gate = Gate(monkeypatch)
    assert slack.submit(ruth) == {}
    assert slack.view_of(ruth) is None
    assert versions(place.engine) == []
    gate.opened.set()
    said(place, "Stored: ")


def test_what_took_too_long_and_is_not_complete_is_offered_again(
    place: Workplace, over_http: Hosted, ruth: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    slack.fill(ruth, {"delivery": UNLIKELY})
    through(slack, ruth, 3)
    gate = Gate(monkeypatch)
    assert slack.submit(ruth) == {}
    gate.opened.set()
    said(place, "this is not sent yet")
    slack.press(ruth, label="Open the form")
    opened(place)
    assert "⚠" in slack.shown_modal(ruth)


def test_what_fails_for_good_is_said(place: Workplace, ruth: str) -> None:
    """The last attempt of an event that a view of ours makes impossible."""
    payload = place.slack.do(lambda: place.slack._pressed(ruth, None, None, ("Answer", None, None), 0, None))
    with place.app("http") as hosted:
        kept = inbox.Kept(1, "slack", "Ev1", payload, place.world.clock.now(), inbox.ATTEMPTS)
        hosted.call(hosted.app._acting.give_up(kept))
        said(place, "Something went wrong on our side")


def test_what_was_recorded_before_a_crash_is_handled_by_the_next_to_start(place: Workplace, ruth: str) -> None:
    payload = place.slack.do(lambda: place.slack._pressed(ruth, None, None, ("No change", None, None), 0, None))
    key = f"press-{ruth}-{payload['actions'][0]['action_ts']}"
    assert inbox.record(place.engine, "slack", key, payload, place.world.clock.now(), ruth)
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


def test_the_address_is_verified_as_slack_asks(place: Workplace, over_http: Hosted) -> None:
    assert place.slack.verify_url(str(place.slack.courier.url))


def test_a_socket_that_is_told_to_come_again_or_is_cut_goes_on(place: Workplace, ruth: str) -> None:
    with place.app("socket"):
        place.slack.goodbye()
        place.slack.await_socket()
        place.slack.say(ruth, "help")
        place.slack.settle()
        said(place, "this list")


def test_who_joins_slack_is_found_by_their_address_and_who_leaves_is_noted(place: Workplace, app: Hosted) -> None:
    user = place.slack.join("neil.coppard")

    def account() -> ChatAccount | None:
        with Session(place.engine) as session:
            return session.exec(select(ChatAccount).where(ChatAccount.account == user)).first()

    until(account)
    place.slack.deactivate(user)
    until(lambda: (found := account()) is not None and found.problem)


def test_an_account_that_is_known_by_its_conversation_alone_is_known_by_its_name_from_then_on(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    with Session(place.engine) as session:
        account = session.exec(select(ChatAccount).where(ChatAccount.account == ruth)).one()
        account.account = ""
        session.commit()
    place.slack.say(ruth, "help")
    said(place, "this list")
    with Session(place.engine) as session:
        assert session.exec(select(ChatAccount).where(ChatAccount.account == ruth)).one()


def test_somebody_who_has_left_can_do_nothing_more(place: Workplace, app: Hosted, ruth: str) -> None:
    with Session(place.engine) as session:
        session.exec(select(Person).where(Person.email == f"{LEAD}@example.org")).one().active = False
        session.commit()
    place.slack.press(ruth, label="No change")
    said(place, "nothing here for you to do")
    assert versions(place.engine) == []


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

"""What people press, type and look at in Slack, from the press to the message."""

import pytest
from sqlmodel import Session, select

from remembrancer.models import ChatAccount, EventState, Person
from tests.dialog import ADMIN, LEAD, SECRETARY
from tests.slack.hosting import Hosted, Workplace, until
from tests.slack.talking import all_done, events, said, versions


def test_a_button_that_asks_for_no_form_answers_in_the_chat_and_the_card_follows(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    place.slack.press(ruth, label="No change")
    said(place, "Stored: ")
    until(lambda: "✓ Answered by Ruth Fairbrass" in place.shown(LEAD))


@pytest.mark.both_databases
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


@pytest.mark.both_databases
def test_a_stranger_is_told_what_to_do_once_a_day(place: Workplace, app: Hosted) -> None:
    stranger = place.slack.person("somebody.new")
    for words in ("hello", "my", "52 on track"):
        place.slack.say(stranger, words)
    until(lambda: len(events(place.engine)) == 4 and all(row.state == EventState.DONE for row in events(place.engine)))
    told = [message.text for message in place.slack.messages(stranger) if message.from_bot]
    assert len(told) == 1
    assert "ask an admin" in told[0]


def test_a_command_typed_elsewhere_is_answered_in_the_chat(place: Workplace, app: Hosted, ruth: str) -> None:
    room = place.slack.room("general", [ruth])
    assert "in our chat" in place.slack.command(ruth, "/remembrancer", "help", channel=room)
    said(place, "this list")
    assert place.slack.command(ruth, "/returns") == ""
    until(lambda: place.shown(LEAD).count("Last time: ") == 2)


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

"""Conversations in Teams: what people do, and what they then see, through the whole app."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.conversation.handle import converse
from remembrancer.bot.core.incoming import Incoming
from remembrancer.bot.inbound.inbox import MAX_ATTEMPTS, PLATFORM_AWAY
from remembrancer.models import EventState, IncomingEvent, OutgoingMessage, Person
from remembrancer.rules.facts import stored_id
from remembrancer.services.sending import set_pilot
from remembrancer.wording import phrase
from tests.dialog import LEAD, SECRETARY
from tests.slack.hosting import until
from tests.slack.talking import broken
from tests.teams.strict import Teams
from tests.teams.workplace import OPENS, Workplace, inputs


@pytest.fixture
def place(engine: Engine, teams: Teams) -> Iterator[Workplace]:
    made = Workplace(engine, teams, LEAD, SECRETARY)
    made.link()
    with made.open():
        made.move_to(OPENS)
        yield made


def typed(place: Workplace, **values: str) -> dict[str, str]:
    """What is on the page that is shown, with these instead."""
    cards = (post.activity["attachments"][0]["content"] for post in reversed(place.posts(LEAD)))
    page = next(
        {key: each["value"] for key, each in found.items() if each.get("value")}
        for found in map(inputs, cards)
        if found
    )
    return page | {f"in.{key}": value for key, value in values.items()}


def test_no_change_is_one_press_and_the_card_says_so(place: Workplace) -> None:
    assert "52 – Review" in place.shown(LEAD)
    answer = place.presses(LEAD, "No change")
    assert answer["value"] == phrase("teams.heard")
    place.sees(LEAD, "Stored: ")
    assert place.world.answers("52") is not None
    until(lambda: "No change" not in str(place.posts(LEAD)[0].activity))


@pytest.mark.both_databases
def test_a_press_that_is_delivered_twice_is_done_once(place: Workplace) -> None:
    place.presses(LEAD, "No change", again=True)
    place.sees(LEAD, "Stored: ")
    assert place.shown(LEAD).count("Stored: ") == 1


@pytest.mark.both_databases
def test_words_are_read_back_and_stored_once_they_are_confirmed(place: Workplace) -> None:
    place.says(LEAD, "on track, contracts are signed, go live now 31 March")
    place.sees(LEAD, "This is what was understood")
    place.presses(LEAD, "Send this answer")
    place.sees(LEAD, "Stored: ")
    answers = place.world.answers("52")
    assert answers is not None
    assert answers["milestones"]["go_live"] == "2020-03-31"


def test_a_page_is_turned_in_the_chat_before_whoever_turned_it_may_type_on_the_next(place: Workplace) -> None:
    place.presses(LEAD, "Answer")
    place.sees(LEAD, "Page 1 of")
    answer = place.presses(LEAD, "Next", typed(place))
    assert "Page 2 of" in str(answer["value"])
    assert "Page 2 of" in place.shown(LEAD)


def turn(place: Workplace, label: str, **values: str) -> dict[str, Any]:
    """Press a button of the form's page, and wait until the card has changed; what is answered."""
    card, _ = place.button(LEAD, label)
    before = card.versions
    answer = place.presses(LEAD, label, typed(place, **values))
    until(lambda: card.versions > before)
    return answer


def opened(place: Workplace) -> None:
    place.presses(LEAD, "Answer")
    place.sees(LEAD, "Page 1 of")


def to_the_end(place: Workplace) -> None:
    while " Send" not in place.buttons(LEAD):
        turn(place, "Next")


def test_a_form_is_a_card_that_turns_its_pages_in_place_and_ends_as_sent(place: Workplace) -> None:
    opened(place)
    many = len(place.posts(LEAD))
    turn(place, "Next", delivery="on_track")
    assert "Page 2 of" in place.posts(LEAD)[-1].text
    answer = turn(place, "Back", progress_description="Contracts are *signed*")
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    to_the_end(place)
    assert len(place.posts(LEAD)) == many
    turn(place, "Send")
    place.sees(LEAD, "Stored: ")
    assert "sent. The next message says" in place.shown(LEAD)
    answers = place.world.answers("52")
    assert answers is not None
    assert answers["progress_description"] == "Contracts are *signed*"


def test_a_page_that_still_shows_somewhere_takes_back_nothing_of_what_was_typed_since(place: Workplace) -> None:
    opened(place)
    turn(place, "Next", delivery="on_track")
    (post, action), left = place.button(LEAD, "Next"), typed(place, progress_description="Half of it")
    turn(place, "Next", progress_description="Contracts are signed", **{"milestones.go_live": "2020-03-31"})
    before = post.versions
    untouched = {key: value for key, value in left.items() if key != "in.progress_description"}
    place.pressed(LEAD, post.id, {**action, "data": action["data"] | untouched})
    until(lambda: post.versions > before)
    turn(place, "Back")
    assert {"Contracts are signed", "2020-03-31"} <= set(typed(place).values())
    before = post.versions
    place.pressed(LEAD, post.id, {**action, "data": action["data"] | left})
    until(lambda: post.versions > before)
    turn(place, "Back")
    assert {"Half of it", "2020-03-31"} <= set(typed(place).values()), "what is typed there counts, and that alone"


@pytest.mark.both_databases
def test_a_form_whose_pages_are_turned_after_a_newer_answer_replaces_it_only_knowingly(place: Workplace) -> None:
    opened(place)
    turn(place, "Next", delivery="on_track")
    for number, words in enumerate(["52 on track, told by phone", "send it"]):
        act = Incoming(place.world.person_id(SECRETARY), f"phone-{number}", "text", text=words)
        converse(place.engine, act, place.world.clock.now())
    place.move_to("2019-08-30 09:20")
    place.sees(LEAD, "has just answered 52 while your form of it is open")
    for label in ("Back", "Next", "Next", "Next", "Send"):
        turn(place, label, **({"progress_description": "The lead's words."} if label == "Back" else {}))
    place.sees(LEAD, "Meanwhile Joanna Pell has answered")
    answers = place.world.answers("52")
    assert answers is not None
    assert answers["progress_description"] == "Told by phone"
    turn(place, "Send")
    place.sees(LEAD, "Stored: ")
    answers = place.world.answers("52")
    assert answers is not None
    assert answers["progress_description"] == "The lead's words."


def test_what_is_chosen_changes_what_is_asked_on_the_next_page(place: Workplace) -> None:
    opened(place)
    turn(place, "Next", delivery="unlikely")
    to_the_end(place)
    turn(place, "Send")
    assert "⚠" in place.posts(LEAD)[-1].text
    assert place.world.answers("52") is None


def test_a_form_that_is_put_away_keeps_what_was_typed_and_can_be_gone_on_with(place: Workplace) -> None:
    opened(place)
    turn(place, "Next", delivery="on_track")
    turn(place, "Cancel", progress_description="Worth keeping")
    assert "put away, and not sent" in place.posts(LEAD)[-1].text
    place.presses(LEAD, "Open the form")
    place.sees(LEAD, "Page 2 of")
    assert "Worth keeping" in typed(place).values()


def test_a_form_that_is_done_with_says_so_and_stores_nothing(place: Workplace) -> None:
    opened(place)
    post, action = place.button(LEAD, "Next")
    to_the_end(place)
    turn(place, "Send")
    place.sees(LEAD, "Stored: ")
    answer = place.pressed(LEAD, post.id, action)
    assert "done with" in answer["value"]["fallbackText"]


@pytest.mark.both_databases
def test_where_storing_fails_the_form_stays_with_what_was_typed(place: Workplace) -> None:
    opened(place)
    turn(place, "Next", delivery="on_track")
    while " Send" not in place.buttons(LEAD):
        turn(place, "Next", progress_description="Worth keeping")
    with broken(place.engine, "return_version"):
        answer = place.presses(LEAD, "Send", typed(place))
    assert "What you typed is still here" in str(answer["value"])
    assert " Send" in place.buttons(LEAD)
    place.move_to("2019-08-30 09:30")
    place.sees(LEAD, "Stored: ")
    assert place.shown(LEAD).count("Stored: ") == 1


def test_whoever_installs_the_app_is_linked_by_their_address_welcomed_once_and_asked(
    engine: Engine, teams: Teams
) -> None:
    place = Workplace(engine, teams, LEAD)
    place.world.unlink_everybody()
    with place.open():
        place.move_to(OPENS)
        assert place.posts(LEAD) == []
        for _ in range(2):
            place.installs(LEAD)
        place.sees(LEAD, "Hello. From now on I ask you here")
        place.move_to("2019-08-30 09:05")
        place.sees(LEAD, "Please update 1 activity")
        assert place.shown(LEAD).count("Hello. From now on") == 1


def test_whoever_gets_the_app_while_teams_cannot_be_asked_is_linked_when_it_can(engine: Engine, teams: Teams) -> None:
    place = Workplace(engine, teams, LEAD)
    place.world.unlink_everybody()
    teams.arm("members", *["503 before"] * 2 * MAX_ATTEMPTS)
    with place.open():
        place.meets("a stranger")
        place.move_to(OPENS)
        place.installs(LEAD)

        def is_welcomed() -> bool:
            place.world.clock.set(place.world.clock.now() + PLATFORM_AWAY.wait)
            # Whatever comes in has the inbox looked through.
            place.says("a stranger", "hello")
            return "Hello. From now on I ask you here" in place.shown(LEAD)

        until(is_welcomed)


def test_whoever_is_given_the_app_at_night_is_welcomed_in_the_morning(engine: Engine, teams: Teams) -> None:
    place = Workplace(engine, teams, LEAD)
    place.world.unlink_everybody()
    with place.open():
        place.move_to("2019-08-29 23:30")
        place.installs(LEAD)
        until(lambda: messages_to_come(engine) == 1)
        place.move_to("2019-08-29 23:45")
        assert place.shown(LEAD) == ""
        place.move_to(OPENS)
        place.sees(LEAD, "Hello. From now on I ask you here")


def messages_to_come(engine: Engine) -> int:
    with Session(engine) as session:
        return len(session.exec(select(OutgoingMessage).where(OutgoingMessage.because == "reply")).all())


def test_while_a_pilot_runs_whoever_gets_the_app_outside_it_is_linked_and_told_nothing(
    engine: Engine, teams: Teams
) -> None:
    place = Workplace(engine, teams, LEAD, SECRETARY)
    place.world.unlink_everybody()
    with Session(engine) as session:
        lead = session.exec(select(Person).where(Person.email == f"{LEAD}@example.org")).one()
        set_pilot(session, [stored_id(lead.id)], place.world.clock.now(), None)
        session.commit()
    with place.open():
        place.move_to(OPENS)
        place.installs(SECRETARY)
        place.installs(LEAD)
        place.sees(LEAD, "Hello. From now on I ask you here")
        place.move_to("2019-08-30 09:05")
        place.says(SECRETARY, "my")
        place.sees(SECRETARY, "Nothing is wanted from you")
    assert "Hello. From now on" not in place.shown(SECRETARY)


def test_whoever_is_unknown_is_answered_once_a_day(place: Workplace) -> None:
    place.meets("a stranger")
    for _ in range(2):
        place.says("a stranger", "hello")
    place.sees("a stranger", "Remembrancer does not know you yet")
    place.says("a stranger", "hello again")
    place.says(LEAD, "my")
    until(lambda: place.shown(LEAD).count("Please update 1 activity") == 2)
    assert place.shown("a stranger").count("does not know you") == 1


def test_a_strangers_press_on_a_form_does_nothing_however_often_it_is_delivered(place: Workplace) -> None:
    opened(place)
    post, action = place.button(LEAD, "Next")
    place.meets("a stranger")
    for _ in range(2):
        place.pressed("a stranger", post.id, action, "the same press")
    place.sees("a stranger", "Remembrancer does not know you yet")
    place.says(LEAD, "my")
    until(lambda: place.shown(LEAD).count("Please update 1 activity") == 2)
    until(lambda: states(place) == {EventState.DONE})


def test_what_was_amiss_is_put_right_and_sent_from_the_page_on_which_it_is(place: Workplace) -> None:
    opened(place)
    turn(place, "Next", delivery="on_track")
    assert "Send" not in place.buttons(LEAD)
    turn(place, "Next", **{"milestones.go_live": "2020-03-31"})
    to_the_end(place)
    turn(place, "Send")
    assert "Page 2 of" in place.posts(LEAD)[-1].text
    assert place.buttons(LEAD).split() == ["Back", "Send", "Next", "Cancel"]
    turn(place, "Send", progress_description="Contracts are signed")
    place.sees(LEAD, "Stored: ")
    answers = place.world.answers("52")
    assert answers is not None
    assert answers["progress_description"] == "Contracts are signed"


@pytest.mark.parametrize("label", ["Remind me later", "Ask someone else", "Not mine"])
def test_a_form_that_is_put_away_says_so_and_nothing_else(place: Workplace, label: str) -> None:
    place.presses(LEAD, label)
    until(lambda: "Cancel" in place.buttons(LEAD))
    before = len(place.posts(LEAD))
    answer = place.presses(LEAD, "Cancel")["value"]
    assert "put away, and not sent" in answer["fallbackText"]
    place.says(LEAD, "help")
    place.sees(LEAD, "You can answer in your own words")
    assert len(place.posts(LEAD)) == before + 1


def states(place: Workplace) -> set[EventState]:
    """Of all that was heard."""
    with Session(place.engine) as session:
        return {EventState(row.state) for row in session.exec(select(IncomingEvent))}


def test_what_is_said_in_a_channel_is_answered_in_the_chat_where_nobody_reads_along(place: Workplace) -> None:
    channel = place.teams.channel()
    place.says_in(channel, LEAD, "my")
    until(lambda: place.shown(LEAD).count("Please update 1 activity") == 2)
    place.meets("a stranger")
    place.says_in(channel, "a stranger", "my")
    place.says(LEAD, "my")
    until(lambda: place.shown(LEAD).count("Please update 1 activity") == 3)
    assert place.teams.shown(channel) == []


def test_what_is_written_cannot_format_or_link_in_what_others_read(place: Workplace) -> None:
    place.says(LEAD, "on track, **bold** [link](https://example.org) <at>everyone</at>")
    place.sees(LEAD, "This is what was understood")
    assert "Bold [link](https://example.org) everyone" in place.posts(LEAD)[-1].text.replace("\u2060", "")

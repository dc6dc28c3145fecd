"""Forms in Slack: opened, changed, sent page by page, and nothing that is typed is lost."""

import threading
from typing import Any

import pytest
from sqlmodel import Session, select

from remembrancer.bot.conversation.handle import converse
from remembrancer.bot.core.incoming import Incoming
from remembrancer.bot.inbound.dispatch import Outcome
from remembrancer.bot.slack.inbound import receiver
from remembrancer.bot.slack.inbound.dispatch import SlackDispatcher
from remembrancer.bot.slack.inbound.events import Event
from remembrancer.models import OpenForm
from tests.dialog import LEAD, SECRETARY
from tests.slack.hosting import Hosted, Workplace, until
from tests.slack.talking import UNLIKELY, all_done, broken, kept, opened, said, through, versions


@pytest.mark.both_databases
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


def test_the_page_before_comes_back_as_it_was_and_so_does_the_one_that_was_left(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    assert "Back" not in slack.shown_modal(ruth)
    slack.fill(ruth, {"progress_description": "Contracts are signed"})
    assert slack.submit(ruth) == {}
    slack.fill(ruth, {"milestones.go_live": "2020-03-31"})
    slack.press_in(ruth, label="Back")
    until(lambda: "Page 1 of 4" in slack.shown_modal(ruth))
    assert "Contracts are signed" in slack.shown_modal(ruth)
    slack.fill(ruth, {"progress_description": "Contracts are signed and sealed"})
    assert slack.submit(ruth) == {}
    assert "Page 2 of 4" in slack.shown_modal(ruth)
    assert "2020-03-31" in slack.shown_modal(ruth)
    assert through(slack, ruth, 3) == {}
    said(place, "Stored: ")
    [answers] = versions(place.engine)
    assert answers["progress_description"] == "Contracts are signed and sealed"
    assert answers["milestones"]["go_live"] == "2020-03-31"
    assert slack.refusals == []


@pytest.mark.both_databases
def test_a_form_whose_pages_are_turned_after_a_newer_answer_replaces_it_only_knowingly(
    place: Workplace, app: Hosted, ruth: str
) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    slack.fill(ruth, {"progress_description": "The lead's words."})
    for number, words in enumerate(["52 on track, told by phone", "send it"]):
        act = Incoming(place.world.person_id(SECRETARY), f"phone-{number}", "text", text=words)
        converse(place.engine, act, place.world.clock.now())
    place.move_to("2019-08-30 09:20")
    said(place, "has just answered 52 while your form of it is open")
    assert through(slack, ruth) == {}
    assert "Meanwhile Joanna Pell has answered" in slack.shown_modal(ruth)
    assert versions(place.engine) == [], "what was told by phone stands"
    assert slack.submit(ruth) == {}
    until(lambda: versions(place.engine))
    assert versions(place.engine)[0]["progress_description"] == "The lead's words."


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
    assert "'value': 'unlikely'" in kept(place)


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


def test_a_command_opens_its_form_at_once(place: Workplace, app: Hosted, ruth: str) -> None:
    place.slack.command(ruth, "/remembrancer", "answer 52")
    opened(place)


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
    until(lambda: "Not yet finished, but kept" in kept(place))


@pytest.mark.both_databases
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
    assert "'value': 'remedial_action'" in kept(place)
    assert "'value': 'remedial_action'" in str(slack.view_of(ruth))


@pytest.mark.both_databases
def test_where_storing_fails_the_form_stays_with_what_was_typed_and_can_be_sent_again(
    place: Workplace, over_http: Hosted, ruth: str
) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    slack.fill(ruth, {"progress_description": "Worth keeping"})
    through(slack, ruth, 3)
    with broken(place.engine, "return_version"):
        answer = slack.submit(ruth)
    assert "What you typed is still here" in str(answer)
    assert slack.submit(ruth) == {}
    said(place, "Stored: ")
    assert versions(place.engine)[0]["progress_description"] == "Worth keeping"


def test_where_nothing_can_be_read_the_form_stays_open(place: Workplace, over_http: Hosted, ruth: str) -> None:
    slack = place.slack
    slack.press(ruth, label="Answer")
    opened(place)
    with broken(place.engine, "open_form"):
        assert "send it again" in str(slack.submit(ruth))
    assert slack.submit(ruth) == {}
    assert "Page 2 of 4" in slack.shown_modal(ruth)


class Gate:
    """Holds up what is done with submissions until it is opened; nobody is patient meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened, really = threading.Event(), SlackDispatcher.handle_submission

        def submitted(turns: SlackDispatcher, heard: Event) -> Outcome | None:
            assert self.opened.wait(20)
            return really(turns, heard)

        monkeypatch.setattr(SlackDispatcher, "handle_submission", submitted)
        monkeypatch.setattr(receiver, "PATIENCE", 0.2)


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

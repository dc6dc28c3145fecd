"""The sandbox's pages without a browser."""

import re
from collections.abc import Callable

import pytest
from httpx import Response
from sqlmodel import Session, select

from remembrancer.bot.sandbox.demo import Demo
from remembrancer.models import ReturnVersion
from tests.web.visitor import Client, Visitor, event_of, move_on, person_id

Be = Callable[[str], Visitor]
AMBER: dict[str, str | list[str]] = {
    "delivery": "remedial_action",
    "progress_description": "Two partners have left the board.",
    "issues": ["capacity", "stakeholders"],
    "issue_detail": "There is nobody to do the work.",
    "issue_impact": "Three months late.",
    "mitigating_actions": "none",
    "expected_reporting": ["adults_delivery_board", "asch_cabinet_committee"],
    "expected_reporting.asch_cabinet_committee": "2019-11-20",
    "on_informal_forward_plan": "yes",
}


def versions(demo: Demo, giver: int) -> list[ReturnVersion]:
    with Session(demo.engine) as session:
        return list(
            session.exec(
                select(ReturnVersion).where(ReturnVersion.given_by_id == giver, ReturnVersion.came_from != "file")
            )
        )


def test_the_welcome_page_names_everybody_and_every_channel(looker: Client) -> None:
    page = looker.get("/").text
    for text in (
        "Ruth Fairbrass",
        "Reports to Stephen Harcourt, Assistant Director of Commissioning",
        "#corporate-board",
    ):
        assert text in page
    assert "Leave 2 Sep 2019 to 6 Sep 2019; Helen Marsh is asked instead" in page


@pytest.mark.parametrize(
    "path", ["/people/999", "/people/nobody", "/channels/nothing", "/static/nothing", "/elsewhere"]
)
def test_what_is_not_there_is_a_page_in_words(looker: Client, path: str) -> None:
    answer = looker.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_a_failure_is_a_page_that_says_what_to_do(
    looker: Client, untouched: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(untouched.chat, "last_post_ids", lambda: 1 / 0)
    answer = looker.get("/")
    assert answer.status_code == 500
    assert "Please go back and try again" in answer.text


def test_moving_the_clock_stays_on_the_page_and_says_what_was_sent(client: Client) -> None:
    answer = move_on(client, "/people/14")
    assert answer.url.path == "/people/14"
    assert "Moved to Friday 30 August 2019, 09:00" in answer.text
    assert "<strong>Quarter 2 2019/20</strong> opened" in answer.text
    assert "<strong>Request</strong> (the window opens; leads the item) to 17 people" in answer.text


def test_unread_messages_are_marked_until_they_are_read(client: Client) -> None:
    before = move_on(client).text.count("Unread")
    client.get("/people/14")
    assert client.get("/").text.count("Unread") == before - 1 == 16


def test_the_clock_runs_to_a_moment_or_to_the_next_working_morning(client: Client) -> None:
    client.post("/clock", data={"move": "to", "moment": "2019-09-06T12:00", "back": "/"})
    assert (
        "Moved to Monday 9 September 2019, 09:00" in client.post("/clock", data={"move": "morning", "back": "/"}).text
    )


@pytest.mark.parametrize("moment", ["", "yesterday", "2019-01-01T09:00", "2999-01-01T09:00"])
def test_the_clock_refuses_a_moment_that_is_past_far_off_or_none(looker: Client, untouched: Demo, moment: str) -> None:
    before = untouched.clock.now()
    answer = looker.post("/clock", data={"move": "to", "moment": moment, "back": "/outbox"})
    assert answer.url.path == "/outbox"
    assert "The clock only goes forward" in answer.text
    assert untouched.clock.now() == before


def test_moving_the_clock_leads_to_no_page_of_anybody_else(client: Client) -> None:
    assert move_on(client, "//elsewhere.example/").url.host == "localhost"


def amber_form(lead: Visitor) -> Response:
    """The form as it asks somebody whose activity is not on track."""
    steers = {name: AMBER[name] for name in ("delivery", "issues", "expected_reporting")}
    return lead.fill(lead.press("Answer"), steers, do="change")


def test_an_answer_by_form_goes_round_by_its_errors_and_is_stored_once(be: Be, asked: Demo) -> None:
    lead = be("Ruth Fairbrass")
    errors = lead.fill(amber_form(lead), {**AMBER, "issue_detail": " ", "mitigating_actions": ""})
    assert "Not sent yet: 2 to look at below." in errors.text
    assert 'href="#field-issue_detail"' in errors.text
    assert 'aria-describedby="error-issue_detail" aria-invalid="true"' in errors.text
    assert "Two partners have left the board." in errors.text
    for _ in range(2):
        assert "thank you. Stored" in lead.fill(errors, AMBER).text
    (stored,) = versions(asked, lead.id)
    assert stored.answers["issues"] == ["capacity", "stakeholders"]
    assert stored.answers["expected_reporting"] == {"adults_delivery_board": "", "asch_cabinet_committee": "2019-11-20"}


def test_a_choice_that_steers_the_form_asks_other_questions_and_keeps_what_was_typed(be: Be) -> None:
    lead = be("Tom Ashdown")
    form = lead.press("Answer")
    assert "What is their impact on delivery?" not in lead.fill(form, {"delivery": "on_track"}, do="change").text
    changed = lead.fill(form, {"delivery": "remedial_action", "progress_description": "Half a sentence"}, do="change")
    assert "What is their impact on delivery?" in changed.text
    assert "Half a sentence" in changed.text


def test_a_form_that_is_gone_says_so(be: Be) -> None:
    lead = be("Tom Ashdown")
    assert "That form is out of date" in lead.client.get(f"{lead.page}/forms/none").text
    assert "That form is out of date" in lead.client.post(f"{lead.page}/forms/none", data={"event": "e"}).text


def test_a_form_is_shown_only_to_whom_it_was_given(be: Be) -> None:
    lead, other = be("Tom Ashdown"), be("Joanna Pell")
    token = str(lead.press("Answer").url).rsplit("/", 1)[1]
    assert "That form is out of date" in lead.client.get(f"{other.page}/forms/{token}").text


def test_a_button_pressed_twice_acts_once(be: Be) -> None:
    lead, secretary = be("Grace Oyelaran"), be("Joanna Pell")
    lead.fill(amber_form(lead), AMBER)
    secretary.say("see 47")
    accept = secretary.buttons()["Accept"]
    for _ in range(2):
        page = secretary.client.post(f"{secretary.page}/press", data={"press": accept}).text
    assert page.count("47 is accepted.") == 1
    assert "This answer is accepted already" not in page


def test_words_sent_twice_are_said_once(be: Be) -> None:
    lead = be("Priya Raman")
    event = event_of(lead.read())
    for _ in range(2):
        page = lead.client.post(f"{lead.page}/say", data={"event": event, "text": "my"}).text
    assert page.count('<p class="typed">my</p>') == 1
    assert page.count("Please update 1 activity") == 2


def test_a_lead_may_be_left_to_the_record_and_taken_back(be: Be, asked: Demo) -> None:
    lead = be("Ruth Fairbrass")
    assert "You answer for this person." in lead.read()
    assert "as they did on record" in lead.client.post(f"{lead.page}/answers", data={"yours": "no"}).text
    assert lead.id not in asked.visitors_people
    lead.client.post(f"{lead.page}/answers", data={"yours": "yes"})
    assert lead.id in asked.visitors_people


def test_a_secretary_sends_an_answer_back_and_the_lead_is_asked_again(be: Be) -> None:
    lead, secretary = be("Yasmin Begum"), be("Joanna Pell")
    lead.fill(amber_form(lead), AMBER)
    secretary.say("see 61")
    secretary.fill(secretary.press("Send back"), {"reason": "Which partners left?"})
    assert "Sent back: Which partners left?" in lead.read()


def test_an_admin_is_told_beside_the_field_what_is_wrong_with_a_date(be: Be) -> None:
    admin = be("Asif Chaudhry")
    admin.say("", command="windows")
    page = admin.fill(admin.press("Move"), {"closes": "soon", "opens": "soon"}).text
    assert '<p class="error" id="error-closes"><span class="unseen">Error: </span>Write the day and the time' in page


def test_a_reply_to_a_message_is_about_its_items_and_the_outbox_says_why_it_was_sent(
    client: Client, demo: Demo
) -> None:
    move_on(client)
    stand_in = Visitor(client, person_id(demo, "Helen Marsh"))
    demo.run_to_next()
    post = re.findall(r"\?reply=(\d+)#text", stand_in.read())[-1]
    assert "Replying to" in client.get(f"{stand_in.page}?reply={post}").text
    page = stand_in.say("on track", about=post).text
    assert "In reply to an earlier message" in page
    assert page.rindex("<strong>54 –") > page.rindex("In reply to")
    outbox = client.get("/outbox").text
    assert "the window opens; leads the item" in outbox
    assert "the window opens; stands in for the lead, who is on leave" in outbox
    assert "they wrote or pressed something" in outbox


def test_a_digest_is_in_its_boards_channel_with_tables_that_say_what_they_head(client: Client) -> None:
    client.post("/clock", data={"move": "to", "moment": "2019-09-13T18:00", "back": "/"})
    page = client.get("/channels/asch_cabinet_committee").text
    assert "<h2>Strategic Delivery Plan: Quarter 2 2019/20</h2>" in page
    assert '<div class="frame" role="group" tabindex="0" aria-label="Delivery"><table>' in page
    assert '<th class="number short" scope="col">Percent</th>' in page
    assert "style=" not in page


def test_starting_again_forgets_everything(client: Client) -> None:
    move_on(client)
    assert "Friday 30 August 2019, 08:30" in client.post("/again").text
    assert "Nothing has been said yet" in client.get("/people/14").text
    assert "Nothing has been sent yet" in client.get("/outbox").text

"""The sandbox's pages without a browser."""

import re

import pytest
from sqlmodel import Session, select

from bot.sandbox.demo import Demo
from models import Person, ReturnVersion
from tests.web.visitor import Client, Visitor, event_of, move_on

AMBER: dict[str, str | list[str]] = {
    "delivery": "remedial_action",
    "progress_description": "Two partners have left the board.",
    "issues": ["capacity", "stakeholders"],
    "issue_detail": "There is nobody to do the work.",
    "issue_impact": "Three months late.",
    "mitigating_actions": "none",
    "expected_reporting": ["informal_governance_board", "cabinet_committee"],
    "expected_reporting.cabinet_committee": "2019-11-20",
    "on_informal_forward_plan": "yes",
}


def person_id(demo: Demo, name: str) -> int:
    with Session(demo.engine) as session:
        return session.exec(select(Person.id).where(Person.name == name)).one() or 0


def versions(demo: Demo, giver: int) -> list[ReturnVersion]:
    with Session(demo.engine) as session:
        return list(
            session.exec(
                select(ReturnVersion).where(ReturnVersion.given_by_id == giver, ReturnVersion.came_from != "file")
            )
        )


@pytest.fixture
def lead_id(demo: Demo) -> int:
    return person_id(demo, "Ruth Fairbrass")


@pytest.fixture
def lead(client: Client, lead_id: int) -> Visitor:
    """The lead officer, who has just been asked."""
    move_on(client)
    return Visitor(client, lead_id)


@pytest.fixture
def secretary(client: Client, demo: Demo) -> Visitor:
    return Visitor(client, person_id(demo, "Joanna Pell"))


def test_the_welcome_page_names_everybody_and_every_channel(client: Client) -> None:
    page = client.get("/").text
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
def test_what_is_not_there_is_a_page_in_words(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_a_failure_is_a_page_that_says_what_to_do(client: Client, demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo.chat, "last_post_ids", lambda: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Please go back and try again" in answer.text


def test_moving_the_clock_stays_on_the_page_and_says_what_was_sent(client: Client, lead_id: int) -> None:
    answer = move_on(client, f"/people/{lead_id}")
    assert answer.url.path == f"/people/{lead_id}"
    assert "Moved to Friday 30 August 2019, 09:00" in answer.text
    assert "<strong>Quarter 2 2019/20</strong> opened" in answer.text
    assert "<strong>Request</strong> (the window opens) to 17 people" in answer.text


def test_the_clock_runs_to_a_moment_or_to_the_next_working_morning(client: Client, demo: Demo) -> None:
    client.post("/clock", data={"move": "to", "moment": "2019-09-06T12:00", "back": "/"})
    assert (
        "Moved to Monday 9 September 2019, 09:00" in client.post("/clock", data={"move": "morning", "back": "/"}).text
    )


@pytest.mark.parametrize("moment", ["", "yesterday", "2019-01-01T09:00", "2999-01-01T09:00"])
def test_the_clock_refuses_a_moment_that_is_past_far_off_or_none(client: Client, demo: Demo, moment: str) -> None:
    before = demo.clock.now()
    answer = client.post("/clock", data={"move": "to", "moment": moment, "back": "/outbox"})
    assert answer.url.path == "/outbox"
    assert "The clock only goes forward" in answer.text
    assert demo.clock.now() == before


def test_moving_the_clock_leads_to_no_page_of_anybody_else(client: Client) -> None:
    assert move_on(client, "//elsewhere.example/").url.host == "localhost"


def test_unread_messages_are_marked_until_they_are_read(client: Client, lead: Visitor) -> None:
    before = client.get("/").text.count("Unread")
    lead.read()
    assert client.get("/").text.count("Unread") == before - 1 == 16


def test_an_answer_by_form_goes_round_by_its_errors_and_is_stored_once(lead: Visitor, demo: Demo, lead_id: int) -> None:
    form = lead.press("Answer")
    errors = lead.fill(form, {**AMBER, "issue_detail": " ", "mitigating_actions": ""})
    assert "Not sent yet: 2 to look at below." in errors.text
    assert 'href="#field-issue_detail"' in errors.text
    assert 'aria-describedby="error-issue_detail" aria-invalid="true"' in errors.text
    assert "Two partners have left the board." in errors.text
    for _ in range(2):
        assert "thank you. Stored" in lead.fill(errors, AMBER).text
    (stored,) = versions(demo, lead_id)
    assert stored.answers["issues"] == ["capacity", "stakeholders"]
    assert stored.answers["expected_reporting"] == {"informal_governance_board": "", "cabinet_committee": "2019-11-20"}


def test_a_choice_that_steers_the_form_asks_other_questions_and_keeps_what_was_typed(lead: Visitor) -> None:
    form = lead.press("Answer")
    assert "What is their impact on delivery?" not in form.text
    changed = lead.fill(form, {"delivery": "remedial_action", "progress_description": "Half a sentence"}, do="change")
    assert "What is their impact on delivery?" in changed.text
    assert "Half a sentence" in changed.text


def test_a_form_that_is_gone_says_so(client: Client, lead: Visitor) -> None:
    assert "That form is out of date" in client.get(f"{lead.page}/forms/none").text
    assert "That form is out of date" in client.post(f"{lead.page}/forms/none", data={"event": "e"}).text


def test_a_form_is_shown_only_to_whom_it_was_given(client: Client, lead: Visitor, secretary: Visitor) -> None:
    token = str(lead.press("Answer").url).rsplit("/", 1)[1]
    assert "That form is out of date" in client.get(f"{secretary.page}/forms/{token}").text


def test_a_button_pressed_twice_acts_once(client: Client, lead: Visitor, secretary: Visitor, demo: Demo) -> None:
    lead.fill(lead.press("Answer"), AMBER)
    secretary.say("see 52")
    accept = secretary.buttons()["Accept"]
    for _ in range(2):
        page = client.post(f"{secretary.page}/press", data={"press": accept}).text
    assert page.count("52 is accepted.") == 1
    assert "This answer is accepted already" not in page


def test_words_sent_twice_are_said_once(client: Client, lead: Visitor) -> None:
    event = event_of(lead.read())
    for _ in range(2):
        page = client.post(f"{lead.page}/say", data={"event": event, "text": "my"}).text
    assert page.count('<p class="typed">my</p>') == 1
    assert page.count("Please update 1 activity") == 2


def test_a_reply_to_a_message_is_about_its_items(client: Client, demo: Demo) -> None:
    move_on(client)
    stand_in = Visitor(client, person_id(demo, "Helen Marsh"))
    demo.run_to_next()
    post = re.findall(r"\?reply=(\d+)#write", stand_in.read())[-1]
    assert "Replying to" in client.get(f"{stand_in.page}?reply={post}").text
    page = stand_in.say("on track", about=post).text
    assert "In reply to an earlier message" in page
    assert page.rindex("<strong>54 –") > page.rindex("In reply to")


def test_the_visitor_may_leave_a_lead_to_the_record_and_take_them_back(
    client: Client, lead: Visitor, demo: Demo, lead_id: int
) -> None:
    assert "You answer for this person." in lead.read()
    assert "as they did on record" in client.post(f"{lead.page}/answers", data={"yours": "no"}).text
    assert lead_id not in demo.yours
    client.post(f"{lead.page}/answers", data={"yours": "yes"})
    assert lead_id in demo.yours


def test_a_secretary_sends_an_answer_back_and_the_lead_is_asked_again(
    lead: Visitor, secretary: Visitor, client: Client
) -> None:
    lead.fill(lead.press("Answer"), AMBER)
    secretary.say("see 52")
    form = secretary.press("Send back")
    secretary.fill(form, {"reason": "Which partners left?"})
    assert "Sent back: Which partners left?" in lead.read()


def test_an_admin_moves_a_window_by_a_form(client: Client, demo: Demo) -> None:
    admin = Visitor(client, person_id(demo, "Asif Chaudhry"))
    admin.say("", command="windows")
    form = admin.press("Move")
    assert "Write the date and time" in admin.fill(form, {"closes": "soon", "opens": "soon"}).text


def test_a_digest_is_in_its_boards_channel_with_tables_that_say_what_they_head(client: Client, demo: Demo) -> None:
    client.post("/clock", data={"move": "to", "moment": "2019-09-13T18:00", "back": "/"})
    page = client.get("/channels/asch_cabinet_committee").text
    assert "<h2>Strategic Delivery Plan: Quarter 2 2019/20</h2>" in page
    assert '<div class="frame" role="group" tabindex="0" aria-label="Delivery"><table>' in page
    assert '<th class="number short" scope="col">Percent</th>' in page
    assert "style=" not in page


def test_the_outbox_says_to_whom_what_and_why(client: Client, lead: Visitor, demo: Demo) -> None:
    lead.say("help")
    demo.run_to_next()
    page = re.sub(r"\s+", " ", client.get("/outbox").text)
    assert '<span>Request</span> <span class="quiet">the window opens; leads the item</span>' in page
    assert "the window opens; stands in for the lead, who is on leave" in page
    assert "they wrote or pressed something" in page


def test_starting_again_forgets_everything(client: Client, lead: Visitor) -> None:
    lead.say("help")
    assert "Friday 30 August 2019, 08:30" in client.post("/again").text
    assert "Nothing has been said yet" in lead.read()
    assert "Nothing has been sent yet" in client.get("/outbox").text

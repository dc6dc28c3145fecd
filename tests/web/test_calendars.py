"""Calendar feeds: valid by an independent parser, one UID to an event, and nothing that may not be read."""

from datetime import date
from typing import Any

import pytest
from dateutil.parser import isoparse
from fastapi import FastAPI
from icalendar import Calendar
from recurring_ical_events import of
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Board, ForwardPlanItem, Meeting, MeetingState, Person
from remembrancer.services.calendar_links import feed_token, renew
from remembrancer.web.calendar_feeds import calendar_router
from tests.bot.test_papers import FORWARD, LEAD, SECRETARY
from tests.dialog import World, hold, london, presses, says
from tests.web.visitor import Client

SDP = "Strategic Delivery Plan (SDP) Monitoring"


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine, FORWARD, at="2021-04-06 08:30")
    made.wait_until("2021-04-21 09:00")
    return made


@pytest.fixture
def client(world: World) -> Client:
    app = FastAPI()
    app.include_router(calendar_router(lambda: world.engine, lambda: world.clock))
    return Client(app)


def of_person(world: World, who: str = LEAD) -> str:
    with Session(world.engine) as session:
        found = feed_token(session, session.exec(select(Person).where(Person.email == f"{who}@example.org")).one())
        session.commit()
    return f"/calendar/{found}.ics"


def of_board(world: World) -> str:
    with Session(world.engine) as session:
        found = feed_token(session, session.exec(select(Board).where(Board.key == "asc_cabinet_committee")).one())
        session.commit()
    return f"/calendar/{found}.ics"


def events(client: Client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found), "no UID is there twice"
    return by_uid


def of_title(found: dict[str, Any], title: str) -> list[Any]:
    return [event for event in found.values() if str(event["SUMMARY"]) == title]


@pytest.mark.both_databases
def test_a_leads_calendar_has_the_papers_that_they_bring_and_the_meetings(world: World, client: Client) -> None:
    found = events(client, of_person(world))
    titles = {str(event["SUMMARY"]) for event in found.values()}
    coming = min(of_title(found, f"Is it coming? {SDP}"), key=lambda event: event["DTSTART"].dt)
    assert coming["DTSTART"].dt == date(2021, 5, 6)
    assert "six weeks before the meeting" in coming["DESCRIPTION"]
    assert coming.walk("VALARM")[0]["TRIGGER"].dt.days == -1
    assert any(str(e["SUMMARY"]) == "Adult Social Care Cabinet Committee" for e in found.values())
    assert not any("Grants" in title for title in titles)


def test_a_secretarys_calendar_has_the_notices_that_she_publishes(world: World, client: Client) -> None:
    with Session(world.engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == "MADE update")).one()
        item.key_decision, item.confidential = True, True
        session.commit()
    found = events(client, of_person(world, SECRETARY))
    assert {(str(event["SUMMARY"]), event["DTSTART"].dt) for event in found.values() if event.walk("VALARM")} == {
        ("Is the notice of the key decision published? Exempt item", date(2021, 5, 19)),
        ("Notice of the private meeting published: Exempt item", date(2021, 5, 19)),
        (
            "Second notice of the private meeting published, with the representations received: Exempt item",
            date(2021, 6, 11),
        ),
    }
    assert [str(e["SUMMARY"]) for e in found.values() if not e.walk("VALARM")] == [
        "Adult Social Care Cabinet Committee"
    ]
    of_lead = events(client, of_person(world, LEAD))
    assert not any("notice" in str(event["SUMMARY"]).lower() for event in of_lead.values())


def test_a_boards_calendar_has_its_meetings_and_their_dates_with_the_reasons(world: World, client: Client) -> None:
    found = events(client, of_board(world))
    agenda = [e for e in found.values() if str(e["SUMMARY"]).startswith("Agenda and reports published")]
    assert date(2021, 6, 9) in [event["DTSTART"].dt for event in agenda]
    assert all("s100B" in event["DESCRIPTION"] for event in agenda)


def test_an_event_that_changes_keeps_its_uid_and_its_sequence_grows(world: World, client: Client) -> None:
    path = of_board(world)
    before = events(client, path)
    with Session(world.engine) as session:
        meeting = session.exec(select(Meeting).where(Meeting.uid == "asc_cabinet_committee:ASC-21-06")).one()
        meeting.moved_from, meeting.starts_at = meeting.starts_at, london("2021-06-24 10:00")
        meeting.revision += 1
        session.commit()
    after = events(client, path)
    assert set(after) == set(before)
    moved = [uid for uid in after if after[uid]["DTSTART"].dt != before[uid]["DTSTART"].dt]
    assert moved
    assert all(after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"] for uid in moved)


def test_a_cancelled_meeting_is_cancelled_in_the_calendar_and_keeps_its_uid(world: World, client: Client) -> None:
    path = of_board(world)
    with Session(world.engine) as session:
        meeting = session.exec(select(Meeting).where(Meeting.uid == "asc_cabinet_committee:ASC-21-06")).one()
        meeting.state, meeting.revision = MeetingState.CANCELLED, meeting.revision + 1
        session.commit()
    cancelled = [event for event in events(client, path).values() if event["STATUS"] == "CANCELLED"]
    assert {str(event["SUMMARY"]).split(":")[0] for event in cancelled} >= {"Adult Social Care Cabinet Committee"}
    assert all(not event.walk("VALARM") for event in cancelled)


def test_what_is_answered_goes_from_the_calendar(world: World, client: Client) -> None:
    hold(world, [(LEAD, presses("It is coming", SDP), "Thank you")])
    found = events(client, of_person(world))
    june = date(2021, 6, 30)
    assert all(event["DTSTART"].dt > june for event in of_title(found, f"Is it coming? {SDP}"))
    assert any(event["DTSTART"].dt < june for event in of_title(found, f"Is the draft in? {SDP}"))


def test_an_exempt_item_is_not_named_in_a_calendar(world: World, client: Client) -> None:
    with Session(world.engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == SDP)).one()
        item.confidential = True
        session.commit()
    body = client.get(of_person(world)).text
    assert "Strategic Delivery" not in body
    assert "Exempt item" in body


def test_a_calendar_that_has_not_changed_is_not_sent_again(world: World, client: Client) -> None:
    path = of_person(world)
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/calendar/x.ics", "/calendar/WyJwZXJzb24iLDFd.abc.ics"])
def test_an_address_that_was_not_given_out_is_no_calendar(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.both_databases
def test_an_address_ends_with_whoever_leaves_and_with_a_new_secret(world: World, client: Client) -> None:
    path, board = of_person(world), of_board(world)
    with Session(world.engine) as session:
        session.exec(select(Person).where(Person.email == f"{LEAD}@example.org")).one().active = False
        session.commit()
    assert client.get(path).status_code == 404
    with Session(world.engine) as session:
        renew(session)
        session.commit()
    assert client.get(board).status_code == 404


def test_the_address_is_given_in_chat_to_whoever_may_have_it(world: World, client: Client) -> None:
    hold(
        world,
        [
            (LEAD, says("calendar"), "http://localhost:8000/calendar/"),
            (SECRETARY, says("calendar asc_cabinet_committee"), "The calendar of Adult Social Care Cabinet Committee"),
            (LEAD, says("calendar asc_cabinet_committee"), "You keep no board, so there is no board's calendar"),
        ],
    )
    text = next(p.message.text for p in reversed(world.posts(LEAD)) if "/calendar/" in p.message.text)
    path = text.split("http://localhost:8000")[1].split(".ics")[0].replace("\\", "") + ".ics"
    assert events(client, path)


def test_a_feed_is_read_by_an_independent_expansion_as_it_was_written(world: World, client: Client) -> None:
    body = client.get(of_board(world)).content
    found = of(Calendar.from_ical(body)).between(date(2020, 1, 1), date(2022, 12, 31))
    stamps = {str(event["DTSTAMP"].dt) for event in found}
    assert len(found) == len(events(client, of_board(world)))
    assert all(isoparse(stamp).tzinfo is not None for stamp in stamps)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))

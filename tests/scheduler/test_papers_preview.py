"""What a preview says of papers and meetings, and what is then really sent."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import OutgoingMessage, Person, SendState
from remembrancer.models.message import MessageItem
from remembrancer.rules.forward_plan.meeting_notices import NoticeKind
from remembrancer.scheduler.preview.describe import because, steps_of, what
from remembrancer.scheduler.preview.filters import Wanted, outlook
from remembrancer.scheduler.preview.types import Planned
from remembrancer.services.sending import set_pilot
from tests.bot.test_papers import ADMIN, FORWARD, HELEN, LEAD, SECRETARY
from tests.conftest import Edit
from tests.dialog import World, fills_in, hold, london, presses, says

KINDS = ("papers", *NoticeKind)
END = london("2021-06-10 09:00")
Line = tuple[datetime, str, str, tuple[MessageItem, ...], str, bool]


@pytest.fixture
def example() -> Path:
    return FORWARD


@pytest.fixture
def world(engine: Engine, folder: Path, edit: Edit) -> World:
    """The example with a key decision whose notice nobody publishes, and an exempt item."""
    edit("forward_plan.csv", "requested_by,note", "requested_by,note,confidential")
    edit("forward_plan.csv", "MADE update,one-off,,2021-06-17,,,", "MADE update,one-off,,2021-06-17,21/00040,yes,")
    grants = "Community Grants update,one-off,,2021-06-17,,,,Head of Commissioning,,,"
    edit("forward_plan.csv", grants, grants + ",yes")
    return World(engine, folder, at="2021-04-06 08:30")


def planned(world: World, start: datetime) -> list[Planned]:
    """Nothing that is asked changes anything."""
    with Session(world.engine) as session:
        found = [each for each in outlook(session, start, Wanted(days=70)) if each.kind in KINDS and each.at <= END]
        session.rollback()
        return found


def line(each: Planned) -> Line:
    return (each.at, each.to, each.kind, each.items, each.because, each.withheld)


def written(world: World) -> Iterator[Line]:
    """What the outbox holds about papers and meetings: sent, or withheld."""
    with Session(world.engine) as session:
        query = select(OutgoingMessage, Person.email).join(Person, col(Person.id) == OutgoingMessage.person_id)
        query = query.where(
            col(OutgoingMessage.kind).in_(KINDS), col(OutgoingMessage.state).in_((SendState.SENT, SendState.WITHHELD))
        )
        for row, email in session.exec(query).all():
            why = "; ".join(because(session, row, steps_of(session, row)))
            withheld = row.state == SendState.WITHHELD
            yield row.sent_at or row.not_before, email, row.kind, row.items, why, withheld


def something_happens(world: World) -> None:
    """One paper is answered, one is moved, and a lead goes on leave."""
    world.wait_until("2021-04-22 10:00")
    hold(
        world,
        [
            (LEAD, presses("It is coming", "SDP"), "it is coming"),
            (LEAD, presses("Move to another meeting", "KPIs"), "Which meeting?"),
            (LEAD, fills_in(reason="The indicators change in July."), "comes on Wednesday 29 September 2021 now"),
            (LEAD, says("I am away from 20 May to 25 May"), "You are away"),
            (HELEN, says("I am away from 3 May to 5 May"), "You are away"),
        ],
    )


def a_pilot(world: World) -> None:
    with Session(world.engine) as session:
        set_pilot(session, [world.person_id(HELEN)], world.clock.now(), None)
        session.commit()


def both(world: World) -> None:
    something_happens(world)
    a_pilot(world)


@pytest.mark.both_databases
@pytest.mark.parametrize("happens", [something_happens, both])
def test_every_morning_the_preview_is_what_is_then_sent(world: World, happens: Callable[[World], None]) -> None:
    happens(world)
    previews = [(world.clock.now(), planned(world, world.clock.now()))]
    while world.clock.now() < END:
        world.wait_until((world.clock.now() + timedelta(days=1)).astimezone(END.tzinfo).strftime("%Y-%m-%d 09:30"))
        previews.append((world.clock.now(), planned(world, world.clock.now())))
    sent = [each for each in written(world) if each[0] <= END]
    assert {kind for _, _, kind, *_ in sent} == set(KINDS)
    for start, found in previews:
        assert sorted(map(line, found)) == sorted(each for each in sent if each[0] > start), start


def test_the_admin_reads_who_is_asked_what_and_when_and_no_exempt_title(world: World) -> None:
    hold(
        world,
        [
            (
                ADMIN,
                says("preview 21 April"),
                [
                    "**Wednesday 21 April 2021**",
                    "09:00 **Papers for boards** to 3:",
                    "Helen Marsh (Exempt item, MADE update)",
                    "Ruth Fairbrass (Strategic Delivery Plan (SDP) Monitoring, Review of KPIs)",
                    "not: Community Grants",
                ],
            ),
            (
                ADMIN,
                says("preview Joanna Pell 6 May"),
                ["**Agenda-setting pack** to Joanna Pell (the agenda is to be set; is the board's secretary)"],
            ),
            (ADMIN, says("preview 18 May"), ["**Reminder to publish a notice** to Joanna Pell (Exempt item)"]),
            (ADMIN, says("preview 20 May"), ["**Alarm about a notice** to Joanna Pell (MADE update)"]),
            (ADMIN, says("preview 8 June"), ["**Reminder to publish the agenda** to Joanna Pell"]),
        ],
    )


def test_as_json_a_message_about_papers_names_the_meetings_and_no_window(world: World) -> None:
    first = planned(world, london("2021-04-20 10:00"))[0].as_json(ZoneInfo("Europe/London"))
    assert first["meetings"] == [{"board": "asc_cabinet_committee", "day": "2021-06-17"}]
    assert (first["kind"], first["at"], "window" in first) == ("papers", "2021-04-21T09:00:00+01:00", False)


def test_what_was_sent_is_told_in_words(world: World) -> None:
    both(world)
    world.wait_until("2021-06-10 09:00")
    with Session(world.engine) as session:
        for row in session.exec(select(OutgoingMessage)):
            said = (what(row.kind, steps_of(session, row)), *because(session, row, steps_of(session, row)))
            keys = {row.kind, *(each.partition(": ")[0] for each in row.because.split("; "))}
            assert not {key.replace("_", " ") for key in keys} & set(said), row.kind


def test_the_working_day_before_the_secretary_is_told_to_publish_the_notices_of_a_private_meeting(
    world: World,
) -> None:
    world.wait_until("2021-06-10 09:30")
    said = [post.message.text for post in world.posts(SECRETARY) if "in private: an exempt item" in post.message.text]
    assert len(said) == 2
    assert "Publish by Wednesday 19 May 2021: notice of the private meeting published." in said[0]
    assert "second notice of the private meeting published, with the representations received" in said[1]
    assert not any("Community Grants" in text for text in said)

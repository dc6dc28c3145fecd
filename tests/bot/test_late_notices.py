"""The notice of a key decision that was published too late for its meeting is not taken for one in time."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, ForwardPlanItem, Meeting
from tests.bot.test_papers import FORWARD, SECRETARY
from tests.dialog import Act, World, fills_in, hold, london, presses, says, sees_again, waits_until

PLAN = "plan asc_cabinet_committee"
TOO_LATE = "notice published 20 May 2021, too late: to be decided on 18 Jun 2021 at the earliest"


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine, FORWARD, at="2021-04-06 08:30")
    with Session(engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == "MADE update")).one()
        item.key_decision, item.confidential = True, True
        session.commit()
    return made


def records(published: str) -> Act:
    return fills_in(
        published=published,
        decision_maker="Cabinet Member for Adult Social Care",
        maker_title="Cabinet Member",
        documents="Decision report",
        documents_at="the council's website",
    )


def record(world: World, published: str, *shows: str) -> None:
    """On the morning after the last day for it."""
    world.wait_until("2021-05-20 10:00")
    hold(
        world,
        [
            (SECRETARY, presses("The notice is published", "MADE"), "On which day was the notice published?"),
            (SECRETARY, records(published), list(shows)),
        ],
    )


@pytest.mark.both_databases
def test_the_reply_to_a_notice_in_time_says_from_when_it_may_be_decided(world: World) -> None:
    decide = "recorded as published on Wednesday 19 May 2021. The decision may be taken on Thursday 17 June 2021 at the"
    record(world, "2021-05-19", decide, "not: What is left")
    hold(world, [(SECRETARY, says(PLAN), "not: too late")])


def test_a_notice_that_is_a_day_too_late_says_so_until_the_meeting_is_later(world: World) -> None:
    record(
        world,
        "2021-05-20",
        "The decision may be taken on Friday 18 June 2021 at the earliest.",
        "▲ **The notice of a key decision is too late: MADE update**",
        "**A later date:** move it to a meeting on Friday 18 June 2021 or later.",
        "**General exception:** in time for this meeting if begun by",
    )
    hold(
        world,
        [
            (
                SECRETARY,
                sees_again(),
                ["▲ The notice was published on Thursday 20 May 2021, too late for this meeting"],
            ),
            (SECRETARY, says(PLAN), TOO_LATE),
            (SECRETARY, says("my"), ["MADE update", "▲ The notice was published on Thursday 20 May 2021"]),
        ],
    )
    with Session(world.engine) as session:
        query = select(Meeting).where(Meeting.starts_at == london("2021-06-17 10:00"))
        session.exec(query).one().starts_at = london("2021-06-18 10:00")
        session.commit()
    hold(world, [(SECRETARY, says(PLAN), ["Friday 18 June 2021", "not: too late"])])


def test_the_pack_and_the_alarm_say_that_a_notice_is_too_late(world: World) -> None:
    """The meeting was later when the notice was published, so that nobody has said so yet."""
    with Session(world.engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == "MADE update")).one()
        item.notice_published_on = date(2021, 5, 20)
        session.commit()
    world.wait_until("2021-05-07 09:00")
    packs = [post.message.text for post in world.posts(SECRETARY) if "# Agenda setting" in post.message.text]
    assert len(packs) == 1
    line = "- ▲ **MADE update** (once) – Head of Commissioning; exempt; key decision; to be confirmed by 6 May 2021"
    assert f"{line}; {TOO_LATE}" in packs[0]
    hold(
        world,
        [
            (
                SECRETARY,
                waits_until("2021-05-20 09:00"),
                [
                    "▲ **The notice of a key decision is too late: MADE update**",
                    "its notice was published on Thursday 20 May 2021: it may be decided on Friday 18 June 2021",
                ],
            )
        ],
    )


def test_another_route_ends_it_with_who_agreed(world: World) -> None:
    record(world, "2021-05-20", "What is left")
    hold(
        world,
        [
            (SECRETARY, presses("Another route", "MADE"), "Which route is taken?"),
            (SECRETARY, fills_in(), ["Choose one of the routes.", "Say in a few words."]),
            (
                SECRETARY,
                fills_in(route="general_exception", words="The scrutiny chair was told on 20 May."),
                "MADE update: General exception is recorded for Thursday 17 June 2021.",
            ),
            (SECRETARY, sees_again(), "✓ General exception: The scrutiny chair was told on 20 May."),
            (SECRETARY, says(PLAN), ["by general exception", "not: too late"]),
        ],
    )
    with Session(world.engine) as session:
        acts = session.exec(select(AuditEvent.act).order_by(col(AuditEvent.id))).all()
    assert "notice_route_taken" in acts


def test_while_a_notice_is_in_time_there_is_no_other_route(world: World) -> None:
    world.wait_until("2021-05-06 09:00")
    hold(world, [(SECRETARY, presses("Another route", "MADE"), "there is still time to publish the notice")])


def test_a_notice_from_before_the_last_meeting_is_asked_about_once(world: World) -> None:
    with Session(world.engine) as session:
        item = session.exec(select(ForwardPlanItem).where(ForwardPlanItem.title == "MADE update")).one()
        meeting = session.exec(select(Meeting).where(Meeting.board_id == item.board_id)).first()
        assert meeting is not None
        earlier = Meeting(board_id=item.board_id, uid="earlier", starts_at=london("2021-03-16 10:00"))
        session.add(earlier)
        session.commit()
    record(world, "2020-05-19", "is before the last meeting of")
    hold(
        world,
        [
            (SECRETARY, records("2020-04-19"), "is before the last meeting of"),
            (SECRETARY, records("2020-04-19"), "recorded as published on Sunday 19 April 2020"),
        ],
    )

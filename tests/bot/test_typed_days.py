"""Boxes for days and moments take what people type, as the chat does."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from remembrancer.bot.core.typed_days import typed_day, typed_moment
from tests.dialog import ADMIN, LEAD, World, fills_in, hold, presses, says

TODAY = date(2019, 9, 9)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-09-13", date(2019, 9, 13)),
        ("13/09/2019", date(2019, 9, 13)),
        ("13.9.19", date(2019, 9, 13)),
        ("18 September 2019 5pm", date(2019, 9, 18)),
        ("18 September 2019, at 17:00", date(2019, 9, 18)),
        ("Friday", date(2019, 9, 13)),
        ("tomorrow", date(2019, 9, 10)),
        ("the 12th", date(2019, 9, 12)),
        ("13 Sept", date(2019, 9, 13)),
        ("", None),
        (None, None),
        ("soon", None),
        ("32 March", None),
        ("5pm", None),
        ("09/13/2019", None),
    ],
)
def test_a_day_is_read_as_it_was_typed(text: str | None, day: date | None) -> None:
    assert typed_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-09-18 17:00", datetime(2019, 9, 18, 17, tzinfo=LONDON)),
        ("2019-09-18T17:00", datetime(2019, 9, 18, 17, tzinfo=LONDON)),
        ("18 September, noon", datetime(2019, 9, 18, 12, tzinfo=LONDON)),
        ("18/09/2019 5pm", datetime(2019, 9, 18, 17, tzinfo=LONDON)),
        ("18 September 2019 at 2.15 pm", datetime(2019, 9, 18, 14, 15, tzinfo=LONDON)),
        ("18 September", None),
        ("5pm", None),
        ("18 September at 25:00", None),
        ("", None),
    ],
)
def test_a_moment_needs_its_day_and_its_time(text: str, moment: datetime | None) -> None:
    assert typed_moment(text, TODAY, "Europe/London") == moment


@given(st.dates(TODAY, TODAY + timedelta(days=300)), st.times())
def test_every_way_to_write_a_moment_gives_the_same(day: date, clock: time) -> None:
    at = datetime.combine(day, clock.replace(second=0, microsecond=0, fold=0), LONDON)
    for form in ("{:%Y-%m-%d %H:%M}", "{:%d/%m/%Y %H:%M}", "{:%A %d %B %Y, %H:%M}", "{:%d %b at %I:%M %p}"):
        assert typed_moment(form.format(at), TODAY, "Europe/London") == at


def test_a_window_is_moved_to_a_moment_as_people_write_it(engine: Engine) -> None:
    world = World(engine, until="2019-09-09 10:00")
    hold(
        world,
        [
            (ADMIN, says("move q2"), "Closes"),
            (ADMIN, fills_in(closes="18 September"), "Write the day and the time, such as"),
            (ADMIN, fills_in(closes="Wednesday 18 September, noon"), "Wednesday 18 September 2019, 12:00"),
        ],
    )


def test_a_leave_takes_days_as_people_write_them(engine: Engine) -> None:
    world = World(engine, until="2019-09-09 10:00")
    hold(
        world,
        [
            (LEAD, says("I am away"), "First day away"),
            (LEAD, fills_in(first_day="10/09/2019", last_day="Friday"), ["10 September 2019", "13 September 2019"]),
        ],
    )


def test_an_admins_form_takes_days_as_people_write_them(engine: Engine) -> None:
    world = World(engine, until="2019-09-09 10:00")
    tom = str(world.person_id("tom.ashdown"))
    hold(
        world,
        [
            (ADMIN, says("people"), "Posts and people"),
            (ADMIN, presses("Leave"), "Who?"),
            (ADMIN, fills_in(person=tom, first="16/9/2019", last="20 September"), ["16 September", "20 September"]),
        ],
    )

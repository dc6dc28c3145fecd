"""People who work on some days of the week, and what they are asked then; the window closes on a Friday."""

import pytest

from remembrancer.rules.calendar.weekdays import read_weekdays, weekdays_text
from remembrancer.rules.calendar.working_time import WorkingTime, of_one_person
from remembrancer.rules.people import leave as leave_rules
from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.prompts.due import moments
from remembrancer.rules.prompts.snooze_choices import next_morning
from tests.oracle import World
from tests.rules.build import (
    ADA,
    BEN,
    EVE,
    LEAD,
    LONDON,
    SYDNEY,
    day,
    facts,
    join,
    leave,
    moment,
    move_to,
    office,
    story,
    told,
    window,
)

BEGINNING, END = "2019-09-30 00:00", "2019-10-19 00:00"
LATER = [
    "Mon 14 Oct 09:00 Ben manager_told",
    "Wed 16 Oct 09:00 Cat director_told",
    "Wed 16 Oct 09:00 Dee secretary_told",
]
ENGLAND = WorkingTime(nation="england-and-wales", zone=LONDON)


def works(world: World, who: int, days: str, hour: str = "") -> None:
    world.people[who].works, world.people[who].prompt_hour = days, hour


def shared(ada: str, eve: str) -> World:
    """The office where Ada shares her post with Eve, by days of the week."""
    world = office()
    join(world, LEAD, EVE)
    works(world, ADA, ada)
    works(world, EVE, eve)
    return world


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Mon-Wed", "Mon-Wed"),
        ("Mon, Tue, Thu", "Mon, Tue, Thu"),
        ("Monday to Wednesday", "Mon-Wed"),
        ("mondays and fridays", "Mon, Fri"),
        ("Tues – Thurs; Sat", "Tue-Thu, Sat"),
        ("Mon Tue Wed", "Mon-Wed"),
        ("Wednesday, and Mon.", "Mon, Wed"),
    ],
)
def test_days_are_read_as_people_write_them(text: str, stored: str) -> None:
    days = read_weekdays(text)
    assert days is not None
    assert weekdays_text(days) == stored
    assert read_weekdays(stored) == days


def test_monday_to_friday_is_what_everybody_works() -> None:
    assert weekdays_text(read_weekdays("Monday to Friday") or ()) == ""


@pytest.mark.parametrize(
    "text", ["", "Mon Tue Wed am", "Mon-Wed 09:30-14:30", "Thu-Tue", "Mon-Wed-Fri", "thus", "3 days", "Mon-", "Montue"]
)
def test_what_is_not_days_alone_is_not_read(text: str) -> None:
    assert read_weekdays(text) is None


def test_what_falls_on_a_day_off_waits_for_the_next_day_of_work() -> None:
    world = office()
    works(world, ADA, "Wed, Thu, Fri")
    assert story(world, BEGINNING, END) == [
        "Wed 02 Oct 09:00 Ada opening",
        "Wed 09 Oct 09:00 Ada two_days_before",
        "Fri 11 Oct 09:00 Ada closing_morning",
        *LATER,
    ]


def test_what_cannot_wait_goes_on_the_last_day_of_work_before_the_close() -> None:
    world = office()
    works(world, ADA, "Mon-Wed")
    assert story(world, BEGINNING, END) == [
        "Tue 01 Oct 09:00 Ada opening",
        "Mon 07 Oct 09:00 Ada half_way",
        "Wed 09 Oct 09:00 Ada closing_morning",
        *LATER,
    ]


def test_in_a_window_without_a_day_of_theirs_they_are_asked_all_the_same_and_not_at_night() -> None:
    world = office()
    works(world, ADA, "Mon")
    world.windows[1] = window("2019-10-01 07:00", "2019-10-03 17:00", "2019-10-03 17:00")
    assert story(world, BEGINNING, "2019-10-03 00:00") == [
        "Tue 01 Oct 09:00 Ada two_days_before",
        "Wed 02 Oct 09:00 Ada half_way",
    ]


def test_managers_and_secretaries_are_told_on_days_of_theirs() -> None:
    world = office()
    works(world, BEN, "Tue-Thu")
    assert "Tue 15 Oct 09:00 Ben manager_told" in story(world, BEGINNING, END)


@pytest.mark.parametrize(
    ("hour", "opening", "half_way"),
    [("10:30", "10:30", "10:30"), ("08:00", "09:00", "08:00"), ("18:00", "09:00", "09:00")],
)
def test_ones_own_hour_is_when_one_is_asked_but_not_before_the_window_opens_nor_when_hours_are_over(
    hour: str, opening: str, half_way: str
) -> None:
    world = office()
    works(world, ADA, "", hour)
    assert story(world, BEGINNING, "2019-10-08 00:00") == [
        f"Tue 01 Oct {opening} Ada opening",
        f"Mon 07 Oct {half_way} Ada half_way",
    ]


def test_of_those_who_share_a_post_whoever_works_that_day_is_asked() -> None:
    world = shared("Mon-Wed", "Wed, Thu, Fri")
    assert story(world, BEGINNING, "2019-10-12 00:00") == [
        "Tue 01 Oct 09:00 Ada opening",
        "Thu 03 Oct 09:00 Eve opening",
        "Mon 07 Oct 09:00 Ada half_way",
        "Wed 09 Oct 09:00 Ada closing_morning",
        "Thu 10 Oct 09:00 Eve two_days_before",
        "Fri 11 Oct 09:00 Eve closing_morning",
    ]


def test_looking_only_at_the_moments_tells_the_same_where_the_next_holder_is_abroad() -> None:
    worlds = [shared("Mon, Tue", "Wed, Thu"), shared("Mon, Tue", "Wed, Thu")]
    for world in worlds:
        move_to(world, EVE, SYDNEY)
    lines = story(worlds[0], BEGINNING, END)
    assert lines[:2] == ["Tue 01 Oct 09:00 Ada opening", "Wed 02 Oct 00:00 Eve opening"]
    looks = moments(facts(worlds[1]), moment(BEGINNING), moment(END))
    assert [line for now in looks for line in told(worlds[1], now)] == lines


def asked(world: World, when: str) -> list[tuple[int | None, Reason]]:
    return [(who.id, because) for who, because in recipients.lead(facts(world), world.returns[1], moment(when))]


def test_of_several_who_work_that_day_whoever_is_asked_first_is_asked() -> None:
    world = shared("Mon-Wed", "Tue-Fri")
    world.tenures[-1].asked_first = True
    assert asked(world, "2019-10-07 10:00") == [(ADA, Reason.LEADS)]
    assert asked(world, "2019-10-08 10:00") == [(EVE, Reason.LEADS)]


def test_where_none_of_them_works_that_day_it_waits_for_whoever_works_next_and_goes_up_to_nobody() -> None:
    world = shared("Mon, Thu", "Wed, Fri")
    assert asked(world, "2019-10-08 10:00") == [(EVE, Reason.LEADS)]
    assert story(world, BEGINNING, "2019-10-03 00:00") == ["Wed 02 Oct 09:00 Eve opening"]


def test_a_weekend_is_no_day_off_of_anybody() -> None:
    world = shared("", "")
    join(world, LEAD, BEN)
    works(world, BEN, "Sat")
    assert asked(world, "2019-10-12 10:00") == [(ADA, Reason.LEADS)]


def test_leave_goes_before_days_off() -> None:
    world = shared("Mon-Wed", "Thu, Fri")
    leave(world, ADA, "2019-10-07", "2019-10-11")
    assert asked(world, "2019-10-08 10:00") == [(EVE, Reason.LEADS)]
    leave(world, EVE, "2019-10-07", "2019-10-11")
    assert asked(world, "2019-10-08 10:00") == [(BEN, Reason.ABOVE)]


def test_of_two_delegates_whoever_works_that_day_stands_in() -> None:
    world = shared("", "")
    leave(world, ADA, "2019-10-07", "2019-10-11", BEN)
    leave(world, EVE, "2019-10-07", "2019-10-11", 4)
    works(world, BEN, "Mon")
    assert asked(world, "2019-10-07 10:00") == [(BEN, Reason.STANDS_IN)]
    assert asked(world, "2019-10-08 10:00") == [(4, Reason.STANDS_IN)]


def test_those_who_share_by_days_keep_what_they_were_asked_on_their_days_off() -> None:
    world = shared("Mon-Wed", "Thu, Fri")
    now, found = moment("2019-10-10 10:00"), facts(world)
    only_today = recipients.lead(found, world.returns[1], now)
    assert [who.id for who, _ in recipients.with_sharers(found, only_today, LEAD, now)] == [ADA, EVE]
    works(world, ADA, "")
    works(world, EVE, "")
    assert [who.id for who, _ in recipients.with_sharers(found, only_today, LEAD, now)] == [EVE]


def test_tomorrow_morning_and_the_day_back_are_days_of_work() -> None:
    own = of_one_person(ENGLAND, LONDON, "Mon-Wed", "10:00")
    assert next_morning(own, moment("2019-10-09 12:00")) == moment("2019-10-14 10:00")
    assert leave_rules.back_on(own, [], day("2019-10-09")) == day("2019-10-14")


def test_the_days_of_the_organisation_are_counted_by_nobodys_own() -> None:
    world = office()
    for who in world.people:
        works(world, who, "Mon")
    assert facts(world).time.after(day("2019-10-11"), 3) == day("2019-10-16")

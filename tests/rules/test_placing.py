"""At which meetings an item comes: the published work programme of 2021/22, rule by rule, and by property."""

import csv
import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.models import Fate
from remembrancer.rules.forward_plan.placing import Decision, Placed, Sitting, Slot, place
from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind

PUBLISHED = Path(__file__).parent.parent / "data" / "committee-2021-22"
STANDING, ANNUAL = Recurrence(RecurrenceKind.STANDING), Recurrence(RecurrenceKind.ANNUAL)
SIX_MONTHLY, OTHER = Recurrence(RecurrenceKind.MONTHS, 6), Recurrence(RecurrenceKind.EVERY_OTHER)
ONCE = Recurrence(RecurrenceKind.ONE_OFF)
KINDS = {"standing": STANDING, "annual": ANNUAL, "6-monthly": SIX_MONTHLY, "every other meeting": OTHER}


def rows(name: str) -> list[dict[str, str]]:
    with (PUBLISHED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sittings(*days: str) -> list[Sitting]:
    """Meetings on these days, numbered from 1; one whose day ends with '!' was cancelled."""
    return [Sitting(n, date.fromisoformat(day.rstrip("!")), day.endswith("!")) for n, day in enumerate(days, start=1)]


def at(slots: Sequence[Slot], meetings: Sequence[Sitting]) -> list[str]:
    days = {meeting.id: meeting.day.isoformat() for meeting in meetings}
    return [days[slot.meeting] for slot in slots]


def test_the_published_work_programme_comes_out_meeting_by_meeting() -> None:
    """From last year's placings and the one-offs: Kent's Adult Social Care Cabinet Committee, 5 March 2021."""
    committee = yaml.safe_load((PUBLISHED / "committee.yaml").read_text(encoding="utf-8"))
    meetings = [Sitting(n, day) for n, day in enumerate(committee["meetings"])]
    published = {(row["meeting_date"], row["item"]) for row in rows("work_programme.csv")}
    found = set()
    for row in rows("last_placings.csv"):
        last = date.fromisoformat(row["last_placed"]) if row["last_placed"] else None
        item = Placed(KINDS[row["recurrence"]], last, None if last else date(2021, 6, 17))
        found |= {(day, row["item"]) for day in at(place(item, meetings), meetings)}
    for row in rows("work_programme.csv"):
        if row["recurrence"] == "one-off":
            item = Placed(ONCE, first=date.fromisoformat(row["meeting_date"]))
            found |= {(day, row["item"]) for day in at(place(item, meetings), meetings)}
    assert found == published


QUARTERLY = sittings("2021-01-20", "2021-03-05", "2021-06-17", "2021-09-29", "2021-11-24", "2022-01-18", "2022-03-04")


@pytest.mark.parametrize(
    ("recurrence", "last", "days"),
    [
        (STANDING, "2021-06-17", ["2021-09-29", "2021-11-24", "2022-01-18", "2022-03-04"]),
        (ANNUAL, "2021-01-20", ["2022-01-18"]),
        (ANNUAL, "2021-02-09", ["2022-01-18"]),  # no meeting in February: 18 January is nearer than 4 March
        (ANNUAL, "2021-02-12", ["2022-03-04"]),
        (ANNUAL, "2021-05-10", []),  # the meetings are not known so far ahead
        (SIX_MONTHLY, "2021-03-24", ["2021-09-29"]),
        (OTHER, "2021-03-05", ["2021-09-29", "2022-01-18"]),
        (ONCE, "2021-03-05", []),
    ],
)
def test_a_recurrence_goes_on_from_the_last_placing(recurrence: Recurrence, last: str, days: list[str]) -> None:
    assert at(place(Placed(recurrence, date.fromisoformat(last)), QUARTERLY), QUARTERLY) == days


def test_six_months_to_the_day_are_six_months() -> None:
    meetings = sittings("2021-03-05", "2021-09-04", "2021-09-05")
    assert at(place(Placed(SIX_MONTHLY, date(2021, 3, 5)), meetings), meetings) == ["2021-09-05"]


def test_what_never_came_begins_where_it_is_said_to_and_else_waits_to_be_placed() -> None:
    begins = Placed(SIX_MONTHLY, first=date(2021, 6, 1))
    assert at(place(begins, QUARTERLY), QUARTERLY) == ["2021-06-17", "2022-01-18"]
    assert place(Placed(ONCE), QUARTERLY) == []
    assert place(Placed(ANNUAL), QUARTERLY) == []
    assert len(place(Placed(STANDING), QUARTERLY)) == len(QUARTERLY)


def test_an_item_that_is_moved_comes_later_and_goes_on_from_there() -> None:
    decided = {4: Decision(Fate.MOVED, to=5)}
    item = Placed(OTHER, date(2021, 3, 5), decided=decided)
    assert place(item, QUARTERLY) == [Slot(5, was=4), Slot(7)]


def test_an_item_that_is_moved_twice_says_where_it_was_first() -> None:
    decided = {3: Decision(Fate.MOVED, to=4), 4: Decision(Fate.MOVED, to=6)}
    assert place(Placed(ONCE, first=date(2021, 6, 17), decided=decided), QUARTERLY) == [Slot(6, was=3)]


def test_a_standing_item_that_is_moved_still_comes_to_the_others_and_to_none_twice() -> None:
    decided = {3: Decision(Fate.MOVED, to=5)}
    item = Placed(STANDING, date(2021, 3, 5), decided=decided)
    assert [slot.meeting for slot in place(item, QUARTERLY)] == [4, 5, 6, 7]


def test_what_is_withdrawn_from_one_meeting_comes_when_it_would_have_come_next() -> None:
    item = Placed(OTHER, date(2021, 3, 5), decided={4: Decision(Fate.WITHDRAWN)})
    assert at(place(item, QUARTERLY), QUARTERLY) == ["2022-01-18"]


def test_what_is_added_to_a_meeting_comes_there_and_the_recurrence_goes_on_from_it() -> None:
    item = Placed(SIX_MONTHLY, date(2021, 1, 20), decided={3: Decision(Fate.ADDED)})
    assert at(place(item, QUARTERLY), QUARTERLY) == ["2021-06-17", "2022-01-18"]


def test_what_is_added_to_a_meeting_that_is_passed_over_by_a_move_comes_there_too() -> None:
    decided = {4: Decision(Fate.MOVED, to=6), 5: Decision(Fate.ADDED)}
    assert place(Placed(OTHER, date(2021, 3, 5), decided=decided), QUARTERLY) == [Slot(5), Slot(6, was=4)]


def test_a_cancelled_meeting_hands_on_what_was_to_come_to_it() -> None:
    meetings = sittings("2021-06-17", "2021-09-29!", "2021-11-24")
    once = Placed(ONCE, decided={2: Decision(Fate.ADDED)})
    assert place(once, meetings) == [Slot(3, was=2)]
    assert at(place(Placed(STANDING), meetings), meetings) == ["2021-06-17", "2021-11-24"]
    moved = Placed(ONCE, first=date(2021, 6, 17), decided={1: Decision(Fate.MOVED, to=2)})
    assert place(moved, meetings) == [Slot(3, was=1)]


def test_a_one_off_keeps_its_meeting_whatever_day_that_moves_to_and_wherever_it_was_sent_from_there() -> None:
    meetings = sittings("2021-06-10", "2021-09-29", "2021-11-24")
    keeps = Placed(ONCE, first=date(2021, 6, 17), at=1)
    assert place(keeps, meetings) == [Slot(1)]
    sent_on = Placed(ONCE, first=date(2021, 6, 17), at=1, decided={1: Decision(Fate.MOVED, to=3)})
    assert place(sent_on, meetings) == [Slot(3, was=1)]
    cancelled = [Sitting(1, date(2021, 6, 10), cancelled=True), *meetings[1:]]
    assert place(sent_on, cancelled) == [Slot(3, was=1)]
    assert place(keeps, cancelled) == [Slot(2, was=1)]


def test_what_was_to_come_to_the_last_meeting_and_has_no_other_waits() -> None:
    meetings = sittings("2021-06-17", "2021-09-29!")
    assert place(Placed(ONCE, decided={2: Decision(Fate.ADDED)}), meetings) == []


DAYS = st.lists(st.dates(date(2020, 1, 1), date(2024, 12, 31)), unique=True, max_size=25)
RECURRENCES = st.sampled_from([STANDING, ANNUAL, SIX_MONTHLY, OTHER, ONCE])


@given(st.data(), DAYS, RECURRENCES, st.none() | st.dates(date(2019, 1, 1), date(2022, 1, 1)))
def test_every_slot_is_a_meeting_that_is_held_after_the_last_placing_once_and_in_order(
    data: st.DataObject, days: list[date], recurrence: Recurrence, last: date | None
) -> None:
    meetings = [Sitting(n, day, data.draw(st.booleans())) for n, day in enumerate(days)]
    ids = st.sampled_from([meeting.id for meeting in meetings]) if meetings else st.nothing()
    decision = st.builds(Decision, st.sampled_from(Fate), st.none() | ids)
    decided = data.draw(st.dictionaries(ids, decision, max_size=6)) if meetings else {}
    slots = place(Placed(recurrence, last, date(2021, 1, 1), decided=decided), meetings)
    held = {meeting.id: meeting.day for meeting in meetings if not meeting.cancelled}
    found = [held[slot.meeting] for slot in slots]
    assert found == sorted(found)
    assert len({slot.meeting for slot in slots}) == len(slots)
    gone = {m for m, each in decided.items() if each.fate in (Fate.WITHDRAWN, Fate.MOVED)}
    assert not gone & {slot.meeting for slot in slots}


@given(DAYS, st.integers(1, 24), st.dates(date(2019, 1, 1), date(2022, 1, 1)))
def test_n_monthly_placings_are_at_least_so_far_apart_and_no_meeting_between_was_late_enough(
    days: list[date], months: int, last: date
) -> None:
    meetings = [Sitting(n, day) for n, day in enumerate(days)]
    slots = place(Placed(Recurrence(RecurrenceKind.MONTHS, months), last), meetings)
    placed = [last, *(meetings[slot.meeting].day for slot in slots)]
    for before, then in itertools.pairwise(placed):
        assert then >= before + timedelta(days=28 * months)
        assert not [day for day in days if before + timedelta(days=31 * months) <= day < then]


@given(DAYS, st.dates(date(2019, 1, 1), date(2022, 1, 1)))
def test_every_other_meeting_leaves_one_out_between(days: list[date], last: date) -> None:
    meetings = [Sitting(n, day) for n, day in enumerate(sorted(days))]
    later = [meeting.id for meeting in meetings if meeting.day > last]
    assert [slot.meeting for slot in place(Placed(OTHER, last), meetings)] == later[1::2]

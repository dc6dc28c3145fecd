"""When somebody may be reminded who puts it off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.prompts.snooze_choices import later_today, next_morning
from tests.rules.build import LONDON, NEW_YORK, moment
from tests.rules.worlds import ZONES

ENGLAND = WorkingTime(nation="england-and-wales", zone=LONDON)
START = datetime(2019, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1000)).map(lambda since: START + since)


def test_later_today_is_three_hours_from_now_on_the_full_hour() -> None:
    assert later_today(ENGLAND, moment("2019-09-02 11:00")) == moment("2019-09-02 14:00")
    assert later_today(ENGLAND, moment("2019-09-02 11:01")) == moment("2019-09-02 15:00")
    assert later_today(ENGLAND, moment("2019-09-02 14:00")) == moment("2019-09-02 17:00")


def test_later_today_is_by_the_person_s_own_clock() -> None:
    assert later_today(ENGLAND, moment("2019-09-02 16:20")) is None
    assert later_today(replace(ENGLAND, zone=NEW_YORK), moment("2019-09-02 16:20")) == moment(
        "2019-09-02 15:00", NEW_YORK
    )


def test_there_is_no_later_today_at_a_weekend_or_on_a_bank_holiday() -> None:
    assert later_today(ENGLAND, moment("2019-08-31 10:00")) is None
    assert later_today(ENGLAND, moment("2019-08-26 10:00")) is None


def test_the_next_morning_is_that_of_a_working_day() -> None:
    assert next_morning(ENGLAND, moment("2019-08-23 10:00")) == moment("2019-08-27 09:00")
    assert next_morning(ENGLAND, moment("2019-09-02 00:30")) == moment("2019-09-03 09:00")


@given(MOMENTS, st.sampled_from(ZONES))
def test_later_today_is_in_hours_and_between_three_and_four_hours_away(now: datetime, zone: str) -> None:
    then = later_today(replace(ENGLAND, zone=zone), now)
    if then is not None:
        assert timedelta(hours=3) <= then - now < timedelta(hours=4)
        assert replace(ENGLAND, zone=zone).in_hours(then)
        assert then.astimezone(ZoneInfo(zone)).date() == now.astimezone(ZoneInfo(zone)).date()


@given(MOMENTS, st.sampled_from(ZONES))
def test_the_next_morning_is_in_hours_and_after_today(now: datetime, zone: str) -> None:
    then = next_morning(replace(ENGLAND, zone=zone), now)
    assert replace(ENGLAND, zone=zone).in_hours(then)
    assert then.astimezone(ZoneInfo(zone)).date() > now.astimezone(ZoneInfo(zone)).date()

"""Compares when recorded answers were given with their window: a day and month in the wrong order shows here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from remembrancer.intake.calendars.events import WindowEvent
from remembrancer.intake.folder.responses import Response
from remembrancer.problems import Problems
from remembrancer.rules.organisation import OrganisationSpec
from remembrancer.rules.programmes.spec import Programme
from remembrancer.rules.windows.schedule import locks_after
from remembrancer.wording import moment


def check_answer_times(
    responses: Mapping[tuple[str, str], Sequence[Response]],
    windows: Iterable[WindowEvent],
    programmes: Mapping[str, Programme],
    organisation: OrganisationSpec,
    problems: Problems,
) -> None:
    """Refuse a time that is in its window once day and month are exchanged; note one that is before or after it."""
    zone = organisation.time_zone
    for window in windows:
        given = responses.get((window.programme, window.key), ())
        if not given:
            continue
        late_days = programmes[window.programme].chase.late_working_days
        locks_at = locks_after(window.closes_at, late_days, organisation.working_time)
        said = {"opens": moment(window.opens_at, zone), "locks": moment(locks_at, zone)}
        for response in given:
            at = response.answered_at
            if at is None or window.opens_at <= at < locks_at:
                continue
            values = said | {"at": moment(at, zone), "ref": response.ref}
            other = _exchanged(at.astimezone(organisation.zone))
            if other and window.opens_at <= other < locks_at:
                values["other"] = moment(other, zone)
                problems.add(response.file, response.row, "answered_at", "answered_day_and_month", **values)
            else:
                name = "answered_before_opening" if at < window.opens_at else "answered_after_lock"
                problems.note(response.file, response.row, "answered_at", name, **values)


def _exchanged(at: datetime) -> datetime | None:
    """Return the moment with day and month the other way round; None where there is no such day."""
    return at.replace(month=at.day, day=at.month) if at.day <= 12 else None

"""An organisation's folder, read whole: everything in it, or every problem with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from remembrancer.intake.calendars.events import MeetingEvent, WindowEvent
from remembrancer.intake.calendars.ics_recurrence import horizon_at
from remembrancer.intake.calendars.sources import read_calendars
from remembrancer.intake.folder.answer_files import Answering, WindowName, read_answer_files
from remembrancer.intake.folder.forward_plan import ForwardPlanRow, Known, read_forward_plan
from remembrancer.intake.folder.items import ItemRow, read_items
from remembrancer.intake.folder.meetings import read_meetings
from remembrancer.intake.folder.people import PersonRow, read_people
from remembrancer.intake.folder.programme_file import ProgrammeFile
from remembrancer.intake.folder.responses import Response
from remembrancer.intake.tables.column_mapping import ColumnsSpec, read_columns
from remembrancer.intake.tables.reader import find_table
from remembrancer.problems import Problems, RefusedError, read_yaml
from remembrancer.queries.deadline_rules import check_rules
from remembrancer.rules.organisation import OrganisationSpec
from remembrancer.rules.programmes.slices import is_in
from remembrancer.rules.programmes.spec import Programme
from remembrancer.shipped import PROGRAMMES


@dataclass(frozen=True)
class Folder:
    """What a folder says, checked. `programmes` have their boards; `responses` are by window.

    `unread` are the calendars (CalendarSpec.key) whose dates are not known yet: feeds that were never fetched.
    """

    organisation: OrganisationSpec
    programmes: dict[str, Programme]
    people: list[PersonRow]
    items: list[ItemRow]
    windows: list[WindowEvent]
    meetings: list[MeetingEvent]
    responses: dict[WindowName, list[Response]]
    problems: Problems
    unread: frozenset[str] = frozenset()
    forward_plan: list[ForwardPlanRow] = field(default_factory=list)

    def speaks_for(self, source: str) -> bool:
        """Whether the folder says all that there is of a source's windows and meetings (WindowEvent.source).

        It does for the calendars that it names and were read, and for those that it names no more; but while one was
        never read, what it will say may be what another, with another address, said before. A source with a colon in
        its name is no calendar, and speaks for itself.
        """
        named = {calendar.key for calendar in self.organisation.calendars}
        return source in named - self.unread or (not self.unread and ":" not in source)


def read_folder(
    path: Path, with_responses: bool = False, feeds: Mapping[str, bytes] | None = None, now: datetime | None = None
) -> Folder:
    """The folder, or RefusedError with every problem found in any of its files.

    `feeds` are the bodies of calendar feeds as they were last known, by CalendarSpec.key: nothing is fetched. Series
    are followed around `now` (see intake.ics_series.horizon_at); without it, each for four years from its first date.
    """
    problems = Problems()
    organisation = read_yaml(path / "organisation.yaml", OrganisationSpec, problems)
    if organisation is None:
        raise RefusedError(problems)
    columns = read_columns(path, problems)
    programmes = _programmes(path, organisation, problems)
    people = read_people(_needed(path, "people", problems), organisation.time_zone, problems, columns.people)
    posts = {row.post for row in people if row.post}
    _check_secretaries(organisation, posts, problems)
    check_rules(organisation, problems)
    without_file = {use.key for use in organisation.programmes} - set(programmes)
    items_at = find_table(path, "items", problems)
    items: list[ItemRow] = []
    if items_at is not None or organisation.programmes:
        items_at = items_at or path / "items.csv"
        items = read_items(items_at, programmes, without_file, posts, problems, columns.items)
    _check_slices(organisation, programmes, items, problems)
    horizon = horizon_at(now) if now else None
    windows, meetings, unread = read_calendars(path, organisation, feeds or {}, horizon, problems)
    meetings += _meetings(path, organisation, meetings, columns, problems)
    folder = Folder(organisation, programmes, people, items, windows, meetings, {}, problems, unread)
    folder.forward_plan.extend(_forward_plan(path, folder, posts, columns))
    if with_responses:
        folder.responses.update(_responses(path, folder, columns))
    if problems.found:
        raise RefusedError(problems)
    return folder


def _needed(path: Path, name: str, problems: Problems) -> Path:
    return find_table(path, name, problems) or path / f"{name}.csv"


def _check_secretaries(organisation: OrganisationSpec, posts: set[str], problems: Problems) -> None:
    for board in organisation.boards:
        if board.secretary not in posts:
            problems.add(
                "organisation.yaml", None, board.key, "no_such_secretary", post=board.secretary, board=board.name
            )


def _meetings(
    path: Path,
    organisation: OrganisationSpec,
    others: list[MeetingEvent],
    columns: ColumnsSpec,
    problems: Problems,
) -> list[MeetingEvent]:
    """The meetings of a table, where there is one."""
    file = find_table(path, "meetings", problems)
    if file is None:
        return []
    boards = {board.key: board.name for board in organisation.boards}
    return read_meetings(file, boards, organisation.working_time, problems, columns.meetings, others)


def _forward_plan(path: Path, folder: Folder, posts: set[str], columns: ColumnsSpec) -> list[ForwardPlanRow]:
    file = find_table(path, "forward_plan", folder.problems)
    if file is None:
        return []
    refs: dict[str, set[str]] = {key: set() for key in folder.programmes}
    for item in folder.items:
        refs[item.programme].add(item.ref)
    boards = {board.key: board.name for board in folder.organisation.boards}
    days: dict[str, set[date]] = {}
    for meeting in folder.meetings:
        if not meeting.cancelled:
            days.setdefault(meeting.board, set()).add(meeting.starts_at.astimezone(folder.organisation.zone).date())
    return read_forward_plan(file, Known(boards, posts, refs, days), folder.problems, columns.forward_plan)


def _responses(path: Path, folder: Folder, columns: ColumnsSpec) -> dict[WindowName, list[Response]]:
    windows = [(window.programme, window.key) for window in folder.windows]
    zone = folder.organisation.time_zone
    about = Answering(folder.programmes, folder.people, folder.items, windows, zone, columns)
    return read_answer_files(path, about, folder.problems)


def _programmes(path: Path, organisation: OrganisationSpec, problems: Problems) -> dict[str, Programme]:
    boards = [(board.key, board.name, board.kind) for board in organisation.boards]
    found = {}
    for use in organisation.programmes:
        own = path / "programmes" / f"{use.key}.yaml"
        file = own if own.exists() else PROGRAMMES / f"{use.key}.yaml"
        programme = read_yaml(file, ProgrammeFile, problems, name=f"programmes/{use.key}.yaml")
        if programme is not None and programme.key != use.key:
            problems.add(f"programmes/{use.key}.yaml", None, "key", "other_key", key=programme.key, file=file.name)
        elif programme is not None:
            found[use.key] = programme.with_boards(boards, organisation.board_kinds)
    return found


def _check_slices(
    organisation: OrganisationSpec, programmes: dict[str, Programme], items: list[ItemRow], problems: Problems
) -> None:
    """A slice speaks of the programme's facts, and holds an item: one that holds none is a slip of the pen."""
    for use in (use for use in organisation.programmes if use.key in programmes):
        facts = [item.facts for item in items if item.programme == use.key]
        for hearing in use.boards:
            unknown = [fact for fact in hearing.hears if fact not in programmes[use.key].facts]
            for fact in unknown:
                problems.add("organisation.yaml", None, hearing.board, "no_fact_to_hear", fact=fact, programme=use.key)
            if facts and not unknown and not any(is_in(hearing.hears, each) for each in facts):
                problems.add("organisation.yaml", None, hearing.board, "hears_nothing", programme=use.key)

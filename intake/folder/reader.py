"""Reads an organisation's folder completely, or reports every problem in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from remembrancer.intake.calendars.events import MeetingEvent, WindowEvent
from remembrancer.intake.calendars.ics_recurrence import horizon_at
from remembrancer.intake.calendars.sources import read_calendars
from remembrancer.intake.folder.answer_files import WindowName, read_answer_files
from remembrancer.intake.folder.answer_times import check_answer_times
from remembrancer.intake.folder.forward_plan import ForwardPlanRow, Known, read_forward_plan
from remembrancer.intake.folder.items import ItemRow, read_items
from remembrancer.intake.folder.likely_slips import note_answer_slips, note_item_slips, note_plan_slips
from remembrancer.intake.folder.meetings import read_meetings
from remembrancer.intake.folder.names import Names
from remembrancer.intake.folder.people import read_people
from remembrancer.intake.folder.person_row import PersonRow
from remembrancer.intake.folder.programme_file import ProgrammeFile
from remembrancer.intake.folder.responses import Response
from remembrancer.intake.progress import Step, in_silence
from remembrancer.intake.tables.column_mapping import ColumnsSpec, read_columns
from remembrancer.intake.tables.reader import find_table
from remembrancer.problems import Problems, RefusedError, read_yaml
from remembrancer.queries.deadline_rules import check_rules
from remembrancer.queries.stages import check_asks
from remembrancer.rules.forward_plan.stages import StagedProgramme
from remembrancer.rules.organisation import OrganisationSpec
from remembrancer.rules.programmes.boards import lacking_boards, with_boards
from remembrancer.rules.programmes.slices import is_in
from remembrancer.rules.programmes.spec import Programme
from remembrancer.shipped import PROGRAMMES


@dataclass(frozen=True)
class Folder:
    """The checked content of a folder; `programmes` include their boards, and `responses` are by window.

    `unread` are the keys of the calendars (CalendarSpec.key) that were never fetched, so that their dates are unknown.
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

    def is_authority_for(self, source: str) -> bool:
        """Tell whether rows of a source (WindowEvent.source) that the folder does not contain may be removed.

        They may for the calendars that the folder names and that were read, and for former calendars; but while one
        was never read, it may be a former calendar at a new address. A source with a colon in its key is a committee
        system, whose rows the folder never removes.
        """
        named = {calendar.key for calendar in self.organisation.calendars}
        return source in named - self.unread or (not self.unread and ":" not in source)


def read_folder(
    path: Path,
    with_responses: bool = False,
    feeds: Mapping[str, bytes] | None = None,
    now: datetime | None = None,
    step: Step = in_silence,
) -> Folder:
    """Read a folder. Raises RefusedError with every problem found in any of its files.

    `feeds` are the last known bodies of calendar feeds, by CalendarSpec.key: nothing is fetched. Recurring events are
    expanded around `now` (see ics_recurrence.horizon_at); without it, for four years from their first date. `step` is
    told what is read.
    """
    step("people")
    problems = Problems()
    organisation = read_yaml(path / "organisation.yaml", OrganisationSpec, problems)
    if organisation is None:
        raise RefusedError(problems)
    columns = read_columns(path, problems)
    programmes = _read_programmes(path, organisation, problems)
    people_at = find_table(path, "people", problems) or path / "people.csv"
    people, posts = read_people(people_at, organisation.working_time, problems, columns.people)
    _check_secretaries(organisation, posts, problems)
    check_rules(organisation, problems)
    organisation = _with_stages(path, organisation, problems)
    without_file = {use.key for use in organisation.programmes} - set(programmes)
    faults = len(problems.found)
    step("items")
    items_at = find_table(path, "items", problems)
    items: list[ItemRow] = []
    if items_at is not None or organisation.programmes:
        items_at = items_at or path / "items.csv"
        items = read_items(items_at, programmes, without_file, posts, problems, columns.items)
    all_items = len(problems.found) == faults
    _check_slices(organisation, programmes, items, problems)
    step("calendars")
    horizon = horizon_at(now) if now else None
    windows, meetings, unread = read_calendars(path, organisation, feeds or {}, horizon, problems)
    boards = {board.key: board.name for board in organisation.boards}
    meetings_at = find_table(path, "meetings", problems)
    if meetings_at is not None:
        meetings += read_meetings(meetings_at, boards, organisation.working_time, problems, columns.meetings, meetings)
    folder = Folder(organisation, programmes, people, items, windows, meetings, {}, problems, unread)
    folder.forward_plan.extend(_read_forward_plan_table(path, folder, boards, posts, columns, all_items))
    if with_responses:
        step("answers")
        names = [(window.programme, window.key) for window in windows]
        zone = organisation.time_zone
        answers = read_answer_files(path, programmes, people, items, names, zone, columns, problems, all_items)
        folder.responses.update(answers)
        step("checking")
        check_answer_times(answers, windows, programmes, organisation, problems)
    if problems.found:
        raise RefusedError(problems)
    if now is not None:
        _note_slips(path, folder, now.astimezone(organisation.zone).date())
    return folder


def _note_slips(path: Path, folder: Folder, today: date) -> None:
    """Note what is most likely a slip in the tables that could be read."""
    problems, programmes = folder.problems, folder.programmes
    names = {kind: file.name for kind in ("items", "forward_plan") if (file := find_table(path, kind, problems))}
    note_item_slips(names.get("items", ""), folder.items, programmes, today, problems)
    note_plan_slips(names.get("forward_plan", ""), folder.forward_plan, today, problems)
    note_answer_slips(folder.responses, folder.windows, programmes, folder.items, problems)


def _check_secretaries(organisation: OrganisationSpec, posts: Names, problems: Problems) -> None:
    for board in organisation.boards:
        if posts.lack(board.secretary):
            said = {"post": board.secretary, "board": board.name, "near": posts.nearest(board.secretary)}
            problems.add("organisation.yaml", None, board.key, "no_such_secretary", **said)


def _read_forward_plan_table(
    path: Path, folder: Folder, boards: dict[str, str], posts: Names, columns: ColumnsSpec, all_items: bool
) -> list[ForwardPlanRow]:
    file = find_table(path, "forward_plan", folder.problems)
    if file is None:
        return []
    refs: dict[str, set[str]] = {key: set() for key in folder.programmes}
    for item in folder.items:
        refs[item.programme].add(item.ref)
    days: dict[str, set[date]] = {}
    for meeting in folder.meetings:
        if not meeting.cancelled:
            days.setdefault(meeting.board, set()).add(meeting.starts_at.astimezone(folder.organisation.zone).date())
    known_refs = {key: Names(each, complete=all_items) for key, each in refs.items()}
    return read_forward_plan(file, Known(boards, posts, known_refs, days), folder.problems, columns.forward_plan)


def _read_programmes(path: Path, organisation: OrganisationSpec, problems: Problems) -> dict[str, Programme]:
    boards = [(board.key, board.name, board.kind) for board in organisation.boards]
    known = {board.key for board in organisation.boards} | set(organisation.board_kinds)
    found = {}
    for use in organisation.programmes:
        own = path / "programmes" / f"{use.key}.yaml"
        file = own if own.exists() else PROGRAMMES / f"{use.key}.yaml"
        programme = read_yaml(file, ProgrammeFile, problems, name=f"programmes/{use.key}.yaml")
        if programme is not None and programme.key != use.key:
            problems.add(f"programmes/{use.key}.yaml", None, "key", "other_key", key=programme.key, file=file.name)
        elif programme is not None:
            for question, board in lacking_boards(programme, known):
                problems.note(f"programmes/{use.key}.yaml", None, question.key, "no_such_board_kind", board=board)
            found[use.key] = with_boards(programme, boards, organisation.board_kinds)
    return found


def _with_stages(path: Path, organisation: OrganisationSpec, problems: Problems) -> OrganisationSpec:
    """Add the folder's own stages of papers to the organisation, if it has such a file."""
    name = "programmes/forward-plan.yaml"
    if organisation.forward_plan is not None:
        problems.add("organisation.yaml", None, "forward_plan", "stages_elsewhere", file=name)
    own = read_yaml(path / name, StagedProgramme, problems, name=name) if (path / name).exists() else None
    organisation = organisation.model_copy(update={"forward_plan": own})
    check_asks(organisation, problems)
    return organisation


def _check_slices(
    organisation: OrganisationSpec, programmes: dict[str, Programme], items: list[ItemRow], problems: Problems
) -> None:
    """Check that each slice uses facts of its programme and contains an item: an empty one is a mistake."""
    for use in (use for use in organisation.programmes if use.key in programmes):
        facts = [item.facts for item in items if item.programme == use.key]
        for hearing in use.boards:
            unknown = [fact for fact in hearing.hears if fact not in programmes[use.key].facts]
            for fact in unknown:
                problems.add("organisation.yaml", None, hearing.board, "no_fact_to_hear", fact=fact, programme=use.key)
            if facts and not unknown and not any(is_in(hearing.hears, each) for each in facts):
                problems.add("organisation.yaml", None, hearing.board, "hears_nothing", programme=use.key)

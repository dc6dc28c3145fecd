"""Parses the web service's answers into committees and meetings: the whole answer, or None and every problem.

A problem's file is the method that was called, its row the meeting's or committee's id, its column the element. Names
of people (attendees) are not read. Of restricted items only the number is kept, and an item without the mark counts as
restricted.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import time

from remembrancer.intake.moderngov.types import AgendaItem, Committee, LinkedDocument, ListedMeeting, Meeting, Status
from remembrancer.intake.moderngov.values import clock_time, status_of
from remembrancer.intake.moderngov.xml_document import root_of
from remembrancer.intake.moderngov.xml_row import Part
from remembrancer.problems import Problems

EARLIEST = time(7)
"""The earliest plausible start; an earlier time without 'am' or 'pm' is noted."""


def read_committees(answer: bytes, problems: Problems) -> list[Committee] | None:
    """Parse all committees, including deleted and expired ones."""
    root = root_of(answer, "GetCommittees", {"committees"}, problems)
    if root is None:
        return None
    wrong, whole = len(problems.found), Part("GetCommittees", None, root, problems)
    found = [_committee(whole.at(at, each)) for at, each in enumerate(root.iterfind("committee"), 1)]
    whole.check_understood("committee", "committeescount")
    whole.check_count("committeescount", len(found))
    committees = [each for each in found if each]
    _duplicate_ids(whole, "committeeid", committees)
    return committees if len(problems.found) == wrong else None


def _committee(part: Part) -> Committee | None:
    id = part.id("committeeid")
    part = part.at(id or part.row)
    title, category = part.text("committeetitle"), part.text("committeecategory")
    flags = part.flag("committeedeleted"), part.flag("committeeexpired")
    return Committee(id, title, category, *flags) if id else None


@dataclass
class UnreadRows:
    """The meetings that cannot be read: their problems and ids.

    Only rows of these `committees` are considered. `nameless` says that the id of at least one row cannot be read.
    Where `problems` are those of the whole reading, one such meeting fails it.
    """

    committees: Collection[int]
    problems: Problems = field(default_factory=Problems)
    ids: set[int] = field(default_factory=set)
    nameless: bool = False

    def add(self, id: int | None) -> None:
        """Add the meeting of an unread row; None where its id cannot be read."""
        self.nameless |= id is None
        self.ids |= {id} if id else set()


def read_listed(answer: bytes, problems: Problems, unread: UnreadRows) -> list[ListedMeeting] | None:
    """Parse a list of meetings from GetMeetings or GetAllMeetingsByDate; rows that cannot be read go to `unread`."""
    root = root_of(answer, "GetMeetings", {"getmeetings", "getallmeetingsbydate"}, problems)
    if root is None:
        return None
    wrong, whole = len(problems.found), Part("GetMeetings", None, root, problems)
    blocks = [whole.at(at, each) for at, each in enumerate(root.iterfind("committee"), 1)]
    meetings = [meeting for block in blocks for meeting in _meetings_of(block, unread)]
    whole.check_understood("committee", "committeescount", "meetingscount")
    whole.check_count("committeescount", len(blocks))
    whole.check_count("meetingscount", sum(1 for _ in root.iterfind("committee/committeemeetings/meeting")))
    unread.ids |= _duplicate_ids(replace(whole, problems=unread.problems), "meetingid", meetings)
    return [each for each in meetings if each.id not in unread.ids] if len(problems.found) == wrong else None


def _meetings_of(block: Part, unread: UnreadRows) -> list[ListedMeeting]:
    committee = block.id("committeeid")
    if committee is None or committee not in unread.committees:
        return []
    rows = block.element.findall("committeemeetings/meeting")
    block.at(committee).check_count("committeemeetingcount", len(rows))
    own = replace(block, problems=unread.problems)
    found = [_listed(own.at(at, row), committee, unread) for at, row in enumerate(rows, 1)]
    return [each for each in found if each]


def _listed(part: Part, committee: int, unread: UnreadRows) -> ListedMeeting | None:
    wrong = len(part.problems.found)
    id = part.id("meetingid")
    part = part.at(id or part.row)
    day, starts, status = part.day("meetingdate"), _starts(part), _status(part)
    if id and day and len(part.problems.found) == wrong:
        return ListedMeeting(id, committee, day, starts, status)
    unread.add(id)
    return None


def read_meeting(answer: bytes, problems: Problems, asked: int | None = None) -> Meeting | None:
    """Parse one meeting with its agenda; if the system does not allow it to be shown, items have only numbers.

    `asked` is the expected id of the meeting.
    """
    root = root_of(answer, "GetMeeting", {"meeting"}, problems)
    if root is None:
        return None
    wrong = len(problems.found)
    part = Part("GetMeeting", asked, root, problems)
    id = part.id("meetingid")
    part = part.at(asked or id)
    if asked and id and id != asked:
        part.add("meetingid", "meeting_other", other=id)
    day, shown = part.day("meetingdate"), part.flag("isdisplayallowed", blank=True)
    starts, status, place = _starts(part), _status(part), part.text("meetinglocation")
    rows = [part.at(part.row, row) for row in root.iterfind("agendaitems/agendaitem")]
    unmarked = sum(1 for row in rows if not row.element.findtext("isrestricted", "").strip())
    if unmarked:
        part.note("isrestricted", "answer_unmarked", count=unmarked)
    agenda = [item for row in rows if (item := _item(row, shown))]
    _duplicate_ids(part, "agendaitemid", agenda)
    if id is None or day is None or len(problems.found) > wrong:
        return None
    return Meeting(id, day, starts, status, place, tuple(agenda))


def _starts(part: Part) -> time | None:
    """Return the start time; None and a note for words without a digit ('to be confirmed')."""
    text = part.text("meetingtime")
    read = clock_time(text)
    if read is None:
        if any(letter.isdigit() for letter in text):
            part.add("meetingtime", "answer_not_time", text=text[:40])
        elif text:
            part.note("meetingtime", "answer_no_time", text=text[:40])
        return None
    starts, more = read
    if more or (starts < EARLIEST and "m" not in text.lower()):
        part.note("meetingtime", "answer_time_taken", text=text[:40], taken=f"{starts:%H:%M}")
    return starts


def _status(part: Part) -> Status:
    status, unknown = status_of(part.text("meetingstatus"))
    for words in unknown:
        part.note("meetingstatus", "answer_status", text=words[:40])
    return status


def _item(part: Part, shown: bool) -> AgendaItem | None:
    """Parse an agenda item; the title of a restricted one is never read, so that no problem can quote it."""
    id, number = part.id("agendaitemid"), part.number("agendaitemnumber", needed=False) or 0
    sub = part.text("agendaitemsubnumber")
    restricted = part.flag("isrestricted", blank=True) or not shown
    if id is None:
        return None
    return AgendaItem(
        id=id,
        number=number,
        sub_number="" if sub == "0" else sub,
        title="" if restricted else part.text("agendaitemtitle"),
        restricted=restricted,
        documents=() if restricted else tuple(_documents(part)),
    )


def _documents(item: Part) -> Iterable[LinkedDocument]:
    for element in item.element.iterfind("linkeddocuments/linkeddoc"):
        part = item.at(item.row, element)
        if not part.flag("isrestricted", blank=True):
            address = part.text("url")
            if address and not address.lower().startswith(("https://", "http://")):
                part.note("url", "answer_not_address", text=address[:40])
                address = ""
            yield LinkedDocument(part.text("title"), address)


def _duplicate_ids(whole: Part, column: str, rows: Sequence[Committee | ListedMeeting | AgendaItem]) -> set[int]:
    """Return the ids that occur more than once, and add a problem for each."""
    ids = Counter(row.id for row in rows)
    twice = {id for id, times in ids.items() if times > 1}
    for id in twice:
        whole.at(whole.row or id).add(column, "answer_id_twice", id=id)
    return twice

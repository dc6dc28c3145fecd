"""The answers of the web service as committees and meetings: the whole answer, or None and every problem with it.

A problem's file is the method that was asked, its row the meeting's or the committee's id, its column the element.
Names of people (attendees) are not read. What is marked as restricted is kept by its number alone, and where the
mark is missing it counts as restricted.
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
"""Before it nobody meets: a time without 'am' or 'pm' that is earlier is noted."""


def read_committees(answer: bytes, problems: Problems) -> list[Committee] | None:
    """Every committee, the deleted and the expired ones too."""
    root = root_of(answer, "GetCommittees", {"committees"}, problems)
    if root is None:
        return None
    wrong, whole = len(problems.found), Part("GetCommittees", None, root, problems)
    found = [_committee(whole.at(at, each)) for at, each in enumerate(root.iterfind("committee"), 1)]
    whole.check_understood("committee", "committeescount")
    whole.check_count("committeescount", len(found))
    committees = [each for each in found if each]
    _ids_twice(whole, "committeeid", committees)
    return committees if len(problems.found) == wrong else None


def _committee(part: Part) -> Committee | None:
    id = part.id("committeeid")
    part = part.at(id or part.row)
    title, category = part.text("committeetitle"), part.text("committeecategory")
    flags = part.flag("committeedeleted"), part.flag("committeeexpired")
    return Committee(id, title, category, *flags) if id else None


@dataclass
class Apart:
    """Rows of a list that cannot be read, where the others are: what is wrong, and which meetings they are.

    Only rows of these `committees` are looked at. `nameless` says that there is one whose id cannot be read either.
    """

    committees: Collection[int]
    problems: Problems = field(default_factory=Problems)
    ids: set[int] = field(default_factory=set)
    nameless: bool = False

    def add(self, id: int | None) -> None:
        self.nameless |= id is None
        self.ids |= {id} if id else set()


def read_listed(answer: bytes, problems: Problems, apart: Apart | None = None) -> list[ListedMeeting] | None:
    """The meetings of a list, whichever committees and days it holds; the list of GetAllMeetingsByDate is the same.

    A row that cannot be read is a problem with the answer; where `apart` is given, with that row alone.
    """
    root = root_of(answer, "GetMeetings", {"getmeetings", "getallmeetingsbydate"}, problems)
    if root is None:
        return None
    wrong, whole = len(problems.found), Part("GetMeetings", None, root, problems)
    blocks = [whole.at(at, each) for at, each in enumerate(root.iterfind("committee"), 1)]
    meetings = [meeting for block in blocks for meeting in _meetings_of(block, apart)]
    whole.check_understood("committee", "committeescount", "meetingscount")
    whole.check_count("committeescount", len(blocks))
    whole.check_count("meetingscount", sum(1 for _ in root.iterfind("committee/committeemeetings/meeting")))
    twice = _ids_twice(whole if apart is None else replace(whole, problems=apart.problems), "meetingid", meetings)
    if apart is not None:
        apart.ids |= twice
        meetings = [meeting for meeting in meetings if meeting.id not in apart.ids]
    return meetings if len(problems.found) == wrong else None


def _meetings_of(block: Part, apart: Apart | None) -> list[ListedMeeting]:
    committee = block.id("committeeid")
    if apart is not None and committee not in apart.committees:
        return []
    rows = list(block.children("committeemeetings", "meeting"))
    block.at(committee or block.row).check_count("committeemeetingcount", len(rows))
    in_turn = block if apart is None else replace(block, problems=apart.problems)
    found = [_listed(in_turn.at(at, row), committee or 0, apart) for at, row in enumerate(rows, 1)]
    return [each for each in found if each]


def _listed(part: Part, committee: int, apart: Apart | None) -> ListedMeeting | None:
    wrong = len(part.problems.found)
    id = part.id("meetingid")
    part = part.at(id or part.row)
    day, starts, status = part.day("meetingdate"), _starts(part), _status(part)
    if id and day and len(part.problems.found) == wrong:
        return ListedMeeting(id, committee, day, starts, status)
    if apart is not None:
        apart.add(id)
    return None


def read_meeting(answer: bytes, problems: Problems, asked: int | None = None) -> Meeting | None:
    """One meeting with its agenda. What the system does not allow to be shown has an agenda of numbers alone.

    `asked` is the meeting's id, where another one's answer would be a mistake.
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
    published = part.flag("agendapublished"), part.flag("decisionpublished"), part.flag("minutepublished")
    agenda = _agenda(part, id or 0, shown)
    if id is None or day is None or len(problems.found) > wrong:
        return None
    return Meeting(id, day, starts, status, place, *published, agenda)


def _starts(part: Part) -> time | None:
    """The time at which a meeting starts. Words without a digit ('to be confirmed') are no time, and are noted."""
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


def _agenda(part: Part, meeting: int, shown: bool) -> tuple[AgendaItem, ...]:
    rows = [part.at(part.row, row) for row in part.children("agendaitems", "agendaitem")]
    unmarked = sum(1 for row in rows if not row.element.findtext("isrestricted", "").strip())
    if unmarked:
        part.note("isrestricted", "answer_unmarked", count=unmarked)
    found = [item for row in rows if (item := _item(row, meeting, shown))]
    _ids_twice(part, "agendaitemid", found)
    return tuple(found)


def _item(part: Part, meeting: int, shown: bool) -> AgendaItem | None:
    """A restricted item's title is never looked at, so that no problem and no note can hold it either."""
    id, number = part.id("agendaitemid"), part.number("agendaitemnumber", needed=False) or 0
    sub = part.text("agendaitemsubnumber")
    restricted = part.flag("isrestricted", blank=True) or not shown
    if id is None:
        return None
    return AgendaItem(
        meeting=meeting,
        id=id,
        number=number,
        sub_number="" if sub == "0" else sub,
        title="" if restricted else part.text("agendaitemtitle"),
        restricted=restricted,
        decision=part.flag("isdecision"),
        call_in=part.flag("iscallin"),
        documents=() if restricted else tuple(_documents(part)),
    )


def _documents(item: Part) -> Iterable[LinkedDocument]:
    for element in item.children("linkeddocuments", "linkeddoc"):
        part = item.at(item.row, element)
        if not part.flag("isrestricted", blank=True):
            yield from _document(part)


def _document(part: Part) -> Iterable[LinkedDocument]:
    id, address = part.id("attachmentid"), part.text("url")
    title, published = part.text("title"), part.day("publicationdate", needed=False)
    if address and not address.lower().startswith(("https://", "http://")):
        part.note("url", "answer_not_address", text=address[:40])
        address = ""
    if id:
        yield LinkedDocument(id, title, address, published)


def _ids_twice(whole: Part, column: str, rows: Sequence[Committee | ListedMeeting | AgendaItem]) -> set[int]:
    """The ids that more than one row has; each is a problem."""
    ids = Counter(row.id for row in rows)
    twice = {id for id, times in ids.items() if times > 1}
    for id in twice:
        whole.at(whole.row or id).add(column, "answer_id_twice", id=id)
    return twice

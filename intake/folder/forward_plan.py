"""Reads forward_plan.csv or forward_plan.xlsx: which items come before which board, how often and since when."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from remembrancer.intake.folder.boards import board_values, find_board, find_named_board
from remembrancer.intake.folder.names import Names
from remembrancer.intake.folder.responses import known_ref
from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.written_dates import Placeholder, parse_written_date
from remembrancer.problems import Problems
from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind

COLUMNS = (
    "board",
    "item",
    "recurrence",
    "last_placed",
    "meeting",
    "decision_no",
    "key_decision",
    "confidential",
    "decision_maker",
    "lead_post",
    "pathway",
    "programme",
    "ref",
    "requested_by",
    "note",
)
YES, NO = ("yes", "y", "true", "1", "x", "✓"), ("", "no", "n", "false", "0")


@dataclass(frozen=True)
class ForwardPlanRow:
    """One item of a board's forward plan.

    `meeting_day` is the day of a one-off's meeting, or of the first meeting of a recurring item; None where the row
    names none. `last_placed` is the day of the last meeting that the item came to. `standing` is the text in place of
    a date that says why there is none: 'ON HOLD – awaiting funding'. `programme` and `ref` name the monitored item
    that it is about; both are empty where there is none. `confidential` items must not be named outside their board.
    """

    row: int
    board: str
    title: str
    recurrence: Recurrence
    last_placed: date | None = None
    meeting_day: date | None = None
    decision_no: str = ""
    key_decision: bool = False
    confidential: bool = False
    decision_maker: str = ""
    lead_post: str = ""
    programme: str = ""
    ref: str = ""
    requested_by: str = ""
    note: str = ""
    standing: str = ""
    pathway: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """The names that a forward plan may use: boards (key to name), posts, each programme's refs, and meeting days."""

    boards: Mapping[str, str]
    posts: Names
    refs: Mapping[str, Names]
    meetings: Mapping[str, Collection[date]] = field(default_factory=dict)


def read_forward_plan(
    path: Path, known: Known, problems: Problems, spec: TableColumns | None = None
) -> list[ForwardPlanRow]:
    """Read the plan's items in the file's order; add a problem for unknown names and for items planned twice."""
    table = read_table(path, Wanted("forward_plan", COLUMNS[:3], COLUMNS), problems, spec=spec)
    found: list[ForwardPlanRow] = []
    seen: dict[tuple[str, str, date | None], int] = {}
    for row in table.rows:
        item = _item(row, known)
        if item is None:
            continue
        first = seen.setdefault((item.board, item.title.casefold(), item.meeting_day), item.row)
        if first != item.row:
            row.wrong("item", "planned_twice", title=item.title, other=first)
        day = item.meeting_day
        if day and day not in known.meetings.get(item.board, (day,)):
            row.note("meeting", "no_meeting_that_day", title=item.title, day=day.isoformat())
        found.append(item)
    return found


def _item(row: Row, known: Known) -> ForwardPlanRow | None:
    board = find_board(row, known.boards)
    recurrence = Recurrence.parse(row["recurrence"]) if row["recurrence"] else Recurrence(RecurrenceKind.ONE_OFF)
    if recurrence is None:
        row.wrong("recurrence", "no_such_recurrence", text=row["recurrence"])
    last_placed, last_words = _day_or_status(row, "last_placed")
    meeting_day, meeting_words = _day_or_status(row, "meeting")
    key_decision, confidential = (_is_yes(row, column) for column in ("key_decision", "confidential"))
    programme, ref = _monitored_item(row, known)
    if not row["item"]:
        row.wrong("item", "blank")
    if row["lead_post"] and known.posts.lack(row["lead_post"]):
        row.wrong("lead_post", "no_such_post", post=row["lead_post"], near=known.posts.nearest(row["lead_post"]))
    if board is None or recurrence is None:
        return None
    return ForwardPlanRow(
        row=row.number,
        board=board,
        title=row["item"],
        recurrence=recurrence,
        last_placed=last_placed,
        meeting_day=meeting_day,
        decision_no=row["decision_no"],
        key_decision=key_decision,
        confidential=confidential,
        decision_maker=row["decision_maker"],
        lead_post=row["lead_post"],
        programme=programme,
        ref=ref,
        pathway=_pathway(row, board, known),
        requested_by=row["requested_by"],
        note=row["note"],
        standing="; ".join(words for words in (meeting_words, last_words) if words),
    )


def _day_or_status(row: Row, column: str) -> tuple[date | None, str]:
    """Return the exact day of a meeting, or the text in its place that says why there is none."""
    parsed = parse_written_date(row[column])
    if isinstance(parsed, Placeholder):
        return None, parsed.text
    return TableCell(row, column).day(row[column], exact=True), ""


def _is_yes(row: Row, column: str) -> bool:
    text = row[column].casefold()
    if text not in (*YES, *NO):
        row.wrong(column, "not_yes_or_no", text=row[column])
    return text in YES


def _monitored_item(row: Row, known: Known) -> tuple[str, str]:
    """Return the programme and ref of the monitored item; a programme alone means the whole programme."""
    programme = row["programme"]
    if programme and programme not in known.refs:
        near = Names(known.refs).nearest(programme)
        row.wrong("programme", "no_such_programme", text=programme, known=", ".join(known.refs), near=near)
        return "", ""
    if row["ref"] and not programme:
        row.wrong("programme", "ref_of_no_programme", ref=row["ref"])
        return "", ""
    refs = known.refs.get(programme, Names(()))
    ref = known_ref(row["ref"], refs.known)
    if ref and refs.lack(ref):
        row.wrong("ref", "no_such_ref", ref=ref, near=refs.nearest(ref))
    return programme, ref


def _pathway(row: Row, board: str, known: Known) -> tuple[str, ...]:
    """Return the boards that consider the paper before, in order, from 'asc_management_team > corporate_board'."""
    names = [each.strip() for each in re.split(r"[>→;]", row["pathway"]) if each.strip()]
    found = [find_named_board(each, known.boards) for each in names]
    for name, key in zip(names, found, strict=True):
        if key is None or key == board:
            row.wrong("pathway", "no_such_board", **board_values(name, known.boards))
    return tuple(key for key in found if key is not None)

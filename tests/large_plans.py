"""A council with many forward plans, to measure what a look costs: twenty boards, each with its meetings and items."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.scheduler.recorded_answers import link_everyone
from remembrancer.scheduler.simulate import PLATFORM

BOARDS, MEETINGS, ITEMS, LEADS = 20, 3, 20, 40
NOW = datetime(2021, 4, 6, 10, tzinfo=UTC)
RECURRENCES = ("standing", "standing", "every other meeting", "6-monthly", "one-off")

ORGANISATION = """
name: A large council
nation: england-and-wales
time_zone: Europe/London
board_kinds: {committee: Committee}
programmes: []
calendars: []
boards:
"""
BOARD = """
  - key: board_{n}
    name: Board {n}
    kind: committee
    channel: "#board-{n}"
    secretary: Secretary {secretary}
    rules:
      agenda_setting: {{used: true}}
      first_draft: {{used: true}}
      final_report: {{used: true}}
"""


def write_folder(folder: Path, with_plans: bool = True) -> Path:
    """The council's folder as its boards keep it, with their forward plans or without."""
    boards = range(1, BOARDS + 1)
    organisation = ORGANISATION + "".join(BOARD.format(n=n, secretary=n % 5) for n in boards)
    (folder / "organisation.yaml").write_text(organisation, encoding="utf-8")
    _write(folder / "people.csv", "name,email,post,reports_to,roles", _people())
    first = date(2021, 5, 4)
    days = [(n, m, first + timedelta(days=n % 10, weeks=6 * m)) for n in boards for m in range(MEETINGS)]
    rows = [f"board_{n},M-{n}-{m},{day},10:00," for n, m, day in days]
    _write(folder / "meetings.csv", "board,id,date,time,state", rows)
    if with_plans:
        _write(folder / "forward_plan.csv", "board,item,recurrence,last_placed,meeting,lead_post", _items())
    return folder


def _people() -> list[str]:
    leads = [f"Lead {n},lead.{n}@example.org,Head of {n},," for n in range(LEADS)]
    return [*leads, *(f"Sec {n},sec.{n}@example.org,Secretary {n},,admin" for n in range(5))]


def _items() -> list[str]:
    return [
        f"board_{board},Item {n} of board {board},{RECURRENCES[n % 5]},,2021-05-01,Head of {(board * 7 + n) % LEADS}"
        for board in range(1, BOARDS + 1)
        for n in range(ITEMS)
    ]


def _write(path: Path, header: str, rows: list[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def load(engine: Engine, folder: Path) -> None:
    """The folder in a database, with everybody on the chat."""
    with Session(engine) as session:
        store(session, read_folder(folder, with_responses=False, now=NOW), NOW)
        link_everyone(session, PLATFORM)
        session.commit()

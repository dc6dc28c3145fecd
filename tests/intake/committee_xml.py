"""Writes meetings in the shape of a committee system's answers, with its habits: counts with leading spaces, dates
with the day first, text that is escaped once too often."""

import html
from collections.abc import Iterable, Mapping
from datetime import date
from xml.sax.saxutils import escape

from remembrancer.intake.moderngov import parse
from remembrancer.intake.moderngov.types import ListedMeeting
from remembrancer.problems import Problems
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data" / "moderngov"


def example(name: str) -> bytes:
    return (DATA / name).read_bytes()


def read_listed(answer: bytes, problems: Problems) -> list[ListedMeeting] | None:
    """Reads the rows of all committees; one that cannot be read refuses the list."""
    return parse.read_listed(answer, problems, parse.UnreadRows(range(1, 10**9), problems))


def element(name: str, *inside: str, text: str = "", escaped: int = 0) -> str:
    for _ in range(escaped):
        text = html.escape(text)
    return f"<{name}>{escape(text)}{''.join(inside)}</{name}>"


def row(name: str, values: Mapping[str, str], *inside: str, escaped: int = 0) -> str:
    return element(name, *(element(key, text=value, escaped=escaped) for key, value in values.items()), *inside)


def slashed(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def listed(id: object, day: str = "24/09/2026", time: str = "10.00 am", status: str = "Confirmed") -> str:
    values = {"meetingid": str(id), "meetingdate": day, "meetingstatus": status, "meetingtime": time}
    return row("meeting", {**values, "iswebcast": "False"})


def meetings(*rows: str, committee: object = 134, count: object = None) -> str:
    """The list of one committee's meetings."""
    said = str(len(rows) if count is None else count)
    block = {"committeeid": str(committee), "committeetitle": "Cabinet", "committeemeetingcount": f" {said}"}
    inside = row("committee", block, element("committeemeetings", *rows))
    return row("getmeetings", {"meetingscount": f" {said}", "committeescount": " 1"}, inside)


def committees(rows: Iterable[tuple[object, str]]) -> str:
    flags = {"committeedeleted": "False", "committeeexpired": "False", "committeecategory": "Committees"}
    made = [row("committee", {"committeeid": str(id), "committeetitle": title, **flags}) for id, title in rows]
    return row("committees", {"committeescount": f" {len(made)}"}, *made)


def item(id: object, title: str = "Minutes", number: str = "1", *documents: str, **more: str) -> str:
    values = {"agendaitemid": str(id), "agendaitemtitle": title, "agendaitemnumber": number, "agendaitemsubnumber": "0"}
    flags = {"isrestricted": "False", "isdecision": "False", "iscallin": "False"}
    return row("agendaitem", {**values, **flags, **more}, element("linkeddocuments", *documents))


def meeting(*items: str, **more: str) -> str:
    values = {
        "meetingid": "5501",
        "meetingdate": "24/09/2026",
        "meetingstatus": "Confirmed",
        "isdisplayallowed": "True",
    }
    rest = {"meetingtime": "10.00 am", "meetinglocation": "Town Hall", "agendaid": "1", "agendapublished": "True"}
    return row("meeting", {**values, **rest, **more}, element("agendaitems", *items))

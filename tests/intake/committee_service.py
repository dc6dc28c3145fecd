"""A committee system on this machine, with the habits of real ones: a web service over HTTP, and its bad days."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from remembrancer.intake.http.fetch import Limits, fetch
from remembrancer.intake.moderngov.client import Get
from remembrancer.intake.moderngov.values import slashed_day
from tests.intake.committee_pages import Edition, plan_items_page, plans_page
from tests.intake.committee_xml import committees, element, listed, meeting, row, slashed

MISSING = "Missing parameter: {}.\r\nParameter name: method"
UNKNOWN = "<html><title>Runtime Error</title><body>Server Error</body></html>"
SWITCHED_OFF = "<html><title>Request format is unrecognized for URL unexpectedly ending in '{}'.</title></html>"


def get_as(agent: str) -> Get:
    """A client of a site on this machine, without pauses and second tries."""
    limits = Limits(10, allow_private=True, allow_http=True)
    return lambda url: fetch(url, limits, agent=agent).body


@dataclass
class Held:
    """A meeting that the site has, and the XML of its agenda's items."""

    id: int
    committee: int
    day: date
    time: str = "10.00 am"
    status: str = "Confirmed"
    items: tuple[str, ...] = ()


@dataclass
class Site:
    """What the site has, and its habits. `failures` are given to the next requests, before anything else is.

    `plans` are the editions of each forward plan, by its number; `broken` are the pages that answer with an error.
    """

    meetings: list[Held] = field(default_factory=list)
    plans: dict[int, list[Edition]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    committees: list[tuple[int, str]] = field(default_factory=lambda: [(134, "Cabinet"), (207, "Families")])
    every: int = -1
    wants_dummy: bool = False
    switched_off: bool = False
    refuses_unknown: bool = True
    failures: list[Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    address: str = ""

    def answer(self, method: str, query: dict[str, str]) -> tuple[int, str]:
        if self.switched_off:
            return 500, SWITCHED_OFF.format(f"/{method}")
        if method == "GetCommittees":
            return (
                (500, MISSING.format("lDummy")) if self._lacks(query, "lDummy") else (200, committees(self.committees))
            )
        if method in ("GetMeetings", "GetAllMeetingsByDate"):
            return self._list(method, query)
        if method == "GetMeeting":
            return 200, self._one(int(query["lMeetingId"]))
        return self._page(method, query)

    def _page(self, method: str, query: dict[str, str]) -> tuple[int, str]:
        """The pages for people, which have no service to be switched off with."""
        editions = self.plans.get(int(query.get("RPId") or query.get("RP") or 0), [])
        if method == "mgListPlans.aspx" and method not in self.broken:
            return 200, plans_page(editions, int(query["RPId"]))
        chosen = [each for each in editions if method == "mgListPlanItems.aspx" and str(each.id) == query["PlanId"]]
        return (200, plan_items_page(chosen[0])) if chosen and method not in self.broken else (404, UNKNOWN)

    def _lacks(self, query: dict[str, str], name: str) -> bool:
        return self.wants_dummy and name not in query

    def _list(self, method: str, query: dict[str, str]) -> tuple[int, str]:
        """Days that are written any other way than with slashes are ignored, without a word."""
        for name in ("lCommitteeId", "sFromDate", "sToDate"):
            if name not in query:
                return 500, MISSING.format(name)
        if method == "GetAllMeetingsByDate" and "bIsAscendingDateOrder" not in query:
            return 500, MISSING.format("bIsAscendingDateOrder")
        first, last, asked = slashed_day(query["sFromDate"]), slashed_day(query["sToDate"]), int(query["lCommitteeId"])
        found = [
            each
            for each in self.meetings
            if asked in (self.every, each.committee) and not (first and last and not first <= each.day <= last)
        ]
        return 200, _listed(found)

    def _one(self, id: int) -> str:
        held = next(each for each in self.meetings if each.id == id)
        more = {"meetingid": str(held.id), "meetingdate": slashed(held.day), "meetingstatus": held.status}
        return meeting(*held.items, **more, meetingtime=held.time)


def _listed(found: list[Held]) -> str:
    blocks = []
    for id in sorted({each.committee for each in found}):
        own = [listed(each.id, slashed(each.day), each.time, each.status) for each in found if each.committee == id]
        values = {"committeeid": str(id), "committeemeetingcount": f" {len(own)}"}
        blocks.append(row("committee", values, element("committeemeetings", *own)))
    return row("getmeetings", {"meetingscount": f" {len(found)}", "committeescount": f" {len(blocks)}"}, *blocks)


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """The site, at `site.address`; it sends every answer whole unless one of its failures says otherwise."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.agents.append(self.headers["User-Agent"])
            if site.failures:
                site.failures.pop(0)(self)
                return
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if site.refuses_unknown and "Remembrancer" not in self.headers["User-Agent"]:
                status, text = 403, "<html><title>Forbidden</title></html>"
            else:
                status, text = site.answer(parts.path.rpartition("/")[2], query)
            reply(self, status, text.encode())

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def replies(status: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: reply(handler, status, body, **headers)


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def drips(piece: bytes, pause: float, begins: bytes = b"") -> Callable[[BaseHTTPRequestHandler], None]:
    """Sends a piece every `pause` seconds until whoever asked has gone."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        gone = threading.Event()
        try:
            handler.connection.sendall(begins)
            while not gone.wait(pause):
                handler.connection.sendall(piece)
        except OSError:
            gone.set()

    return drip

"""Sends requests to a committee system one at a time, with pauses between, and longer ones when it is in trouble."""

import threading
import time
from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from remembrancer.intake.http.address_guard import Resolve, resolve
from remembrancer.intake.http.fetch import FetchError, Limits, fetch
from remembrancer.intake.moderngov.xml_document import LIMIT, is_switched_off

PRODUCT = "Remembrancer/0.1"
PAUSE = 1.0
"""Seconds between the end of one request and the beginning of the next."""
TRIES = 3
FIRST_WAIT = 5.0
LONGEST_WAIT = 120.0
"""Seconds; if a site asks for a longer wait, the request is given up, and the operator is told when to retry."""
TIMEOUT = 60.0
Get = Callable[[str], bytes]
"""Fetches the body at an address. Raises FetchError."""


def agent(contact: str) -> str:
    """Return the User-Agent header; many sites refuse programs that do not identify themselves."""
    return f"{PRODUCT} (+{contact})" if contact else PRODUCT


def polite_get(
    contact: str,
    allow_private: bool = False,
    ask: Resolve = resolve,
    sleep: Callable[[float], object] = time.sleep,
) -> "PoliteGet":
    """Return the client for a site; `contact` is an e-mail or web address at which its operators can reach us.

    `ask` resolves host names, and `sleep` waits a number of seconds.
    """
    limits = Limits(TIMEOUT, LIMIT, allow_private=allow_private, allow_http=True)
    return PoliteGet(lambda url: fetch(url, limits, agent=agent(contact), ask=ask).body, sleep=sleep)


def in_time(get: Get, seconds: float, clock: Callable[[], float] = time.monotonic) -> Get:
    """Return a client that raises FetchError once a number of seconds have passed, so that a reading ends."""
    ends = clock() + seconds

    def get_in_time(url: str) -> bytes:
        if clock() > ends:
            raise FetchError("takes_long", minutes=round(seconds / 60))
        return get(url)

    return get_in_time


class PoliteGet:
    """A thread-safe client that sends one request at a time and waits `pause` seconds after each.

    When the site is busy or cannot be reached, it tries again, up to `TRIES` times, after the seconds that the site
    asks for, or else after a wait that doubles each time. `sleep` and `clock` are in seconds.
    """

    def __init__(
        self,
        fetch: Get,
        pause: float = PAUSE,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._pause = pause
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at = clock()

    def __call__(self, url: str) -> bytes:
        tried = 0
        with self._lock:
            while True:
                try:
                    return self._in_turn(url)
                except FetchError as error:
                    tried += 1
                    self._free_at = max(self._free_at, self._clock() + _wait(error, tried))

    def _in_turn(self, url: str) -> bytes:
        early = self._free_at - self._clock()
        if early > 0:
            self._sleep(early)
        try:
            return self._fetch(url)
        finally:
            self._free_at = self._clock() + self._pause


def _wait(error: FetchError, tried: int) -> float:
    """Return the seconds to wait before the next try. Raises an error where another try is of no use."""
    passes = error.name in ("busy", "no_answer", "no_such_host", "too_slow") or error.status in (502, 504)
    wait = FIRST_WAIT * 2 ** (tried - 1) if error.retry_after is None else error.retry_after
    if not passes or wait > LONGEST_WAIT or tried == TRIES:
        raise FetchError("switched_off", error.status) if is_switched_off(error.body) else error from None
    return wait


class WebService:
    """The methods of a site's web service, and its pages; each returns the response's body or raises FetchError.

    `site` is the address of the folder that holds mgWebService.asmx. Days are sent as 24/09/2026: the service ignores
    any other form and returns all meetings since the beginning.
    """

    def __init__(self, site: str, get: Get) -> None:
        self._site = site.rstrip("/")
        self._get = get

    def committees(self) -> bytes:
        """Get the committees; some sites answer with an error unless a parameter without meaning is sent."""
        try:
            return self._ask("GetCommittees")
        except FetchError as error:
            if (error.name, error.status) != ("status", 500):
                raise
            return self._ask("GetCommittees", lDummy=0)

    def meetings(self, committee: int, first_day: date, last_day: date) -> bytes:
        return self._ask("GetMeetings", lCommitteeId=committee, sFromDate=_day(first_day), sToDate=_day(last_day))

    def all_meetings(self, every: int, first_day: date, last_day: date) -> bytes:
        """Get the list of all committees' meetings; `every` stands for all: -1 on some sites, 0 on others."""
        days = {"sFromDate": _day(first_day), "sToDate": _day(last_day)}
        return self._ask("GetAllMeetingsByDate", **days, lCommitteeId=every, bIsAscendingDateOrder="true")

    def meeting(self, id: int) -> bytes:
        return self._ask("GetMeeting", lMeetingId=id)

    def plans(self, number: int) -> bytes:
        return self._get(f"{self._site}/mgListPlans.aspx?RPId={number}&RD=0")

    def plan_items(self, plan: int, number: int) -> bytes:
        return self._get(f"{self._site}/mgListPlanItems.aspx?PlanId={plan}&RP={number}")

    def _ask(self, method: str, **parameters: object) -> bytes:
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._get(f"{self._site}/mgWebService.asmx/{method}{query}")


def _day(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"

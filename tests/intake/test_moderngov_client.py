"""A committee system is asked politely, in the words that it understands."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest

from remembrancer.intake.http.fetch import FetchError
from remembrancer.intake.moderngov.client import LONGEST_WAIT, PoliteGet, WebService, agent
from tests.intake.committee_service import Site, get_as, hangs_up, replies, running

FIRST, LAST = date(2026, 9, 1), date(2026, 10, 31)


class Clock:
    """Stands still but when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site()) as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


def polite(clock: Clock, contact: str = "clerk@example.org") -> PoliteGet:
    return PoliteGet(get_as(agent(contact)), pause=1, sleep=clock.sleep, clock=clock)


def failed(get: PoliteGet, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url)
    return caught.value


def test_there_is_a_pause_between_two_requests_and_none_before_the_first(site: Site, clock: Clock) -> None:
    get = polite(clock)
    service = WebService(site.address, get)
    service.committees()
    assert clock.slept == []
    service.committees()
    service.committees()
    assert clock.slept == [1, 1]
    clock.now += 60
    service.committees()
    assert clock.slept == [1, 1]


def test_who_asks_is_said_with_every_request(site: Site, clock: Clock) -> None:
    WebService(site.address, polite(clock)).committees()
    assert site.agents == ["Remembrancer/0.1 (+clerk@example.org)"]
    assert agent("") == "Remembrancer/0.1"


def test_a_busy_site_is_left_alone_for_as_long_as_it_asks(site: Site, clock: Clock) -> None:
    site.failures = [replies(503, Retry_After="30"), replies(429, Retry_After="0")]
    WebService(site.address, polite(clock)).committees()
    assert clock.slept == [30, 1]


def test_a_site_in_trouble_is_tried_again_after_longer_and_longer_waits(site: Site, clock: Clock) -> None:
    site.failures = [hangs_up, replies(502)]
    WebService(site.address, polite(clock)).committees()
    assert clock.slept == [5, 10]


def test_after_three_tries_it_is_given_up(site: Site, clock: Clock) -> None:
    site.failures = [replies(503)] * 5
    error = failed(polite(clock), f"{site.address}/")
    assert (error.name, error.values["later"], len(site.asked)) == ("busy", "later", 3)


def test_a_site_that_asks_for_long_is_left_alone_at_once(site: Site, clock: Clock) -> None:
    site.failures = [replies(429, Retry_After="3600")]
    error = failed(polite(clock), f"{site.address}/")
    assert LONGEST_WAIT < 3600
    assert (error.values["later"], clock.slept, len(site.asked)) == ("in 60 minutes", [], 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_a_refusal_is_not_tried_again(site: Site, clock: Clock, status: int) -> None:
    site.failures = [replies(status)]
    assert failed(polite(clock), f"{site.address}/").status == status
    assert len(site.asked) == 1


def test_after_a_failure_the_next_request_waits_too(site: Site, clock: Clock) -> None:
    get = polite(clock)
    site.failures = [replies(404)]
    failed(get, f"{site.address}/")
    failed(get, f"{site.address}/")
    assert clock.slept == [1]


def test_requests_of_several_threads_go_one_at_a_time() -> None:
    inside, most, lock = [0], [0], threading.Lock()

    def fetch(url: str) -> bytes:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        with lock:
            inside[0] -= 1
        return url.encode()

    get = PoliteGet(fetch, pause=0)
    threads = [threading.Thread(target=lambda: [get("x") for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_days_go_with_the_day_first(site: Site, clock: Clock) -> None:
    service = WebService(f"{site.address}/democracy/", polite(clock))
    service.meetings(134, FIRST, LAST)
    service.all_meetings(-1, FIRST, LAST)
    method, days = "/democracy/mgWebService.asmx/", "sFromDate=01%2F09%2F2026&sToDate=31%2F10%2F2026"
    assert site.asked == [
        f"{method}GetMeetings?lCommitteeId=134&{days}",
        f"{method}GetAllMeetingsByDate?{days}&lCommitteeId=-1&bIsAscendingDateOrder=true",
    ]


def test_a_site_that_wants_a_parameter_that_means_nothing_gets_it(site: Site, clock: Clock) -> None:
    site.wants_dummy = True
    assert b"Cabinet" in WebService(site.address, polite(clock)).committees()
    assert [path.rpartition("?")[2] for path in site.asked] == ["/mgWebService.asmx/GetCommittees", "lDummy=0"]


def test_a_service_that_is_switched_off_is_said_to_be_and_asked_once(site: Site, clock: Clock) -> None:
    site.switched_off = True
    with pytest.raises(FetchError) as caught:
        WebService(site.address, polite(clock)).committees()
    assert (caught.value.name, len(site.asked)) == ("switched_off", 1)

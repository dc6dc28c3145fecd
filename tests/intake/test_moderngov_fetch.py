"""One address is fetched safely: from where it may, no more than it may, for no longer than it may."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from remembrancer.intake.moderngov.fetch import checked_get
from remembrancer.intake.moderngov.troubles import FetchError
from remembrancer.wording import say
from tests.intake.committee_service import Site, drips, hangs_up, replies, running

PRIVATE = ("127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1")
DISGUISED = ("2130706433", "0x7f.1")
PRIVATE_V6 = ("::1", "::ffff:127.0.0.1", "fd00::1", "2002:7f00:1::", "fe80::1")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site()) as made:
        yield made


def get(url: str, **more: Any) -> bytes:
    return checked_get(url, **{"allow_private": True, "timeout": 10, "limit": 100_000, **more})


def refused(url: str, **more: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, **more)
    said = say(f"problems.{caught.value.name}", **caught.value.values)
    assert "{" not in said
    return caught.value


def test_a_body_is_fetched_whole_and_as_it_is(site: Site) -> None:
    site.failures = [replies(200, b"\xff\x00<a/>")]
    assert get(f"{site.address}/x?y=1%2F2") == b"\xff\x00<a/>"
    assert site.asked == ["/x?y=1%2F2"]


def test_the_product_names_itself(site: Site) -> None:
    get(f"{site.address}/mgWebService.asmx/GetCommittees", agent="Remembrancer/9 (+clerk@example.org)")
    assert site.agents == ["Remembrancer/9 (+clerk@example.org)"]
    assert refused(f"{site.address}/mgWebService.asmx/GetCommittees", agent="python-httpx/0.28").name == "site_refused"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/hostname",
        "example.org",
        "https://",
        "http://a:b@127.0.0.1/",
        "http://[::1",
        "",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    error = refused(url)
    assert error.name == "site_not_web"
    assert "a:b" not in error.values["url"]


@pytest.mark.parametrize(
    "host",
    [*PRIVATE, *DISGUISED, *(f"[{number}]" for number in PRIVATE_V6)],
)
def test_a_private_address_is_not_asked_unless_that_is_allowed(host: str) -> None:
    assert refused(f"http://{host}:9/", allow_private=False).name == "site_private"


def test_a_name_with_one_private_number_among_several_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 80)) for number in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert refused("http://democracy.example.org/", allow_private=False).name == "site_private"


def test_the_connection_goes_to_the_number_that_was_checked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once: a second look could be answered otherwise."""
    port, looks = int(site.address.rpartition(":")[2]), []
    real = socket.getaddrinfo

    def lookup(host: Any, *arguments: Any, **named: Any) -> Any:
        if host == "democracy.example.org":
            looks.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return real(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    site.failures = [lambda handler: replies(200, handler.headers["Host"].encode())(handler)]
    assert get(f"http://democracy.example.org:{port}/") == f"democracy.example.org:{port}".encode()
    assert looks == ["democracy.example.org"]


def test_up_to_three_redirects_are_followed(site: Site) -> None:
    site.failures = [
        replies(302, Location="/b"),
        replies(301, Location="c"),
        replies(307, Location=f"{site.address}/d"),
    ]
    assert refused(f"{site.address}/a").name == "site_not_there"  # it has nothing at /d, but it was asked
    assert site.asked == ["/a", "/b", "/c", "/d"]
    site.failures = [replies(302, Location="/again")] * 9
    assert refused(f"{site.address}/a").name == "site_moved_on"
    assert len(site.asked) == 8


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("http://10.0.0.1/", "site_private"),
        ("//169.254.169.254/latest", "site_private"),
        ("file:///etc/hostname", "site_not_web"),
        ("http://a:b@127.0.0.1/", "site_not_web"),
        ("http://[", "site_out_of_reach"),
    ],
)
def test_where_a_redirect_leads_is_checked_like_the_first_address(
    site: Site, there: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site on this machine stands for a public one, so that only the redirect leads inside."""
    monkeypatch.setattr("intake.feed_addresses.is_public", lambda number: number == "127.0.0.1")
    site.failures = [replies(302, Location=there)]
    assert refused(f"{site.address}/", allow_private=False).name == name


def test_a_body_that_is_too_large_is_not_read_to_its_end(site: Site) -> None:
    site.failures = [drips(b"x" * 50_000, 0, HEAD)]
    error = refused(f"{site.address}/")
    assert (error.name, error.values["limit"]) == ("site_too_large", "0.1")
    site.failures = [replies(200, b"x" * 100_000), replies(200, b"x" * 100_001)]
    assert len(get(f"{site.address}/")) == 100_000
    assert refused(f"{site.address}/").name == "site_too_large"


def test_a_packed_body_is_refused(site: Site) -> None:
    site.failures = [replies(200, b"\x1f\x8b", Content_Encoding="gzip")]
    assert refused(f"{site.address}/").name == "site_packed"


@pytest.mark.parametrize(
    ("piece", "begins"),
    [(b"x", HEAD), (b"X", b"HTTP/1.1 200 OK\r\nX-Y: "), (b"", b"")],
    ids=["body", "head", "nothing"],
)
def test_an_answer_that_drips_is_given_up_in_time(site: Site, piece: bytes, begins: bytes) -> None:
    site.failures = [drips(piece, 0.05, begins)]
    started = time.monotonic()
    error = refused(f"{site.address}/", timeout=1)
    assert (error.name, error.values["seconds"]) == ("site_too_slow", 1)
    assert time.monotonic() - started < 10


def test_a_site_that_hangs_up_or_is_not_there_is_out_of_reach(site: Site) -> None:
    site.failures = [hangs_up]
    assert refused(f"{site.address}/").name == "site_out_of_reach"
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert refused(f"http://127.0.0.1:{unused.getsockname()[1]}/").name == "site_out_of_reach"
    assert refused("http://no-such-host.invalid/").name == "site_out_of_reach"


def test_an_answer_that_is_cut_off_is_none(site: Site) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    site.failures = [lambda handler: handler.connection.sendall(half)]
    assert refused(f"{site.address}/").name == "site_out_of_reach"


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (403, "site_refused"),
        (404, "site_not_there"),
        (429, "site_busy"),
        (503, "site_busy"),
        *((status, "site_failed") for status in (204, 302, 401, 500)),
    ],
)
def test_an_answer_that_is_an_error_is_named_with_what_came(site: Site, status: int, name: str) -> None:
    site.failures = [replies(status, b"" if status == 204 else b"<html>why</html>")]
    error = refused(f"{site.address}/")
    assert (error.name, error.status) == (name, status)
    assert error.body == (b"" if status == 204 else b"<html>why</html>")


def test_when_to_try_again_is_read_as_seconds_or_as_a_moment(site: Site) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    texts = ["30", moment, "soon", "", "-5", "Sun, 06 Nov 1994 08:49:37 GMT"]
    site.failures = [replies(503, Retry_After=text) for text in texts]
    waits = [refused(f"{site.address}/").retry_after for _ in texts]
    assert (waits[0], waits[2:]) == (30, [None, None, None, 0])
    assert waits[1] is not None
    assert 60 < waits[1] <= 90

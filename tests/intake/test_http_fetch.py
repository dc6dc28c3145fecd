"""One address is fetched safely: from where it may, no more than it may, for no longer than it may. A real server."""

import gzip
import logging
import shutil
import socket
import ssl
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from remembrancer.intake.http.address_guard import PrivateAddressError, checked_addresses, is_public, resolve
from remembrancer.intake.http.fetch import USER_AGENT, Fetched, FetchError, Limits, fetch, fetch_feed, why_not_fetched
from remembrancer.wording import phrase
from tests.conftest import skip_or_fail
from tests.intake.calendar_server import Answering, Handler, serving
from tests.intake.committee_service import drips, hangs_up

BODY = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
HERE = Limits(seconds=10, allow_private=True, allow_http=True, allow_password=True)
PUBLIC_ONLY = replace(HERE, allow_private=False)
SINCE = "Mon, 02 Sep 2019 08:00:00 GMT"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
LOCAL = ("127.0.0.1", "localhost", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254")
SPECIAL = ("100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255")
DISGUISED = ("2130706433", "0x7f.1", "0177.0.0.1", "127.1")
LOCAL_V6 = ("::1", "::", "::ffff:127.0.0.1", "fe80::1", "fd00::1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1")


def whole(handler: Handler) -> None:
    handler.gives(BODY, ETag='"one"', Last_Modified=SINCE)


@pytest.fixture
def server() -> Iterator[Answering]:
    """A server that gives the body; a test may have it answer otherwise."""
    with serving(whole) as made:
        yield made


def gives(server: Answering, body: bytes = b"", status: int = 200, **headers: str) -> None:
    server.answer = lambda handler: handler.gives(body, status, **headers)


def get(url: str, limits: Limits = HERE, **more: Any) -> Fetched:
    return fetch(url, limits, **{"agent": "Remembrancer/9", **more})


def refused(url: str, limits: Limits = HERE, **more: Any) -> FetchError:
    """Why nothing came, which can be said of a feed and of a committee system."""
    with pytest.raises(FetchError) as caught:
        get(url, limits, **more)
    error = caught.value
    assert "{" not in why_not_fetched(error)
    assert error.name == "not_encrypted" or "{" not in phrase(f"problems.site_{error.name}", **error.values)
    return error


def test_a_body_is_fetched_as_it_is_with_what_to_ask_by_next_time(server: Answering) -> None:
    assert get(f"{server.url}?y=1%2F2") == Fetched(BODY, '"one"', SINCE)
    [(path, headers)] = server.asked
    assert (path, headers["user-agent"]) == ("/calendar.ics?y=1%2F2", "Remembrancer/9")
    assert "cookie" not in headers
    assert "if-none-match" not in headers
    gives(server, b"\xff\x00<a/>", ETag="e" * 501)
    assert get(server.url) == Fetched(b"\xff\x00<a/>", None, None)


def test_a_feed_that_has_not_changed_is_not_fetched_again(server: Answering) -> None:
    gives(server, status=304)
    assert fetch_feed(server.url, HERE, '"one"', SINCE) is None
    headers = server.asked[0][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"one"', SINCE)
    assert headers["user-agent"] == USER_AGENT
    with pytest.raises(FetchError) as caught:
        fetch_feed(server.url, HERE)  # it was not asked whether anything changed
    assert (caught.value.name, caught.value.status) == ("status", 304)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        *((status, "refused") for status in (401, 403)),
        *((status, "gone") for status in (404, 410)),
        *((status, "busy") for status in (429, 503)),
        *((status, "status") for status in (206, 302, 400, 500)),
    ],
)
def test_an_answer_that_is_an_error_is_named_with_what_came(server: Answering, status: int, name: str) -> None:
    gives(server, b"<html>why</html>", status)
    error = refused(server.url)
    assert (error.name, error.status, error.body) == (name, status, b"<html>why</html>")
    assert error.values["agent"] == "Remembrancer/9"
    said = why_not_fetched(error)
    assert "127.0.0.1" in said
    assert str(status) in said


def test_of_an_errors_page_only_the_beginning_is_kept_and_one_that_cannot_be_unpacked_is_none(
    server: Answering,
) -> None:
    gives(server, gzip.compress(b"x" * 1_000_000), 500, Content_Encoding="gzip")
    assert refused(server.url).body == b"x" * 20_000
    gives(server, b"no", 403, Content_Encoding="br")
    assert (refused(server.url).name, refused(server.url).body) == ("refused", b"")


def test_when_to_try_again_is_read_as_seconds_or_as_a_moment(server: Answering) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    waits = []
    for text in ("30", moment, "soon", "", "-5", "Sun, 06 Nov 1994 08:49:37 GMT"):
        gives(server, status=503, Retry_After=text)
        waits.append(refused(server.url).retry_after)
    assert (waits[0], waits[2:]) == (30, [None, None, None, 0])
    assert waits[1] is not None
    assert 60 < waits[1] <= 90


@pytest.mark.parametrize("host", [*LOCAL, *SPECIAL, *DISGUISED, *(f"[{number}]" for number in LOCAL_V6)])
def test_an_address_within_our_own_network_is_refused_and_never_connected_to(server: Answering, host: str) -> None:
    name = refused(f"http://{host}:{server.port}/", PUBLIC_ONLY).name
    assert server.asked == []
    # The parser refuses an octal number, and some machines cannot look up an address of the other family.
    assert name in ("private_address", "no_such_host", "not_an_address")
    assert name == "private_address" or host in ("0177.0.0.1", "[64:ff9b::7f00:1]")


def test_a_name_that_resolves_to_a_private_address_is_refused_even_beside_a_public_one() -> None:
    for addresses in (["127.0.0.1"], ["93.184.215.14", "10.0.0.7"], ["::ffff:169.254.169.254"]):
        error = refused("https://calendar.example.org/", Limits(), ask=lambda host, port, found=addresses: found)
        assert error.name == "private_address"
    with pytest.raises(PrivateAddressError):
        checked_addresses("localhost", 80, False)
    assert "127.0.0.1" in checked_addresses("localhost", 80, True, resolve)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("http://169.254.169.254/latest/", "private_address"),
        ("//10.0.0.1/", "private_address"),
        ("file:///etc/hostname", "not_an_address"),
        ("ftp://example.org/", "not_an_address"),
        ("http://[", "no_such_host"),
        ("https://[bad/", "no_such_host"),
        ("http://a:b@127.0.0.1/", "not_an_address"),
    ],
)
def test_where_a_redirect_leads_is_checked_like_the_first_address(
    server: Answering, there: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server on this machine stands for a public one, so that only the redirect leads inside."""
    monkeypatch.setattr("remembrancer.intake.http.address_guard.is_public", lambda number: number == "127.0.0.1")
    gives(server, status=302, Location=there)
    error = refused(server.url, PUBLIC_ONLY)
    assert error.name == name
    assert "a:b" not in why_not_fetched(error)
    assert len(server.asked) == 1


def test_each_host_is_looked_up_once_and_none_is_asked_for_after_a_private_one(server: Answering) -> None:
    gives(server, status=302, Location="http://other.example.org/")
    asked: list[str] = []

    def ask(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if host == "calendar.example.org" else ["10.0.0.7"]

    url = f"http://calendar.example.org:{server.port}/"
    assert refused(url, PUBLIC_ONLY, ask=ask).name == "private_address"
    assert (server.asked, asked) == ([], ["calendar.example.org"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("remembrancer.intake.http.address_guard.is_public", lambda number: number == "127.0.0.1")
        assert refused(url, PUBLIC_ONLY, ask=ask).name == "private_address"
    assert ([path for path, _ in server.asked], asked[1:]) == (["/"], ["calendar.example.org", "other.example.org"])


def test_redirects_are_followed_three_times_and_no_more(server: Answering) -> None:
    def onwards(handler: Handler) -> None:
        number = int(handler.path.strip("/") or 0)
        there = f"{number + 1}" if number % 2 else f"http://127.0.0.1:{server.port}/{number + 1}"
        if number < limit:
            handler.gives(b"", (301, 302, 307, 308)[number], Location=there, Set_Cookie="a=b")
        else:
            whole(handler)

    server.answer, limit = onwards, 3
    assert get(f"http://127.0.0.1:{server.port}/0").body == BODY
    assert [path for path, _ in server.asked] == ["/0", "/1", "/2", "/3"]
    assert all("cookie" not in headers for _, headers in server.asked)
    limit = 4
    assert refused(f"http://127.0.0.1:{server.port}/0").name == "too_many_redirects"
    assert len(server.asked) == 8
    gives(server, status=302, Location="http://")  # which is where it is already
    assert refused(server.url).name == "too_many_redirects"


def test_without_encryption_is_refused_unless_it_is_allowed(server: Answering) -> None:
    assert refused(server.url, replace(HERE, allow_http=False)).name == "not_encrypted"
    assert server.asked == []


def test_a_body_that_is_too_large_is_cut_off_packed_or_not(server: Answering) -> None:
    limits = replace(HERE, largest=100_000)
    packed = gzip.compress(b"\0" * 50_000_000)
    assert len(packed) < limits.largest
    gives(server, packed, Content_Encoding="gzip")
    assert refused(server.url, limits).name == "too_large"
    server.answer = drips(b"x" * 50_000, 0, HEAD)
    assert refused(server.url, limits).name == "too_large"
    gives(server, b"x" * 100_001)
    assert refused(server.url, limits).values["megabytes"] == "0.095"
    gives(server, b"x" * 100_000)
    assert len(get(server.url, limits).body) == 100_000


def test_a_packed_body_is_unpacked_and_one_that_is_cut_short_is_none(server: Answering) -> None:
    for coding, packed in (("gzip", gzip.compress(BODY)), ("deflate", zlib.compress(BODY))):
        gives(server, packed, Content_Encoding=coding)
        assert get(server.url) == Fetched(BODY, None, None)
    for broken in (gzip.compress(BODY)[:-9], b"not packed"):
        gives(server, broken, Content_Encoding="gzip")
        assert refused(server.url).name == "no_answer"
    gives(server, BODY, Content_Encoding="br")
    assert refused(server.url).name == "coding"


@pytest.mark.parametrize(
    ("piece", "begins"),
    [(b"x", HEAD), (b"X-More: 1\r\n", b"HTTP/1.1 200 OK\r\n"), (b"X", b"HTTP/1.1 200 OK\r\nX-Y: "), (b"", b"")],
    ids=["body", "headers", "one header", "nothing"],
)
def test_a_server_that_trickles_is_left_when_the_time_is_up(server: Answering, piece: bytes, begins: bytes) -> None:
    server.answer = drips(piece, 0.05, begins)
    began = monotonic()
    error = refused(server.url, replace(HERE, seconds=1))
    assert (error.name, error.values["seconds"]) == ("too_slow", 1)
    assert monotonic() - began < 30


def test_a_connection_that_breaks_or_is_refused_is_no_answer(server: Answering) -> None:
    server.answer = hangs_up
    assert refused(server.url).name == "no_answer"
    server.answer = cut_off
    assert refused(server.url).name == "no_answer"
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert refused(f"http://127.0.0.1:{unused.getsockname()[1]}/").name == "no_answer"
    assert refused("https://no-such-host.invalid/").name == "no_such_host"


def cut_off(handler: Handler) -> None:
    handler.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    handler.close_connection = True


@pytest.mark.parametrize(
    "url",
    ["", "calendar.ics", "ftp://example.org/", "file:///etc/hostname", "https://", "https://[::1", "https://a:b:c/"],
)
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    assert refused(url).name == "not_an_address"


@pytest.mark.parametrize("url", ["https://exa mple.org/", "https://x:99999/"])
def test_what_is_hardly_an_address_leads_nowhere(url: str) -> None:
    assert refused(url).name in ("not_an_address", "no_such_host")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for calendar.example.org, vouched for by itself; its key is beside it."""
    if shutil.which("openssl") is None:
        skip_or_fail("there is no openssl to make a certificate with")
    made = tmp_path_factory.mktemp("tls") / "calendar.crt"
    name = ["-subj", "/CN=calendar.example.org", "-addext", "subjectAltName=DNS:calendar.example.org"]
    files = ["-keyout", str(made.with_suffix(".key")), "-out", str(made)]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *name], check=True, capture_output=True
    )
    return made


@pytest.fixture
def secured(certificate: Path) -> Iterator[Answering]:
    """The server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    with serving(whole, context) as made:
        yield made


def on_this_machine(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_the_connection_goes_to_the_checked_address_and_the_certificate_is_the_hosts(
    certificate: Path, secured: Answering
) -> None:
    """Names are asked for once: a second answer, were it asked for, would lead elsewhere."""
    answers = iter([["127.0.0.1"]])
    trusted = ssl.create_default_context(cafile=str(certificate))
    url = f"webcal://calendar.example.org:{secured.port}/calendar.ics"
    assert get(url, tls=trusted, ask=lambda host, port: next(answers)).body == BODY
    assert secured.asked[0][1]["host"] == f"calendar.example.org:{secured.port}"
    other = f"https://other.example.org:{secured.port}/"
    assert refused(other, tls=trusted, ask=on_this_machine).name == "no_answer"
    assert refused(url, ask=on_this_machine).name == "no_answer"  # nobody vouches for it
    assert len(secured.asked) == 1


def test_the_first_address_that_answers_is_used(server: Answering) -> None:
    url = f"http://calendar.example.org:{server.port}/"
    assert get(url, ask=lambda host, port: ["127.0.0.2", "::1", "127.0.0.1"]).body == BODY


def test_no_redirect_leads_out_of_encryption(certificate: Path, secured: Answering, server: Answering) -> None:
    gives(secured, status=301, Location=server.url)
    trusted = ssl.create_default_context(cafile=str(certificate))
    url = f"https://calendar.example.org:{secured.port}/"
    assert refused(url, tls=trusted, ask=on_this_machine).name == "less_safe"
    assert server.asked == []


def test_no_proxy_of_the_environment_is_used(server: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(server.url).body == BODY


def test_a_password_in_the_address_is_sent_and_never_said(server: Answering, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    gives(server, status=403)
    error = refused(f"http://clerk:gehe%69m@127.0.0.1:{server.port}/private-token/basic.ics")
    assert server.asked[0][1]["authorization"] == "Basic Y2xlcms6Z2VoZWlt"
    for secret in ("geheim", "private-token", "clerk"):
        assert secret not in f"{error.values} {why_not_fetched(error)} {caplog.text}"


def test_a_password_is_sent_to_its_own_host_and_to_no_other(server: Answering) -> None:
    with serving(whole) as other:
        places = {"/a": "/b", "/b": f"http://127.0.0.1:{server.port}/c", "/c": other.url}
        server.answer = lambda handler: handler.gives(b"", 302, Location=places[handler.path])
        assert get(f"http://clerk:geheim@127.0.0.1:{server.port}/a").body == BODY
    assert [("authorization" in headers) for _, headers in (*server.asked, *other.asked)] == [True, True, True, False]


def test_a_password_in_an_address_is_refused_where_none_is_allowed(server: Answering) -> None:
    error = refused(f"http://clerk:geheim@127.0.0.1:{server.port}/", replace(HERE, allow_password=False))
    assert (error.name, server.asked) == ("not_an_address", [])
    assert "geheim" not in str(error.values)

"""Fetching feeds: from a real server, and from no address that leads into our own network."""

import gzip
import logging
import shutil
import ssl
import subprocess
import threading
import zlib
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from remembrancer.intake.http.address_guard import PrivateAddressError, checked, is_public, resolve
from remembrancer.intake.http.feed_fetch import USER_AGENT, FeedError, Fetched, Limits, NotModified, fetch
from tests.conftest import skip_or_fail
from tests.intake.calendar_server import Handler, serving

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
HERE = Limits(seconds=10, allow_private=True, allow_http=True)


def whole(handler: Handler) -> None:
    handler.gives(CALENDAR, ETag='"one"', Last_Modified="Mon, 02 Sep 2019 08:00:00 GMT")


def name_of(answer: object) -> str:
    assert isinstance(answer, FeedError), answer
    return answer.name


def test_a_feed_is_fetched_with_what_to_ask_by_next_time() -> None:
    with serving(whole) as server:
        answer = fetch(server.url, HERE)
    assert answer == Fetched(CALENDAR, '"one"', "Mon, 02 Sep 2019 08:00:00 GMT")
    [(path, headers)] = server.asked
    assert (path, headers["user-agent"]) == ("/calendar.ics", USER_AGENT)
    assert "cookie" not in headers
    assert "if-none-match" not in headers


def test_what_has_not_changed_is_not_fetched_again() -> None:
    with serving(lambda handler: handler.gives(b"", 304)) as server:
        assert fetch(server.url, HERE, '"one"', "Mon, 02 Sep 2019 08:00:00 GMT") == NotModified()
    headers = server.asked[0][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"one"', "Mon, 02 Sep 2019 08:00:00 GMT")


@pytest.mark.parametrize(
    ("status", "name"),
    [(401, "refused"), (403, "refused"), (404, "gone"), (410, "gone"), (500, "status"), (206, "status")],
)
def test_what_is_no_calendar_says_why_and_what_to_do(status: int, name: str) -> None:
    with serving(lambda handler: handler.gives(b"no", status)) as server:
        answer = fetch(server.url, HERE)
    assert name_of(answer) == name
    assert isinstance(answer, FeedError)
    assert "127.0.0.1" in answer.text
    assert str(status) in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706433:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://0x7f.1:{port}/",
        "http://127.1:{port}/",
        "http://0.0.0.0:{port}/",
        "http://[::1]:{port}/",
        "http://[::]:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[ff02::1]/",
    ],
)
def test_an_address_within_our_own_network_is_refused_and_never_connected_to(url: str) -> None:
    with serving(whole) as server:
        answer = fetch(url.format(port=server.port), replace(HERE, allow_private=False))
        assert server.asked == []
    assert name_of(answer) in ("private_address", "no_such_host", "not_an_address")
    if "ffff" in url or "127.0.0.1" in url or "localhost" in url or "169.254" in url or "2130706433" in url:
        assert name_of(answer) == "private_address"


def test_a_name_that_resolves_to_a_private_address_is_refused_even_beside_a_public_one() -> None:
    for addresses in (["127.0.0.1"], ["93.184.215.14", "10.0.0.7"], ["::ffff:169.254.169.254"]):
        answer = fetch("https://calendar.example.org/", Limits(), ask=lambda host, port, found=addresses: found)  # type: ignore[misc]
        assert name_of(answer) == "private_address"
    with pytest.raises(PrivateAddressError):
        checked("localhost", 80, False)
    assert "127.0.0.1" in checked("localhost", 80, True, resolve)


def test_a_redirect_to_a_private_address_is_refused() -> None:
    """The first hop is allowed by its name; the second is checked by what it is."""
    with serving(lambda handler: handler.gives(b"", 302, Location="http://169.254.169.254/latest/")) as server:
        asked: list[str] = []

        def ask(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"] if host == "calendar.example.org" else resolve(host, port)

        limits = replace(HERE, allow_private=False)
        url = f"http://calendar.example.org:{server.port}/"
        assert name_of(fetch(url, limits, ask=ask)) == "private_address"
        assert server.asked == []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "intake.feed_addresses.is_public", lambda address: address == "127.0.0.1" or is_public(address)
            )
            assert name_of(fetch(url, limits, ask=ask)) == "private_address"
    assert [path for path, _ in server.asked] == ["/"]
    assert asked == ["calendar.example.org", "calendar.example.org", "169.254.169.254"]


def test_redirects_are_followed_three_times_and_no_more() -> None:
    def onwards(handler: Handler) -> None:
        number = int(handler.path.strip("/") or 0)
        if number < limit:
            handler.gives(b"", 301, Location=f"/{number + 1}", Set_Cookie="a=b")
        else:
            whole(handler)

    limit = 3
    with serving(onwards) as server:
        assert isinstance(fetch(f"http://127.0.0.1:{server.port}/0", HERE), Fetched)
        assert all("cookie" not in headers for _, headers in server.asked)
        limit = 4
        assert name_of(fetch(f"http://127.0.0.1:{server.port}/0", HERE)) == "too_many_redirects"


def test_a_redirect_to_what_is_no_web_address_is_refused() -> None:
    for location in ("file:///etc/passwd", "ftp://example.org/", "http://", "https://[bad/"):
        with serving(lambda handler, to=location: handler.gives(b"", 302, Location=to)) as server:  # type: ignore[misc]
            assert name_of(fetch(server.url, HERE)) not in ("private_address", "status")


def test_without_encryption_is_refused_unless_it_is_allowed() -> None:
    with serving(whole) as server:
        assert name_of(fetch(server.url, replace(HERE, allow_http=False))) == "not_encrypted"
        assert server.asked == []


def test_a_feed_that_is_too_large_is_cut_off_packed_or_not() -> None:
    limits = replace(HERE, largest=100_000)
    packed = gzip.compress(b"\0" * 50_000_000)
    assert len(packed) < limits.largest
    with serving(lambda handler: handler.gives(packed, Content_Encoding="gzip")) as server:
        assert name_of(fetch(server.url, limits)) == "too_large"
    with serving(lambda handler: handler.gives(b"x" * 100_001)) as server:
        assert name_of(fetch(server.url, limits)) == "too_large"
    with serving(lambda handler: handler.gives(b"x" * 100_000)) as server:
        assert isinstance(fetch(server.url, limits), Fetched)


def test_a_packed_feed_is_unpacked_and_one_that_is_cut_short_is_no_feed() -> None:
    for coding, packed in (("gzip", gzip.compress(CALENDAR)), ("deflate", zlib.compress(CALENDAR))):
        with serving(lambda handler, body=packed, c=coding: handler.gives(body, Content_Encoding=c)) as server:  # type: ignore[misc]
            assert fetch(server.url, HERE) == Fetched(CALENDAR, None, None)
    with serving(lambda handler: handler.gives(gzip.compress(CALENDAR)[:-9], Content_Encoding="gzip")) as server:
        assert name_of(fetch(server.url, HERE)) == "no_answer"
    with serving(lambda handler: handler.gives(b"not packed", Content_Encoding="gzip")) as server:
        assert name_of(fetch(server.url, HERE)) == "no_answer"
    with serving(lambda handler: handler.gives(CALENDAR, Content_Encoding="br")) as server:
        assert name_of(fetch(server.url, HERE)) == "coding"


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_server_that_trickles_is_left_when_the_time_is_up(where: str) -> None:
    stop = threading.Event()

    def trickle(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        if where == "body":
            handler.end_headers()
        while not stop.wait(0.05):
            handler.wfile.write(b"X-More: 1\r\n" if where == "headers" else b"x")
            handler.wfile.flush()

    with serving(trickle) as server:
        began = monotonic()
        assert name_of(fetch(server.url, replace(HERE, seconds=1))) == "too_slow"
        assert monotonic() - began < 5
        stop.set()


def test_a_connection_that_breaks_is_an_answer_too() -> None:
    def breaks(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"BEGIN:VC")
        handler.close_connection = True

    with serving(breaks) as server:
        url = server.url
        assert name_of(fetch(url, HERE)) == "no_answer"
    assert name_of(fetch(url, HERE)) == "no_answer"  # nobody listens there any more
    assert name_of(fetch("https://no-such-host.invalid/", HERE)) == "no_such_host"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "calendar.ics",
        "ftp://example.org/",
        "https://",
        "https://[::1",
        "https://exa mple.org/",
        "https://a:b:c/",
        "https://x:99999/",
    ],
)
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    assert name_of(fetch(url, HERE)) in ("not_an_address", "no_such_host")


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


def secured(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return context


def test_the_connection_goes_to_the_checked_address_and_the_certificate_is_the_hosts(certificate: Path) -> None:
    """Names are asked for once: a second answer, were it asked for, would lead elsewhere."""
    answers = iter([["127.0.0.1"]])
    trusted = ssl.create_default_context(cafile=str(certificate))
    with serving(whole, secured(certificate)) as server:
        url = f"webcal://calendar.example.org:{server.port}/calendar.ics"
        answer = fetch(url, HERE, tls=trusted, ask=lambda host, port: next(answers))
        assert isinstance(answer, Fetched)
        assert server.asked[0][1]["host"] == f"calendar.example.org:{server.port}"
        other = f"https://other.example.org:{server.port}/"
        assert name_of(fetch(other, HERE, tls=trusted, ask=lambda host, port: ["127.0.0.1"])) == "no_answer"
        assert name_of(fetch(url, HERE, ask=lambda host, port: ["127.0.0.1"])) == "no_answer"  # nobody vouches for it
    assert len(server.asked) == 1


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(whole) as server:
        assert isinstance(fetch(server.url, HERE), Fetched)


def test_a_password_in_the_address_is_sent_and_never_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with serving(lambda handler: handler.gives(b"", 403)) as server:
        answer = fetch(f"http://clerk:geheim@127.0.0.1:{server.port}/private-token/basic.ics", HERE)
    assert server.asked[0][1]["authorization"].startswith("Basic ")
    assert isinstance(answer, FeedError)
    for secret in ("geheim", "private-token", "clerk"):
        assert secret not in answer.text
        assert secret not in caplog.text


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)

"""What the pages refuse, and what they never let through."""

from collections.abc import Callable

import pytest

from remembrancer.bot.sandbox.demo import Demo
from tests.web.visitor import Client, Visitor, person_id

HOSTILE = (
    "on track <script>alert(1)</script> ![x](http://evil.example/x.png) [y](http://evil.example) @everyone <b>&amp;"
)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_press_from_another_site_does_nothing(looker: Client, untouched: Demo, headers: dict[str, str]) -> None:
    before = untouched.clock.now()
    answer = looker.post("/clock", data={"move": "next", "back": "/"}, headers=headers)
    assert answer.status_code == 403
    assert "Nothing was done" in answer.text
    assert untouched.clock.now() == before


def test_a_press_from_the_sandbox_itself_is_let_through(looker: Client) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = looker.post("/clock", data={"move": "to", "moment": "", "back": "/"}, headers=headers)
    assert answer.status_code == 200


def test_another_name_for_this_machine_is_not_answered(looker: Client) -> None:
    answer = looker.get("/", headers={"Host": "rebound.example"})
    assert answer.status_code == 403
    assert "localhost" in answer.text


@pytest.mark.parametrize("path", ["/", "/outbox", "/people/999", "/static/style.css"])
def test_every_answer_carries_the_headers(looker: Client, path: str) -> None:
    headers = looker.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_person_writes_shows_as_plain_text_wherever_it_is_shown(be: Callable[[str], Visitor]) -> None:
    lead = be("Ruth Fairbrass")
    said = lead.say(HOSTILE).text
    form = lead.press("Edit in the form") if "Edit in the form" in said else lead.press("Send this answer")
    for page in (said, form.text, lead.read()):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="http://evil' not in page
        assert "<b>" not in page
    assert said.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "![x](http://evil.example/x.png)" in said


def test_a_button_that_names_no_act_does_nothing(looker: Client, untouched: Demo) -> None:
    page = f"/people/{person_id(untouched, 'Ruth Fairbrass')}"
    assert looker.post(f"{page}/press", data={"press": "nonsense"}).status_code == 404
    assert "That button is out of date" in looker.post(f"{page}/press", data={"press": "e fly 1"}).text

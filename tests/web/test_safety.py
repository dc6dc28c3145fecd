"""What the pages refuse, and what they never let through."""

import pytest

from bot.sandbox.demo import Demo
from tests.web.test_pages import person_id
from tests.web.visitor import Client, Visitor, move_on

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
def test_a_press_from_another_site_is_refused_and_nothing_is_done(
    client: Client, demo: Demo, headers: dict[str, str]
) -> None:
    before = demo.clock.now()
    answer = client.post("/clock", data={"move": "next", "back": "/"}, headers=headers)
    assert answer.status_code == 403
    assert "Nothing was done" in answer.text
    assert demo.clock.now() == before


def test_a_press_from_the_sandbox_itself_is_let_through(client: Client) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/clock", data={"move": "next", "back": "/"}, headers=headers).status_code == 200


def test_another_name_for_this_machine_is_not_answered(client: Client) -> None:
    answer = client.get("/", headers={"Host": "rebound.example"})
    assert answer.status_code == 403
    assert "localhost" in answer.text


@pytest.mark.parametrize("path", ["/", "/outbox", "/people/999", "/static/style.css"])
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_person_writes_shows_as_plain_text_wherever_it_is_shown(client: Client, demo: Demo) -> None:
    move_on(client)
    lead = Visitor(client, person_id(demo, "Ruth Fairbrass"))
    said = lead.say(HOSTILE).text
    form = lead.press("Edit in the form") if "Edit in the form" in said else lead.press("Send this answer")
    for page in (said, form.text, lead.read()):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="http://evil' not in page
        assert "<b>" not in page
    assert said.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "![x](http://evil.example/x.png)" in said


def test_a_button_that_names_no_act_does_nothing(client: Client, demo: Demo) -> None:
    page = f"/people/{person_id(demo, 'Ruth Fairbrass')}"
    assert client.post(f"{page}/press", data={"press": "nonsense"}).status_code == 404
    assert "That button is out of date" in client.post(f"{page}/press", data={"press": "e fly 1"}).text

"""Microsoft's own local Teams, with a bot of a few lines behind the real gate."""

import asyncio
import base64
import socket
from collections.abc import Iterator
from datetime import date
from queue import Queue
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from remembrancer.bot.teams.inbound.activity_source import reference
from remembrancer.bot.teams.inbound.endpoint import PATH, Endpoint
from remembrancer.bot.teams.inbound.events import Event, parse
from remembrancer.bot.teams.inbound.receiver import Acknowledgement, card_response
from remembrancer.settings import Settings
from tests.conftest import ROOT
from tests.teams.playground.person import GENERAL, Person, person
from tests.teams.playground.running import GROUP, Playground, Someone
from tests.teams.serving import served, site

pytestmark = pytest.mark.xdist_group("browser")

RUTH = Someone("29:ruth", "Ruth Fairbrass", "44444444-4444-4444-8444-444444444444", "ruth@example.org")
ASIF = Someone("29:asif", "Asif Kerr", "66666666-6666-4666-8666-666666666666", "asif@example.org")
PATIENCE = 15
FORM = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "The bypass", "wrap": True},
        {
            "type": "Input.ChoiceSet",
            "id": "progress",
            "label": "How is it?",
            "choices": [{"title": "On track", "value": "on_track"}, {"title": "Late", "value": "late"}],
        },
        {"type": "Input.Date", "id": "due", "label": "When?"},
        {"type": "Input.Text", "id": "why", "label": "Why?", "isMultiline": True},
    ],
    "actions": [
        {
            "type": "Action.Execute",
            "title": "Send",
            "verb": "press",
            "data": {"action": "form_send", "token": "token", "page": 0},
        }
    ],
}


def words(text: str, *more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": text}, *more]}


def carrying(content: dict[str, Any]) -> dict[str, Any]:
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": content}]}


class Bot:
    """Keeps what it hears, says so, and answers a button with a card."""

    def __init__(self) -> None:
        self._heard: Queue[tuple[str, Event]] = Queue()

    async def __call__(self, activity: Any) -> Acknowledgement:
        heard, where = parse(activity), reference(activity)
        if heard is None or where is None:
            return Acknowledgement()
        if heard.kind == "text":
            told = {"type": "message", "text": f"Heard: {heard.text}"}
            post = f"{where.service_url}/v3/conversations/{activity['conversation']['id']}/activities"
            await asyncio.to_thread(lambda: httpx.post(post, json=told, timeout=PATIENCE).raise_for_status())
        self._heard.put((where.conversation, heard))
        return Acknowledgement(200, card_response(words("Stored."))) if heard.is_awaited else Acknowledgement()

    def hears(self, kind: str, conversation: str) -> Event:
        """The next of this kind there; what came before it is let go."""
        while True:
            where, heard = self._heard.get(timeout=PATIENCE)
            if (heard.kind, where) == (kind, conversation):
                return heard


def post(playground: Playground, conversation: str, activity: dict[str, Any]) -> str:
    """The id of what is posted."""
    url = f"{playground.service_url}/v3/conversations/{conversation}/activities"
    answer = httpx.post(url, json=activity, timeout=PATIENCE).raise_for_status()
    return str(answer.json()["id"])


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot()


@pytest.fixture(scope="module")
def messages(bot: Bot) -> Iterator[str]:
    gate = Endpoint(Settings(_env_file=None), bot, playground=True)
    with served(site(gate)) as address:
        yield address + PATH
    gate.stop()


@pytest.fixture(scope="module")
def of_ruth(messages: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    with Playground(messages, tmp_path_factory.mktemp("ruth"), RUTH, (ASIF,)) as playground:
        yield playground


@pytest.fixture
def ruth(browser: Browser, of_ruth: Playground) -> Iterator[Person]:
    with person(browser, of_ruth) as opened:
        yield opened


def test_whoever_opens_the_chat_has_the_bot_installed(ruth: Person, bot: Bot) -> None:
    installed = bot.hears("installed", ruth.playground.personal)
    assert (installed.user, installed.elsewhere) == (RUTH.account, False)


def test_words_are_heard_and_answered(ruth: Person, bot: Bot) -> None:
    ruth.says("on track & well")
    heard = bot.hears("text", ruth.playground.personal)
    assert (heard.text, heard.user, heard.elsewhere) == ("on track & well", RUTH.account, False)
    ruth.is_told("Heard: on track & well")
    assert ruth.shown().endswith("Heard: on track & well")


def test_what_is_typed_in_a_card_comes_back_when_it_is_pressed_and_the_answer_takes_its_place(
    ruth: Person, bot: Bot
) -> None:
    sent = post(ruth.playground, ruth.playground.personal, carrying(FORM))
    ruth.is_told("The bypass")
    ruth.fills("How is it?", "Late")
    ruth.fills("When?", date(2019, 9, 30))
    ruth.fills("Why?", "Rain.\nMuch rain.")
    ruth.presses("Send")
    heard = bot.hears("page", ruth.playground.personal)
    assert (heard.token, heard.step, heard.about, heard.is_awaited) == ("token", "send", sent, True)
    typed = {"progress": "late", "due": "2019-09-30", "why": "Rain.\nMuch rain."}
    assert {key: heard.data[key] for key in typed} == typed
    ruth.is_told("Stored.")
    assert "The bypass" not in ruth.shown()


def test_a_card_that_is_updated_is_seen_anew_in_its_place(ruth: Person) -> None:
    sent = post(ruth.playground, ruth.playground.personal, carrying(words("Wanted by Friday")))
    ruth.is_told("Wanted by Friday")
    url = f"{ruth.playground.service_url}/v3/conversations/{ruth.playground.personal}/activities/{sent}"
    httpx.put(url, json=carrying(words("Acknowledgement")), timeout=PATIENCE).raise_for_status()
    ruth.is_told("Acknowledgement")
    assert "Wanted by Friday" not in ruth.shown()


def test_what_is_posted_to_a_channel_is_seen_there_with_its_picture(ruth: Person) -> None:
    icon = base64.b64encode((ROOT / "bot" / "teams" / "icons" / "outline.png").read_bytes()).decode()
    picture = {"type": "Image", "url": f"data:image/png;base64,{icon}", "altText": "A chart"}
    ruth.goes_to(GENERAL)
    post(ruth.playground, ruth.playground.general, carrying(words("The digest", picture)))
    ruth.is_told("The digest")
    shown = ruth.last_card().get_by_role("img", name="A chart")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 32


def test_a_channel_is_read_post_by_post_each_with_its_thread(ruth: Person) -> None:
    ruth.goes_to(GENERAL)
    first = post(ruth.playground, ruth.playground.general, {"type": "message", "text": "First"})
    ruth.is_told("First")
    post(ruth.playground, ruth.playground.general, {"type": "message", "text": "Second"})
    ruth.is_told("Second")
    post(ruth.playground, f"{ruth.playground.general};messageid={first}", {"type": "message", "text": "To the first"})
    ruth.is_told("To the first")
    assert ruth.shown().endswith("First\nTo the first\nSecond")


def test_it_listens_to_this_machine_alone(of_ruth: Playground) -> None:
    port = urlsplit(of_ruth.url).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port))


def test_the_bot_hears_what_mentions_it_in_a_channel_and_answers_in_the_thread(ruth: Person, bot: Bot) -> None:
    ruth.goes_to(GENERAL)
    bot.hears("installed", ruth.playground.general)
    ruth.mentions_in_channel("what is due?")
    heard = bot.hears("text", ruth.playground.general)
    assert (heard.text, heard.user, heard.elsewhere) == ("what is due?", RUTH.account, True)
    ruth.is_told("Heard: what is due?")


def test_the_bot_hears_what_mentions_it_in_a_group_chat_and_nothing_else(ruth: Person, bot: Bot) -> None:
    ruth.goes_to(GROUP)
    ruth.says("not for you")
    ruth.mentions_in_chat("for you")
    assert bot.hears("text", ruth.playground.group).text == "for you"
    ruth.is_told("Heard: for you")
    assert "not for you" not in ruth.shown()


def test_two_people_have_each_a_chat_of_their_own(
    ruth: Person, browser: Browser, bot: Bot, messages: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("asif")
    with Playground(messages, folder, ASIF, (RUTH,)) as of_asif, person(browser, of_asif) as asif:
        asif.says("from Asif")
        assert bot.hears("text", of_asif.personal).user == ASIF.account
        ruth.says("from Ruth")
        assert bot.hears("text", ruth.playground.personal).user == RUTH.account
        asif.is_told("Heard: from Asif")
        ruth.is_told("Heard: from Ruth")
        assert "from Ruth" not in asif.shown()
        assert "from Asif" not in ruth.shown()
        asif.screenshot(folder / "asif.png")
        assert (folder / "asif.png").stat().st_size > 10_000

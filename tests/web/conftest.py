"""A demonstration for the pages' tests: on a client without a browser, and on a real server for a real one."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from remembrancer.bot.sandbox.demo import Demo
from remembrancer.web.app import demo_app
from tests.conftest import EXAMPLE, skip_or_fail
from tests.web.visitor import Client, Visitor, person_id

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(EXAMPLE, tmp_path)
    yield made
    made.close()


@pytest.fixture
def client(demo: Demo) -> Client:
    return Client(demo_app(demo))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """For tests that leave it as it is."""
    made = Demo(EXAMPLE, tmp_path_factory.mktemp("untouched"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The window has just opened; for tests that each keep to a lead of their own."""
    made = Demo(EXAMPLE, tmp_path_factory.mktemp("asked"))
    made.run_to_next()
    yield made
    made.close()


@pytest.fixture
def be(asked: Demo) -> Callable[[str], Visitor]:
    """Be somebody, by name."""
    return lambda name: Visitor(Client(demo_app(asked)), person_id(asked, name))


@pytest.fixture
def looker(untouched: Demo) -> Client:
    return Client(demo_app(untouched))


@contextmanager
def serving(demo: Demo) -> Iterator[str]:
    """A real server on a free port; its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(demo_app(demo), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://localhost:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def beginning(demo: Demo) -> Iterator[str]:
    """The address of a demonstration in which nothing has happened."""
    with serving(demo) as address:
        yield address


@pytest.fixture(scope="module")
def address(asked: Demo) -> Iterator[str]:
    """The address of a demonstration whose window has just opened."""
    with serving(asked) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        skip_or_fail("no Chromium is installed, so the pages are not tried in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield opened
        opened.close()

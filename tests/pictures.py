"""The pictures of the documents, taken of the sandbox in a real browser. Run as a script (`make pictures`)."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, Playwright, ViewportSize, sync_playwright

from remembrancer.bot.sandbox.demo import Demo
from tests.conftest import EXAMPLE, ROOT
from tests.web.conftest import BROWSERS, SWITCHES, serving
from tests.web.visitor import person_id

PICTURES = ROOT / "docs" / "pictures"
WIDE: ViewportSize = {"width": 1100, "height": 900}


class Studio:
    """A demonstration and a browser: be somebody, do something, take a picture of the newest message."""

    def __init__(self, demo: Demo, page: Page) -> None:
        self.demo, self.page = demo, page

    def go_to(self, moment: str) -> None:
        self.demo.run_to(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(self.demo.zone)))

    def be(self, name: str) -> None:
        self.page.goto(f"/people/{person_id(self.demo, name)}")

    def write(self, text: str) -> None:
        self.page.get_by_label("Write to Remembrancer").fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label).last.click()

    def take(self, name: str, parts: int = 4) -> None:
        """The newest message: its first few parts, as they stand on the page."""
        newest = self.page.locator("ol.posts > li.post").last
        newest.locator(".part").nth(parts - 1).or_(newest.locator(".part").last).first.wait_for()
        newest.evaluate(SHORTEN, parts)
        newest.screenshot(path=PICTURES / f"{name}.png")


SHORTEN = "(post, parts) => [...post.querySelectorAll('.part')].slice(parts).forEach(part => part.remove())"


def status(studio: Studio) -> None:
    studio.go_to("2019-09-05 10:00")
    studio.be("Joanna Pell")
    studio.write("status")
    studio.take("status", parts=7)


def what_if(studio: Studio) -> None:
    studio.go_to("2019-09-10 10:00")
    studio.be("Asif Chaudhry")
    studio.write("windows")
    studio.press("Extend – Quarter 2 2019/20")
    studio.page.get_by_label("3 working days").check()
    studio.page.get_by_role("button", name="Extend").click()
    studio.take("what-if")
    studio.press("Leave it as it is")


def people(studio: Studio) -> None:
    studio.be("Asif Chaudhry")
    studio.write("people")
    studio.take("people", parts=3)


def preview(studio: Studio) -> None:
    studio.be("Asif Chaudhry")
    studio.write("preview 13 September")
    studio.take("preview")


def draft(studio: Studio) -> None:
    studio.go_to("2019-09-13 13:00")
    studio.be("Joanna Pell")
    studio.take("draft", parts=3)


def paper(studio: Studio) -> None:
    studio.go_to("2021-04-21 09:00")
    studio.be("Ruth Fairbrass")
    studio.take("paper")


def plan(studio: Studio) -> None:
    studio.be("Joanna Pell")
    studio.write("plan asc_cabinet_committee")
    studio.take("plan", parts=3)


SCENES: Mapping[Path, tuple[Callable[[Studio], None], ...]] = {
    EXAMPLE: (status, what_if, people, preview, draft),
    ROOT / "examples" / "kent-2021-22": (paper, plan),
}


def main() -> None:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("Chromium is needed to take the pictures.")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        for folder, scenes in SCENES.items():
            _take_of(folder, scenes, playwright, path)


def _take_of(
    folder: Path, scenes: tuple[Callable[[Studio], None], ...], playwright: Playwright, browser_path: str
) -> None:
    with tempfile.TemporaryDirectory() as workplace:
        demo = Demo(folder, Path(workplace))
        with serving(demo) as address:
            browser = playwright.chromium.launch(executable_path=browser_path, args=SWITCHES)
            page = browser.new_context(base_url=address, locale="en-GB", viewport=WIDE).new_page()
            for scene in scenes:
                scene(Studio(demo, page))
            browser.close()
        demo.close()


if __name__ == "__main__":
    main()

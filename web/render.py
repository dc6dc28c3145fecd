"""The sandbox's templates, which are in templates/pages/: HTML in which everything that is put in is escaped."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from remembrancer.shipped import TEMPLATES
from remembrancer.web.form_fields import INPUTS
from remembrancer.web.markdown_html import to_html
from remembrancer.web.sandbox_outbox import Happening, Sending, together
from remembrancer.wording import day, moment, plural, say, short_day


def hour(value: datetime, zone: str) -> str:
    """'17:00' by the clock of `zone`."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def local(value: datetime, zone: str) -> str:
    """'2019-09-13T17:00' by the clock of `zone`, as the browser's own input for a moment has it."""
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def by_day(sent: Iterable[Sending], zone: str) -> list[tuple[str, list[Happening]]]:
    """Messages under the day on which they were sent, those that were sent together together, in the order given."""
    return [(name, together(of_day)) for name, of_day in groupby(sent, lambda sending: day(sending.at, zone))]


@lru_cache(maxsize=1)
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES / "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": day, "short_day": short_day, "moment": moment, "hour": hour, "local": local}
    made.filters |= {"html": to_html, "by_day": by_day}
    made.globals |= {"say": say, "plural": plural, "new_event": new_event, "inputs": INPUTS}
    return made


def new_event() -> str:
    """A name for one act that has not happened yet; acting on it twice does it once."""
    return uuid4().hex


def html_page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(environment().get_template(template).render(**values), status)


def trouble_page(why: str, status: int) -> HTMLResponse:
    """The page that says what went wrong and what to do; `why` names its words in pages/trouble.html."""
    return html_page("trouble.html", status, why=why)

"""Renders the sandbox's HTML templates in templates/pages/, with escaping."""

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
from remembrancer.web.sandbox_outbox import SentGroup, SentMessage, group_sent
from remembrancer.wording import day, moment, plural, say, short_day


def hour(value: datetime, zone: str) -> str:
    """Format the time as '17:00' in the time zone."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def local(value: datetime, zone: str) -> str:
    """Format the time as '2019-09-13T17:00' in the time zone, as an HTML input for date and time takes it."""
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def by_day(sent: Iterable[SentMessage], zone: str) -> list[tuple[str, list[SentGroup]]]:
    """Group messages by the day on which they were sent, and by what was sent together, in the order given."""
    return [(name, group_sent(of_day)) for name, of_day in groupby(sent, lambda sending: day(sending.at, zone))]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the Jinja environment of the pages."""
    jinja_environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja_environment.filters |= {"day": day, "short_day": short_day, "moment": moment, "hour": hour, "local": local}
    jinja_environment.filters |= {"html": to_html, "by_day": by_day}
    jinja_environment.globals |= {"say": say, "plural": plural, "new_event": new_event, "inputs": INPUTS}
    return jinja_environment


def new_event() -> str:
    """Make a unique id for an act that has not happened yet; using it twice performs the act once."""
    return uuid4().hex


def html_page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template as an HTML response."""
    return HTMLResponse(environment().get_template(template).render(**values), status)


def error_page(why: str, status: int) -> HTMLResponse:
    """Render the error page; `why` names its text in pages/trouble.html."""
    return html_page("trouble.html", status, why=why)

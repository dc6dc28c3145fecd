"""Every sentence that people read is in templates/: this renders them.

Templates give a small Markdown (headings, lists, bold, tables), which each platform translates. Whatever is put into
a template is escaped, so that nothing a person wrote can format, link or mention.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yaml

from remembrancer.shipped import TEMPLATES

if TYPE_CHECKING:
    from jinja2 import Environment

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~]|&(?=#?\w+;))")
_LINE_START = re.compile(r"(?m)^(\s*)([-+=]+|#{1,6}|\d+[.)])(?=\s|$)|^(\s{4,})")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|~&.#)+=-])|\*\*")


class Safe(str):
    """Markdown that we made ourselves, and need not escape."""

    __slots__ = ()


def escape(value: Any) -> str:
    """Text as Markdown that shows just that text."""
    if isinstance(value, Safe):
        return value
    if value is None:
        return ""
    flat = " ".join(str(value).split()) if re.search(r"[\r\n]", str(value)) else str(value)
    return _LINE_START.sub(_escape_line_start, _SPECIAL.sub(r"\\\1", flat))


def lines(value: Any) -> str:
    """What a person wrote as Markdown that shows its lines, for a place within a paragraph or an item of a list."""
    return Safe("\\\n".join(escape(line.strip()) for line in str(value).splitlines() if line.strip()))


def plain(text: str) -> str:
    """A line of Markdown as a terminal shows it."""
    return _ESCAPED.sub(lambda found: found[1] or "", text)


def _escape_line_start(match: re.Match[str]) -> str:
    if match[3] is not None:
        return ""
    marker = match[2]
    return f"{match[1]}{marker[:-1]}\\{marker[-1]}"


def day(value: date | datetime | str, zone: str | None = None) -> str:
    """'Friday 13 September 2019'."""
    value = _as_day(value, zone)
    return f"{value:%A} {value.day} {value:%B %Y}"


def period(first: date, last: date) -> str:
    """'from Friday 13 September 2019 to Monday 16 September 2019', 'on Friday 13 September 2019'."""
    if first == last:
        return phrase("people.on_day", day=day(first))
    return phrase("people.from_day_to_day", first=day(first), last=day(last))


def short_day(value: date | datetime | str, zone: str | None = None) -> str:
    """'13 Sep 2019'."""
    value = _as_day(value, zone)
    return f"{value.day} {value:%b %Y}"


def month_of(value: str) -> str:
    """'2027-03' as 'March 2027'."""
    return f"{date.fromisoformat(f'{value}-01'):%B %Y}"


def _as_day(value: date | datetime | str, zone: str | None) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).date() if zone else value.date()
    return value


def moment(value: datetime, zone: str) -> str:
    """'Friday 13 September 2019, 17:00' by the clock of `zone`."""
    there = value.astimezone(ZoneInfo(zone))
    return f"{day(there)}, {there:%H:%M}"


def short_moment(value: datetime, zone: str) -> str:
    """'Fri 13 Sep 2019 17:00' by the clock of `zone`."""
    there = value.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%b %Y %H:%M}"


def hour_and_day(value: datetime, zone: str) -> str:
    """'17:00 on 13 September' by the clock of `zone`."""
    there = value.astimezone(ZoneInfo(zone))
    return f"{there:%H:%M} on {there.day} {there:%B}"


def hour(value: datetime, zone: str) -> str:
    """'17:00' by the clock of `zone`."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


@lru_cache(maxsize=1)
def environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    made.filters |= {
        "day": day,
        "short_day": short_day,
        "moment": moment,
        "short_moment": short_moment,
        "hour": hour,
        "lines": lines,
        "safe_markdown": Safe,
    }
    made.globals["say"] = lambda name, **values: Safe(phrase(name, **values))
    made.globals |= {"plural": plural, "listed": listed, "period": period}
    return made


def plural(count: int, one: str, many: str) -> str:
    """'1 activity', '2 activities'."""
    return f"{count} {one if count == 1 else many}"


def listed(names: Iterable[Any]) -> str:
    """'Sadia Malik', 'Sadia Malik and Daniel Whitcombe', 'A, B and C': names as a sentence lists them."""
    *before, last = [str(name) for name in names] or [""]
    return phrase("people.and", before=", ".join(before), last=last) if before else last


def render(template: str, **values: Any) -> str:
    """A template of templates/messages or templates/digest as Markdown, tidied of the gaps that blocks leave."""
    text = environment().get_template(template).render(**values)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def render_file(template: str, **values: Any) -> str:
    """A template that makes a file and no Markdown: nothing is escaped, and every line stays."""
    return environment().overlay(finalize=None).get_template(template).render(**values).rstrip() + "\n"


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    # The parser in C takes a tenth of the time; PyYAML has it wherever libyaml is.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    words = yaml.load((TEMPLATES / "words.yaml").read_text(encoding="utf-8"), loader)
    return {f"{group}.{name}": text for group, texts in words.items() for name, text in texts.items()}


def phrase(name: str, /, **values: Any) -> str:
    """A short sentence or label of templates/words.yaml ('problems.no_such_post'), with its values put in."""
    return _words()[name].format(**values)

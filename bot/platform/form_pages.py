"""A form in pages, and its fields in words: what every platform that shows forms page by page has in common."""

import re
from collections.abc import Callable

from remembrancer.models.message import Choice, Form, FormField

INPUTS = 6
TICKS = "ticks"
"""Which of dates apply without one is an input too: its id ends in this."""
NONE = "-"
"""The key of the choice that takes a choice back."""
DAY = re.compile(r"\d{4}-\d\d-\d\d")
Page = tuple[FormField, ...]


def is_full(page: Page, field: FormField) -> bool:
    """Whether a page has no room for one more field."""
    return sum(each.inputs for each in page) + field.inputs > INPUTS


def pages(form: Form, full: Callable[[Page, FormField], bool] = is_full) -> list[Page]:
    """The form's fields by page, each field whole; a form without fields has one page."""
    made: list[Page] = [()]
    for field in form.fields:
        if made[-1] and full(made[-1], field):
            made.append(())
        made[-1] += (field,)
    return made


def page_of_first_error(form: Form, full: Callable[[Page, FormField], bool] = is_full) -> int:
    """The first page on which something is wrong; the first page where nothing is."""
    return next((n for n, fields in enumerate(pages(form, full)) if any(field.error for field in fields)), 0)


def part_id(field: FormField, part: str) -> str:
    """The id of one input of several: 'KEY.CHOICE', 'KEY.ticks'."""
    return f"{field.key}.{part}"


def name(field: FormField) -> str:
    """What is asked, in the words by which an error names it."""
    return field.ask if field.ask.startswith(field.label) else f"{field.label}: {field.ask}"


def shown(choice: Choice) -> str:
    """The choice's symbol and word."""
    return f"{choice.symbol} {choice.word}".strip()


def day_of(value: object) -> str:
    """The value where it is a day, such as '2019-09-13'; else nothing."""
    text = str(value or "")
    return text if DAY.fullmatch(text) else ""

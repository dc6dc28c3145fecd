"""Divides forms into pages and words their fields, for every platform that shows forms page by page."""

from collections.abc import Callable, Sequence

from remembrancer.models.message import Choice, Form, FormField

MAX_INPUTS = 6
Page = tuple[FormField, ...]


def is_full(page: Page, field: FormField) -> bool:
    """Return whether a page has no room for one more field."""
    return sum(each.inputs for each in page) + field.inputs > MAX_INPUTS


def pages(form: Form, full: Callable[[Page, FormField], bool] = is_full) -> list[Page]:
    """Divide the form's fields into pages, each field whole; a form without fields has one page."""
    made: list[Page] = [()]
    for field in form.fields:
        if made[-1] and full(made[-1], field):
            made.append(())
        made[-1] += (field,)
    return made


def page_of_first_error(pages: Sequence[Page]) -> int:
    """Return the first page with an error; the first page where there is none."""
    return next((n for n, fields in enumerate(pages) if any(field.error for field in fields)), 0)


def question_text(field: FormField) -> str:
    """Return the field's question as errors name it."""
    return field.ask if field.ask.startswith(field.label) else f"{field.label}: {field.ask}"


def choice_text(choice: Choice) -> str:
    """Return the choice's symbol and word."""
    return f"{choice.symbol} {choice.word}".strip()

"""The forms with which an admin changes a window's dates."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from remembrancer.bot.core.forms import field, form
from remembrancer.bot.core.incoming import Incoming
from remembrancer.bot.core.typed_days import typed_moment
from remembrancer.models import Window, WindowState
from remembrancer.models.message import Choice, Form, FormField
from remembrancer.rules.windows.schedule import extended
from remembrancer.services.context import Context
from remembrancer.wording import moment, phrase

WORKING_DAYS = (1, 2, 3, 5, 10)
_IN_FIGURES = {"a": 1, "one": 1, "another": 1, "an": 1, "two": 2, "three": 3, "five": 5, "ten": 10}
_DAYS_OF = {"day": 1, "week": 5, "fortnight": 10}


def dates_form(
    context: Context,
    window: Window,
    action: str,
    value: str,
    values: Mapping[str, object],
    errors: Mapping[str, str] | None = None,
) -> Form:
    """The form for the close, and for the opening of a window that has not opened; in the admin's time zone."""
    names = ["opens", "closes"] if window.state == WindowState.SCHEDULED else ["closes"]
    errors, hint = errors or {}, phrase("fields.moment_hint")
    fields = (field(name, "short", values.get(name) or "", errors.get(name, ""), hint=hint) for name in names)
    return _form(context, window, action, value, *fields)


def extend_form(context: Context, window: Window, value: str, error: str = "", days: int | None = None) -> Form:
    """The form for the extension in working days, each choice with the close that results; `days` is chosen already."""
    zone, time = context.person.time_zone, context.facts.time
    choices = tuple(
        Choice(
            key=str(days),
            word=phrase(
                "forms.extend_by_one" if days == 1 else "forms.extend_by",
                days=days,
                closes=moment(extended(window.closes_at, days, time), zone),
            ),
        )
        for days in WORKING_DAYS
    )
    by = field("by", "choice", str(days) if days in WORKING_DAYS else "", error, choices=choices)
    return _form(context, window, "extend_window", value, by)


def working_days(words: str) -> int | None:
    """'3 days', 'a week' (5), 'two weeks' or 'a fortnight' (10) as working days."""
    found = re.fullmatch(r"(\d+|[a-z]+)\b.*?\b(day|week|fortnight)s?", words.lower())
    count = int(found[1]) if found and found[1].isdigit() else _IN_FIGURES.get(found[1]) if found else None
    return count * _DAYS_OF[found[2]] if found and count else None


def _form(context: Context, window: Window, action: str, value: str, *fields: FormField) -> Form:
    closes = moment(window.closes_at, context.person.time_zone)
    return form(action, value, *fields, submit=action, window=window.title, closes=closes)


def field_values(context: Context, window: Window) -> dict[str, str]:
    """The window's dates as the form's fields hold them."""
    zone = ZoneInfo(context.person.time_zone)
    return {
        "opens": f"{window.opens_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "closes": f"{window.closes_at.astimezone(zone):%Y-%m-%d %H:%M}",
    }


def moment_in(context: Context, incoming: Incoming, name: str) -> datetime | None:
    """The moment in a field, in the admin's time zone; None for anything else."""
    return typed_moment(incoming.typed(name), context.today, context.person.time_zone)


def days_in(incoming: Incoming) -> int | None:
    """The chosen number of working days; None for anything that is not offered."""
    return next((days for days in WORKING_DAYS if str(days) == incoming.typed("by")), None)


def date_errors(context: Context, opens: datetime | None, closes: datetime | None) -> dict[str, str]:
    """The errors of the dates, by field."""
    errors = {}
    if opens is None:
        errors["opens"] = phrase("errors.moment")
    if closes is None:
        errors["closes"] = phrase("errors.moment")
    elif closes <= context.now:
        errors["closes"] = phrase("errors.in_the_past")
    elif opens is not None and closes <= opens:
        errors["closes"] = phrase("errors.closes_first")
    return errors

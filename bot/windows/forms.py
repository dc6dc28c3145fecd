"""The forms with which an admin changes a window's dates."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from remembrancer.bot.core.incoming import Incoming
from remembrancer.models import Window, WindowState
from remembrancer.models.message import Choice, Form, FormField
from remembrancer.rules.windows.schedule import extended
from remembrancer.services.context import Context
from remembrancer.wording import moment, say

WORKING_DAYS = (1, 2, 3, 5, 10)


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
    fields = tuple(
        FormField(
            key=name,
            label=say(f"fields.{name}"),
            ask=say(f"fields.{name}"),
            hint=say("fields.moment_hint"),
            type="short",
            value=values.get(name) or "",
            required=True,
            error=(errors or {}).get(name, ""),
        )
        for name in names
    )
    return _form(context, window, action, value, fields)


def extend_form(context: Context, window: Window, value: str, error: str = "") -> Form:
    """The form for the extension in working days, each choice with the close that results."""
    zone, time = context.person.time_zone, context.facts.time
    choices = tuple(
        Choice(
            key=str(days),
            word=say(
                "forms.extend_by_one" if days == 1 else "forms.extend_by",
                days=days,
                closes=moment(extended(window.closes_at, days, time), zone),
            ),
        )
        for days in WORKING_DAYS
    )
    label = say("fields.by")
    field = FormField(key="by", label=label, ask=label, type="choice", choices=choices, required=True, error=error)
    return _form(context, window, "extend_window", value, (field,))


def _form(context: Context, window: Window, action: str, value: str, fields: tuple[FormField, ...]) -> Form:
    closes = moment(window.closes_at, context.person.time_zone)
    return Form(
        action=action,
        value=value,
        title=say(f"forms.{action}_title", window=window.title),
        intro=say(f"forms.{action}_intro", closes=closes),
        fields=fields,
        submit=say(f"buttons.{action}"),
    )


def field_values(context: Context, window: Window) -> dict[str, str]:
    """The window's dates as the form's fields hold them."""
    zone = ZoneInfo(context.person.time_zone)
    return {
        "opens": f"{window.opens_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "closes": f"{window.closes_at.astimezone(zone):%Y-%m-%d %H:%M}",
    }


def moment_in(context: Context, incoming: Incoming, name: str) -> datetime | None:
    """The moment in a field ('2019-09-13 17:00', in the admin's time zone); None for anything else."""
    text = f"{incoming.fields.get(name) or ''}".strip()
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(context.person.time_zone))
    except ValueError:
        return None


def days_in(incoming: Incoming) -> int | None:
    """The chosen number of working days; None for anything that is not offered."""
    text = str(incoming.fields.get("by") or "")
    return next((days for days in WORKING_DAYS if str(days) == text), None)


def date_errors(context: Context, opens: datetime | None, closes: datetime | None) -> dict[str, str]:
    """The errors of the dates, by field."""
    errors = {}
    if opens is None:
        errors["opens"] = say("errors.moment")
    if closes is None:
        errors["closes"] = say("errors.moment")
    elif closes <= context.now:
        errors["closes"] = say("errors.in_the_past")
    elif opens is not None and closes <= opens:
        errors["closes"] = say("errors.closes_first")
    return errors

"""'I work Mon to Wed', 'prompt me at 10': a person sees and sets the days and the hour at which they are messaged."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from remembrancer.bot.core.forms import field, form
from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.intake.tables.time_cells import to_time
from remembrancer.models.message import Button, Form, message
from remembrancer.rules.calendar.weekdays import NAMES, read_weekdays, weekdays_text
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.services.context import Context, refusal_text
from remembrancer.services.people import set_own_hours
from remembrancer.wording import listed, phrase, render

EARLIEST_BARE_HOUR = 7  # below this, an hour without 'am' or minutes is in the afternoon


def show(context: Context, is_set: bool = False) -> Reply:
    """Handle 'hours': show the person's days and hour, with the button that changes them."""
    own = context.own_time
    text = render(
        "messages/own_hours.md",
        is_set=is_set,
        days=listed(NAMES[day] for day in sorted(own.weekdays)),
        is_all_week=own.weekdays == context.facts.time.weekdays,
        hour=f"{own.starts:%H:%M}",
        zone=own.zone,
    )
    button = Button(action="own_hours", value="own", label=phrase("buttons.own_hours"))
    return Reply(messages=(message(text, buttons=[button]),))


def text_days(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'I work Mon to Wed' and 'I work full time'."""
    return _set(context, said["days"] or "", context.person.prompt_hour)


def text_hour(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'prompt me at 10'."""
    return _set(context, context.person.works, said["hour"])


def _set(context: Context, works: str, prompt_hour: str) -> Reply:
    """Set both, as they were written; a blank is the organisation's own. Raises RefusalError for what cannot be."""
    days, hour = read_weekdays(works), _hour(prompt_hour)
    if works and days is None:
        raise RefusalError("not_weekdays", field="works", text=works)
    if prompt_hour and hour is None:
        raise RefusalError("not_an_hour", field="prompt_hour", text=prompt_hour)
    if hour is not None and hour >= context.facts.time.ends:
        raise RefusalError("hour_after_work", field="prompt_hour", ends=f"{context.facts.time.ends:%H:%M}")
    written, by = f"{hour:%H:%M}" if hour else "", stored_id(context.person.id)
    set_own_hours(context.session, context.person, weekdays_text(days or ()), written, context.now, by)
    return show(context, is_set=True)


def _hour(text: str) -> time | None:
    """The time of day that was written; '10' is in the morning, and '2' in the afternoon."""
    if text.isdecimal() and len(text) <= 2:
        number = int(text)
        return time(number + 12 if number < EARLIEST_BARE_HOUR else number) if number < 24 else None
    return to_time(text)


def press(context: Context, _incoming: Incoming) -> Reply:
    return Reply(form=_form(context, context.person.works, context.person.prompt_hour))


def submit(context: Context, incoming: Incoming) -> Reply:
    works, prompt_hour = incoming.typed("works").strip(), incoming.typed("prompt_hour").strip()
    try:
        return _set(context, works, prompt_hour)
    except RefusalError as refusal:
        return Reply(form=_form(context, works, prompt_hour, {refusal.field: refusal_text(refusal)}))


def _form(context: Context, works: str, prompt_hour: str, errors: Mapping[str, str] | None = None) -> Form:
    errors = errors or {}
    starts = f"{context.facts.time.starts:%H:%M}"
    fields = (
        field(
            name,
            "short",
            value,
            errors.get(name, ""),
            hint=phrase(f"fields.hint_{name}", starts=starts),
            required=False,
        )
        for name, value in (("works", works), ("prompt_hour", prompt_hour))
    )
    return form("own_hours", "own", *fields)


ROUTES: Routes = {"press": {"own_hours": press}, "submit": {"own_hours": submit}}

"""What an admin does with windows."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from acts.windows import close_window, move_window, open_window, reopen_window
from bot.context import Context, NotPossibleError, as_id
from bot.incoming import Incoming, Reply
from bot.message import Button, Form, FormField, Message, Part
from models import Window, WindowState
from rules.facts import known
from rules.permissions import is_admin
from wording import moment, render, say

BUTTONS: Mapping[WindowState, tuple[str, ...]] = {
    WindowState.SCHEDULED: ("open_window", "move_window"),
    WindowState.OPEN: ("move_window", "close_window"),
    WindowState.CLOSED: ("reopen_window",),
    WindowState.LOCKED: ("reopen_window",),
}


def windows(context: Context) -> Reply:
    """Every window, with what may be done to it."""
    _must_be_admin(context)
    rows = context.session.exec(select(Window).order_by(col(Window.opens_at))).all()
    parts = [Part(text=render("messages/windows_head.md", count=len(rows)))]
    return Reply(messages=(Message(parts=(*parts, *(_row(context, window) for window in rows))),))


def _must_be_admin(context: Context) -> None:
    if not is_admin(context.person):
        raise NotPossibleError("admins_only")


def _row(context: Context, window: Window) -> Part:
    text = render(
        "messages/windows_row.md", programme=context.programme(window), window=window, zone=context.person.time_zone
    )
    buttons = [
        Button(action=name, value=str(window.id), label=say(f"buttons.{name}"), about=window.title)
        for name in BUTTONS[window.state]
    ]
    return Part(text=text, buttons=tuple(buttons))


def _window(context: Context, incoming: Incoming, *states: WindowState) -> Window:
    """The window a button names, in one of these states. Raises NotPossibleError otherwise."""
    _must_be_admin(context)
    window = context.session.get(Window, as_id(incoming.value), with_for_update=True, populate_existing=True)
    if window is None:
        raise NotPossibleError("no_such_window")
    if window.state not in states:
        raise NotPossibleError("window_moved_on", window=window.title, state=say(f"states.{window.state}"))
    return window


def _done(context: Context, window: Window, what: str) -> Reply:
    context.session.flush()
    text = render("messages/window_done.md", window=window, what=what, zone=context.person.time_zone)
    return Reply(messages=(Message(parts=(Part(text=text), _row(context, window))),))


def press_open(context: Context, incoming: Incoming) -> Reply:
    window = _window(context, incoming, WindowState.SCHEDULED)
    if window.closes_at <= context.now:
        raise NotPossibleError("closes_in_the_past", window=window.title)
    open_window(context.session, window, context.now, known(context.person.id), by_hand=True)
    return _done(context, window, "opened")


def press_close(context: Context, incoming: Incoming) -> Reply:
    window = _window(context, incoming, WindowState.OPEN)
    close_window(context.session, window, context.now, known(context.person.id), by_hand=True)
    return _done(context, window, "closed")


def press_move(context: Context, incoming: Incoming) -> Reply:
    window = _window(context, incoming, WindowState.SCHEDULED, WindowState.OPEN)
    return Reply(form=_dates_form(context, window, "move_window", _shown(context, window)))


def submit_move(context: Context, incoming: Incoming) -> Reply:
    window = _window(context, incoming, WindowState.SCHEDULED, WindowState.OPEN)
    opens = window.opens_at if window.state == WindowState.OPEN else _moment(context, incoming, "opens")
    closes = _moment(context, incoming, "closes")
    errors = _errors(context, opens, closes)
    if opens is None or closes is None or errors:
        return Reply(form=_dates_form(context, window, "move_window", incoming.fields, errors))
    if (opens, closes) == (window.opens_at, window.closes_at):
        raise NotPossibleError("same_dates", window=window.title)
    window.set_by_hand = True
    move_window(context.session, window, opens, closes, context.now, known(context.person.id))
    return _done(context, window, "moved")


def press_reopen(context: Context, incoming: Incoming) -> Reply:
    window = _window(context, incoming, WindowState.CLOSED, WindowState.LOCKED)
    return Reply(form=_dates_form(context, window, "reopen_window", {}))


def submit_reopen(context: Context, incoming: Incoming) -> Reply:
    window = _window(context, incoming, WindowState.CLOSED, WindowState.LOCKED)
    closes = _moment(context, incoming, "closes")
    errors = _errors(context, window.opens_at, closes)
    if closes is None or errors:
        return Reply(form=_dates_form(context, window, "reopen_window", incoming.fields, errors))
    reopen_window(context.session, window, closes, context.now, known(context.person.id))
    return _done(context, window, "reopened")


def _errors(context: Context, opens: datetime | None, closes: datetime | None) -> dict[str, str]:
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


def _moment(context: Context, incoming: Incoming, name: str) -> datetime | None:
    """'2019-09-13 17:00' by the admin's own clock; None for anything else."""
    text = f"{incoming.fields.get(name) or ''}".strip()
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(context.person.time_zone))
    except ValueError:
        return None


def _shown(context: Context, window: Window) -> dict[str, str]:
    zone = ZoneInfo(context.person.time_zone)
    return {
        "opens": f"{window.opens_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "closes": f"{window.closes_at.astimezone(zone):%Y-%m-%d %H:%M}",
    }


def _dates_form(
    context: Context,
    window: Window,
    action: str,
    values: Mapping[str, object],
    errors: Mapping[str, str] | None = None,
) -> Form:
    names = ["opens", "closes"] if window.state == WindowState.SCHEDULED else ["closes"]
    zone = context.person.time_zone
    return Form(
        action=action,
        value=str(window.id),
        title=say(f"forms.{action}_title", window=window.title),
        intro=say(f"forms.{action}_intro", closes=moment(window.closes_at, zone)),
        fields=tuple(
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
        ),
        submit=say(f"buttons.{action}"),
    )

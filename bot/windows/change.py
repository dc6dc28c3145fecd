"""An admin changes a window: a preview first, then the change, and ten minutes to undo it.

Buttons and forms carry the window's edition when they were made, so that a change by another admin is noticed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from remembrancer.bot.core.incoming import Handler, Incoming, Reply, Routes
from remembrancer.bot.windows.forms import date_errors, dates_form, days_in, extend_form, field_values, moment_in
from remembrancer.cards.window_row import row
from remembrancer.cards.window_summary import last_change_text
from remembrancer.models import Window, WindowState
from remembrancer.models.message import Button, Message, Part
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import stored_id
from remembrancer.rules.windows.changes import FROM, WindowAct, WindowActName, wrong_state, wrong_with
from remembrancer.rules.windows.schedule import extended
from remembrancer.scheduler.preview.what_if import in_words, what_if
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.window_changes import DONE, change_window, undo_window
from remembrancer.wording import moment, phrase, render

STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class _TargetWindow:
    """The locked window that a button or a form names, and its edition when that was made."""

    window: Window
    edition: int

    @property
    def is_current(self) -> bool:
        return self.edition == self.window.edition


def _target_window(context: Context, value: str) -> _TargetWindow:
    """The window of '7.3' (window 7, edition 3). Raises NotPossibleError if there is none, or for a non-admin."""
    context.must_be_admin("admins_only")
    window_id, _, edition = value.partition(".")
    window = context.session.get(Window, as_id(window_id), with_for_update=True, populate_existing=True)
    if window is None:
        raise NotPossibleError("no_such_window")
    # Rows that were read before the lock may be older than another admin's change.
    context.session.expire_all()
    return _TargetWindow(window, as_id(edition))


def press_without_dates(name: WindowActName, context: Context, incoming: Incoming) -> Reply:
    """Preview the change at once: to open or close a window now."""
    return _preview(context, _target_window(context, incoming.value), WindowAct(name))


def press_with_dates(name: WindowActName, context: Context, incoming: Incoming) -> Reply:
    """Open the form for the new dates: to move or reopen a window."""
    target = _target_window(context, incoming.value)
    if target.window.state not in FROM[name]:
        return _refuse(context, target, wrong_state(target.window))
    values = field_values(context, target.window) if name == WindowActName.MOVE else {}
    return Reply(form=dates_form(context, target.window, f"{name}_window", _value(target.window), values))


def submit_dates(name: WindowActName, context: Context, incoming: Incoming) -> Reply:
    """Preview the change to the dates of the form."""
    target = _target_window(context, incoming.value)
    window = target.window
    if window.state not in FROM[name]:
        return _refuse(context, target, wrong_state(target.window))
    fixed = window.state != WindowState.SCHEDULED
    opens = window.opens_at if fixed else moment_in(context, incoming, "opens")
    closes = moment_in(context, incoming, "closes")
    errors = date_errors(context, opens, closes)
    if errors:
        return Reply(form=dates_form(context, window, f"{name}_window", incoming.value, incoming.fields, errors))
    return _preview(context, target, WindowAct(name, None if fixed else opens, closes))


def preview_close_on(name: WindowActName, context: Context, incoming: Incoming, window: Window, day: str) -> Reply:
    """Preview the close on a day that was said (ISO text), at the hour at which the window closes now."""
    values = field_values(context, window)
    closes = f"{day} {values['closes'].split()[1]}"
    return submit_dates(name, context, replace(incoming, fields={**values, "closes": closes}))


WITH_DAY: Mapping[str, WindowActName] = {
    WindowActName.MOVE: WindowActName.MOVE,
    WindowActName.EXTEND: WindowActName.MOVE,
    WindowActName.REOPEN: WindowActName.REOPEN,
}
"""What a change is where the day of the new close is said with it."""


def press_extend(context: Context, incoming: Incoming, days: int | None = None) -> Reply:
    """Open the form that asks by how many working days; `days` were said already."""
    target = _target_window(context, incoming.value)
    if target.window.state not in FROM[WindowActName.EXTEND]:
        return _refuse(context, target, wrong_state(target.window))
    return Reply(form=extend_form(context, target.window, _value(target.window), days=days))


def submit_extend(context: Context, incoming: Incoming) -> Reply:
    target, days = _target_window(context, incoming.value), days_in(incoming)
    if days is None:
        return Reply(form=extend_form(context, target.window, incoming.value, phrase("errors.choose_how_much")))
    closes = extended(target.window.closes_at, days, context.facts.time)
    return _preview(context, target, WindowAct(WindowActName.EXTEND, closes_at=closes))


def _preview(context: Context, target: _TargetWindow, act: WindowAct) -> Reply:
    """Show what the change would send, with buttons to do it or not; first what changed, if the window has changed."""
    reason = wrong_with(act, target.window, context.now)
    if reason is not None:
        return _refuse(context, target, reason)
    what = what_if(context.session, load_facts(context.session), target.window, act, context.now, context.person.id)
    # Either of the dates may be empty.
    stamps = ".".join(f"{day.astimezone(UTC):{STAMP}}" if day else "" for day in (act.opens_at, act.closes_at))
    buttons = (
        _button("do_window", target.window, f"{act.name}.{_value(target.window)}.{stamps}", "primary"),
        _button("leave_window", target.window, _value(target.window)),
    )
    preview = Part(text=in_words(what, context.person.time_zone), buttons=buttons)
    follows = f"preview {act.name}.{_value(target.window)}"
    return Reply(messages=(Message(parts=(*_changes_since(context, target), preview), follows=follows),))


def _button(action: str, window: Window, value: str, style: Literal["primary", ""] = "") -> Button:
    return Button(action=action, value=value, label=phrase(f"buttons.{action}"), about=window.title, style=style)


def _changes_since(context: Context, target: _TargetWindow) -> tuple[Part, ...]:
    """What happened to the window since the button was made; empty where nothing did."""
    if target.is_current:
        return ()
    person = context.person
    happened = last_change_text(context.session, target.window, person.time_zone, context.now, person)
    return (Part(text=happened),) if happened else ()


def _refuse(context: Context, target: _TargetWindow, reason: str) -> Reply:
    """Refuse the change; if the window has changed since, show what happened and what can be done now."""
    window = target.window
    state, opens = phrase(f"states.{window.state}"), moment(window.opens_at, context.person.time_zone)
    refusal = NotPossibleError(reason, window=window.title, state=state, opens=opens)
    if target.is_current:
        raise refusal
    parts = (*_changes_since(context, target), Part(text=str(refusal)), row(context, window))
    return Reply(messages=(Message(parts=parts),))


def press_do(context: Context, incoming: Incoming) -> Reply:
    """Do what was previewed; if the window has changed since, show a new preview."""
    name, _, rest = incoming.value.partition(".")
    target = _target_window(context, ".".join(rest.split(".")[:2]))
    try:
        opens, closes = (datetime.strptime(s, STAMP).replace(tzinfo=UTC) if s else None for s in rest.split(".")[2:])
        act = WindowAct(WindowActName(name), opens, closes)
    except ValueError as error:
        raise NotPossibleError("no_such_button") from error
    if not target.is_current or wrong_with(act, target.window, context.now) is not None:
        return _preview(context, target, act)
    change_window(context.session, target.window, act, context.now, stored_id(context.person.id))
    return _done(context, target.window, "messages/window_done.md", what=DONE[act.name])


def _done(context: Context, window: Window, template: str, **values: object) -> Reply:
    """Reply what was done, with the window as it is now."""
    shown = {"window": window, "zone": context.person.time_zone, "paused": context.facts.paused}
    text = render(template, **shown, **values)
    message = Message(parts=(Part(text=text), row(context, window)), follows=f"window {window.id}")
    return Reply(messages=(message,))


def press_leave(context: Context, incoming: Incoming) -> Reply:
    return Reply(messages=(context.says("left_as_it_is", window=_target_window(context, incoming.value).window.title),))


def press_undo(context: Context, incoming: Incoming) -> Reply:
    """Undo the last change; if the window has changed since the button was made, show what happened instead."""
    target = _target_window(context, incoming.value)
    if not target.is_current:
        return Reply(messages=(Message(parts=(*_changes_since(context, target), row(context, target.window))),))
    undo_window(context.session, target.window, context.now, stored_id(context.person.id))
    return _done(context, target.window, "messages/window_undone.md")


def _value(window: Window) -> str:
    return f"{window.id}.{window.edition}"


UNDO = "undo"
BUTTON_HANDLERS: Mapping[str, Handler] = {
    WindowActName.OPEN: partial(press_without_dates, WindowActName.OPEN),
    WindowActName.CLOSE: partial(press_without_dates, WindowActName.CLOSE),
    WindowActName.MOVE: partial(press_with_dates, WindowActName.MOVE),
    WindowActName.EXTEND: press_extend,
    WindowActName.REOPEN: partial(press_with_dates, WindowActName.REOPEN),
    UNDO: press_undo,
}
"""The handlers of the buttons of a window, by the word that does the same when it is typed."""
ROUTES: Routes = {
    "press": {
        **{f"{name}_window": handler for name, handler in BUTTON_HANDLERS.items()},
        "do_window": press_do,
        "leave_window": press_leave,
    },
    "submit": {
        "move_window": partial(submit_dates, WindowActName.MOVE),
        "extend_window": submit_extend,
        "reopen_window": partial(submit_dates, WindowActName.REOPEN),
    },
}

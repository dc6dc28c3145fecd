"""An admin changes a window: a preview first, then the change, and ten minutes to undo it.

Buttons and forms carry the window's edition when they were made, so that a change by another admin is noticed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.windows.forms import date_errors, dates_form, days_in, extend_form, field_values, moment_in
from remembrancer.cards.window_row import row
from remembrancer.cards.window_summary import what_happened
from remembrancer.models import Window, WindowState
from remembrancer.models.message import Button, Message, Part
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import known
from remembrancer.rules.windows.changes import FROM, WindowAct, WindowActName, wrong_with
from remembrancer.rules.windows.schedule import extended
from remembrancer.scheduler.preview.what_if import in_words, what_if
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.window_changes import DONE, act_on, undo_window
from remembrancer.wording import render, say

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


def press_open(context: Context, incoming: Incoming) -> Reply:
    return _preview(context, _target_window(context, incoming.value), WindowAct(WindowActName.OPEN))


def press_close(context: Context, incoming: Incoming) -> Reply:
    return _preview(context, _target_window(context, incoming.value), WindowAct(WindowActName.CLOSE))


def press_move(context: Context, incoming: Incoming) -> Reply:
    return _open_dates_form(context, incoming, WindowActName.MOVE)


def press_reopen(context: Context, incoming: Incoming) -> Reply:
    return _open_dates_form(context, incoming, WindowActName.REOPEN)


def _open_dates_form(context: Context, incoming: Incoming, name: WindowActName) -> Reply:
    target = _target_window(context, incoming.value)
    if target.window.state not in FROM[name]:
        return _refuse(context, target, "window_moved_on")
    values = field_values(context, target.window) if name == WindowActName.MOVE else {}
    return Reply(form=dates_form(context, target.window, f"{name}_window", _value(target.window), values))


def submit_move(context: Context, incoming: Incoming) -> Reply:
    return _submit_dates(context, incoming, WindowActName.MOVE)


def submit_reopen(context: Context, incoming: Incoming) -> Reply:
    return _submit_dates(context, incoming, WindowActName.REOPEN)


def _submit_dates(context: Context, incoming: Incoming, name: WindowActName) -> Reply:
    target = _target_window(context, incoming.value)
    window = target.window
    if window.state not in FROM[name]:
        return _refuse(context, target, "window_moved_on")
    fixed = window.state != WindowState.SCHEDULED
    opens = window.opens_at if fixed else moment_in(context, incoming, "opens")
    closes = moment_in(context, incoming, "closes")
    errors = date_errors(context, opens, closes)
    if errors:
        return Reply(form=dates_form(context, window, f"{name}_window", incoming.value, incoming.fields, errors))
    return _preview(context, target, WindowAct(name, None if fixed else opens, closes))


def press_extend(context: Context, incoming: Incoming) -> Reply:
    target = _target_window(context, incoming.value)
    if target.window.state not in FROM[WindowActName.EXTEND]:
        return _refuse(context, target, "window_moved_on")
    return Reply(form=extend_form(context, target.window, _value(target.window)))


def submit_extend(context: Context, incoming: Incoming) -> Reply:
    target, days = _target_window(context, incoming.value), days_in(incoming)
    if days is None:
        return Reply(form=extend_form(context, target.window, incoming.value, say("errors.choose_how_much")))
    closes = extended(target.window.closes_at, days, context.facts.time)
    return _preview(context, target, WindowAct(WindowActName.EXTEND, closes_at=closes))


def _preview(context: Context, target: _TargetWindow, act: WindowAct) -> Reply:
    """Show what the change would send, with buttons to do it or not; first what changed, if the window has changed."""
    reason = wrong_with(act, target.window, context.now)
    if reason is not None:
        return _refuse(context, target, reason)
    what = what_if(context.session, load_facts(context.session), target.window, act, context.now, context.person.id)
    buttons = (
        _button("do_window", target.window, f"{act.name}.{_value(target.window)}.{_stamps(act)}", "primary"),
        _button("leave_window", target.window, _value(target.window)),
    )
    preview = Part(text=in_words(what, context.person.time_zone), buttons=buttons)
    follows = f"preview {act.name}.{_value(target.window)}"
    return Reply(messages=(Message(parts=(*_changes_since(context, target), preview), follows=follows),))


def _button(action: str, window: Window, value: str, style: str = "") -> Button:
    made = {"style": style} if style else {}
    return Button.model_validate(
        {"action": action, "value": value, "label": say(f"buttons.{action}"), "about": window.title, **made}
    )


def _changes_since(context: Context, target: _TargetWindow) -> tuple[Part, ...]:
    """What happened to the window since the button was made; empty where nothing did."""
    if target.is_current:
        return ()
    person = context.person
    happened = what_happened(context.session, target.window, person.time_zone, context.now, person)
    return (Part(text=happened),) if happened else ()


def _refuse(context: Context, target: _TargetWindow, reason: str) -> Reply:
    """Refuse the change; if the window has changed since, show what happened and what can be done now."""
    window = target.window
    refusal = NotPossibleError(reason, window=window.title, state=say(f"states.{window.state}"))
    if target.is_current:
        raise refusal
    parts = (*_changes_since(context, target), Part(text=str(refusal)), row(context, window))
    return Reply(messages=(Message(parts=parts),))


def press_do(context: Context, incoming: Incoming) -> Reply:
    """Do what was previewed; if the window has changed since, show a new preview."""
    name, _, rest = incoming.value.partition(".")
    target = _target_window(context, ".".join(rest.split(".")[:2]))
    act = _act(name, rest.split(".")[2:])
    if not target.is_current or wrong_with(act, target.window, context.now) is not None:
        return _preview(context, target, act)
    act_on(context.session, target.window, act, context.now, known(context.person.id))
    text = render("messages/window_done.md", window=target.window, what=DONE[act.name], zone=context.person.time_zone)
    return Reply(messages=(_window_message(context, target.window, text),))


def _window_message(context: Context, window: Window, text: str) -> Message:
    """What was done, and the window as it is now."""
    return Message(parts=(Part(text=text), row(context, window)), follows=f"window {window.id}")


def press_leave(context: Context, incoming: Incoming) -> Reply:
    return Reply(messages=(context.says("left_as_it_is", window=_target_window(context, incoming.value).window.title),))


def press_undo(context: Context, incoming: Incoming) -> Reply:
    """Undo the last change; if the window has changed since the button was made, show what happened instead."""
    target = _target_window(context, incoming.value)
    if not target.is_current:
        return Reply(messages=(Message(parts=(*_changes_since(context, target), row(context, target.window))),))
    undo_window(context.session, target.window, context.now, known(context.person.id))
    text = render("messages/window_undone.md", window=target.window, zone=context.person.time_zone)
    return Reply(messages=(_window_message(context, target.window, text),))


def _value(window: Window) -> str:
    return f"{window.id}.{window.edition}"


def _stamps(act: WindowAct) -> str:
    """The new dates as a button's value holds them: 'opens.closes', either of them empty."""
    return ".".join(f"{day.astimezone(UTC):{STAMP}}" if day else "" for day in (act.opens_at, act.closes_at))


def _act(name: str, stamps: list[str]) -> WindowAct:
    """The change that a button's value describes. Raises NotPossibleError for a malformed value."""
    try:
        opens, closes = (datetime.strptime(s, STAMP).replace(tzinfo=UTC) if s else None for s in stamps)
        return WindowAct(WindowActName(name), opens, closes)
    except ValueError as error:
        raise NotPossibleError("no_such_button") from error


ROUTES: Routes = {
    "press": {
        "open_window": press_open,
        "close_window": press_close,
        "move_window": press_move,
        "extend_window": press_extend,
        "reopen_window": press_reopen,
        "do_window": press_do,
        "leave_window": press_leave,
        "undo_window": press_undo,
    },
    "submit": {
        "move_window": submit_move,
        "extend_window": submit_extend,
        "reopen_window": submit_reopen,
    },
}

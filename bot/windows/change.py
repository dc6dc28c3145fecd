"""What an admin does to a window: a preview first, then the act, and ten minutes to undo it.

Buttons and forms carry the window's edition as it was seen, so that of two admins the second sees the truth.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.windows.forms import date_errors, dates_form, days_given, extend_form, moment_given, shown
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
class _Seen:
    """The window that a button or a form names, as it is now and ours alone; and whether that is how it was seen."""

    window: Window
    edition: int

    @property
    def is_current(self) -> bool:
        return self.edition == self.window.edition


def _seen(context: Context, value: str) -> _Seen:
    """'7.3' is edition 3 of window 7. Raises NotPossibleError where there is none, or the person is no admin."""
    context.must_be_admin("admins_only")
    window_id, _, edition = value.partition(".")
    window = context.session.get(Window, as_id(window_id), with_for_update=True, populate_existing=True)
    if window is None:
        raise NotPossibleError("no_such_window")
    # What was read before the row was ours may be of before somebody else's act.
    context.session.expire_all()
    return _Seen(window, as_id(edition))


def press_open(context: Context, incoming: Incoming) -> Reply:
    return _preview(context, _seen(context, incoming.value), WindowAct(WindowActName.OPEN))


def press_close(context: Context, incoming: Incoming) -> Reply:
    return _preview(context, _seen(context, incoming.value), WindowAct(WindowActName.CLOSE))


def press_move(context: Context, incoming: Incoming) -> Reply:
    return _dates(context, incoming, WindowActName.MOVE)


def press_reopen(context: Context, incoming: Incoming) -> Reply:
    return _dates(context, incoming, WindowActName.REOPEN)


def _dates(context: Context, incoming: Incoming, name: WindowActName) -> Reply:
    seen = _seen(context, incoming.value)
    if seen.window.state not in FROM[name]:
        return _not_now(context, seen, "window_moved_on")
    values = shown(context, seen.window) if name == WindowActName.MOVE else {}
    return Reply(form=dates_form(context, seen.window, f"{name}_window", _value(seen.window), values))


def submit_move(context: Context, incoming: Incoming) -> Reply:
    return _submit_dates(context, incoming, WindowActName.MOVE)


def submit_reopen(context: Context, incoming: Incoming) -> Reply:
    return _submit_dates(context, incoming, WindowActName.REOPEN)


def _submit_dates(context: Context, incoming: Incoming, name: WindowActName) -> Reply:
    seen = _seen(context, incoming.value)
    window = seen.window
    if window.state not in FROM[name]:
        return _not_now(context, seen, "window_moved_on")
    fixed = window.state != WindowState.SCHEDULED
    opens = window.opens_at if fixed else moment_given(context, incoming, "opens")
    closes = moment_given(context, incoming, "closes")
    errors = date_errors(context, opens, closes)
    if errors:
        return Reply(form=dates_form(context, window, f"{name}_window", incoming.value, incoming.fields, errors))
    return _preview(context, seen, WindowAct(name, None if fixed else opens, closes))


def press_extend(context: Context, incoming: Incoming) -> Reply:
    seen = _seen(context, incoming.value)
    if seen.window.state not in FROM[WindowActName.EXTEND]:
        return _not_now(context, seen, "window_moved_on")
    return Reply(form=extend_form(context, seen.window, _value(seen.window)))


def submit_extend(context: Context, incoming: Incoming) -> Reply:
    seen, days = _seen(context, incoming.value), days_given(incoming)
    if days is None:
        return Reply(form=extend_form(context, seen.window, incoming.value, say("errors.choose_how_much")))
    closes = extended(seen.window.closes_at, days, context.facts.time)
    return _preview(context, seen, WindowAct(WindowActName.EXTEND, closes_at=closes))


def _preview(context: Context, seen: _Seen, act: WindowAct) -> Reply:
    """What it would send, with the buttons to do it or not; first the truth, where the window was seen otherwise."""
    reason = wrong_with(act, seen.window, context.now)
    if reason is not None:
        return _not_now(context, seen, reason)
    what = what_if(context.session, load_facts(context.session), seen.window, act, context.now, context.person.id)
    buttons = (
        _button("do_window", seen.window, f"{act.name}.{_value(seen.window)}.{_stamps(act)}", "primary"),
        _button("leave_window", seen.window, _value(seen.window)),
    )
    preview = Part(text=in_words(what, context.person.time_zone), buttons=buttons)
    follows = f"preview {act.name}.{_value(seen.window)}"
    return Reply(messages=(Message(parts=(*_truth(context, seen), preview), follows=follows),))


def _button(action: str, window: Window, value: str, style: str = "") -> Button:
    made = {"style": style} if style else {}
    return Button.model_validate(
        {"action": action, "value": value, "label": say(f"buttons.{action}"), "about": window.title, **made}
    )


def _truth(context: Context, seen: _Seen) -> tuple[Part, ...]:
    if seen.is_current:
        return ()
    person = context.person
    happened = what_happened(context.session, seen.window, person.time_zone, context.now, person)
    return (Part(text=happened),) if happened else ()


def _not_now(context: Context, seen: _Seen, reason: str) -> Reply:
    """Why it cannot be done, who changed the window meanwhile, and what can be done to it now."""
    window = seen.window
    refusal = NotPossibleError(reason, window=window.title, state=say(f"states.{window.state}"))
    if seen.is_current:
        raise refusal
    parts = (*_truth(context, seen), Part(text=str(refusal)), row(context, window))
    return Reply(messages=(Message(parts=parts),))


def press_do(context: Context, incoming: Incoming) -> Reply:
    """Do what was previewed, if the window is still as it was seen."""
    name, _, rest = incoming.value.partition(".")
    seen = _seen(context, ".".join(rest.split(".")[:2]))
    act = _act(name, rest.split(".")[2:])
    if not seen.is_current or wrong_with(act, seen.window, context.now) is not None:
        return _preview(context, seen, act)
    act_on(context.session, seen.window, act, context.now, known(context.person.id))
    text = render("messages/window_done.md", window=seen.window, what=DONE[act.name], zone=context.person.time_zone)
    return Reply(messages=(_stands(context, seen.window, text),))


def _stands(context: Context, window: Window, text: str) -> Message:
    """What was done, and the window as it is from then on."""
    return Message(parts=(Part(text=text), row(context, window)), follows=f"window {window.id}")


def press_leave(context: Context, incoming: Incoming) -> Reply:
    return Reply(messages=(context.says("left_as_it_is", window=_seen(context, incoming.value).window.title),))


def press_undo(context: Context, incoming: Incoming) -> Reply:
    """Put it back as it was before the last act, if that was the one that is meant."""
    seen = _seen(context, incoming.value)
    if not seen.is_current:
        return _changed_since(context, seen)
    undo_window(context.session, seen.window, context.now, known(context.person.id))
    text = render("messages/window_undone.md", window=seen.window, zone=context.person.time_zone)
    return Reply(messages=(_stands(context, seen.window, text),))


def _changed_since(context: Context, seen: _Seen) -> Reply:
    return Reply(messages=(Message(parts=(*_truth(context, seen), row(context, seen.window))),))


def _value(window: Window) -> str:
    return f"{window.id}.{window.edition}"


def _stamps(act: WindowAct) -> str:
    """The new dates in a button's value: 'opens.closes', either of them empty."""
    return ".".join(f"{day.astimezone(UTC):{STAMP}}" if day else "" for day in (act.opens_at, act.closes_at))


def _act(name: str, stamps: list[str]) -> WindowAct:
    """What a button's value says is to be done. Raises NotPossibleError for a value that we never gave."""
    try:
        opens, closes = (datetime.strptime(s, STAMP).replace(tzinfo=UTC) if s else None for s in stamps)
        return WindowAct(WindowActName(name), opens, closes)
    except ValueError as error:
        raise NotPossibleError("no_such_button") from error

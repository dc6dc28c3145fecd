"""The command 'delegate': 'delegate Ellen until 12 September' for a leave, 'delegate 52 Ellen' for one return."""

import re
from dataclasses import replace
from datetime import date

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import answerable, choose
from remembrancer.bot.language.leave_periods import parse_period
from remembrancer.bot.people.leave import away_form, delegate_error
from remembrancer.bot.people.leave_delegate import find_people, name_error, text_delegate
from remembrancer.bot.returns.delegate import delegable_return, delegate_form, press_delegate, submit_delegate
from remembrancer.models.message import Message
from remembrancer.rules.people import leave
from remembrancer.rules.people.permissions import Act
from remembrancer.services.context import Context
from remembrancer.wording import say


def text_delegate_leave(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'delegate Ellen until Friday': open the leave form with the days and the delegate, to be confirmed.

    Without days, somebody who is on leave already names the delegate of that leave.
    """
    absence = leave.now_or_next(context.facts, context.person, context.now)
    if match["period"] is None and match["name"] and absence is not None and absence.first_day <= context.today:
        return text_delegate(context, incoming, match)
    first, last = parse_period(match["period"] or "", context.today) or (context.today, None)
    person, error = _delegate(context, match["name"] or "", first, last)
    fields = {"first_day": first.isoformat(), "last_day": last.isoformat() if last else "", "person": person}
    errors = {"person": error, "last_day": _last_day_error(context, match["period"], last)}
    return Reply(form=away_form(context, fields, errors))


def _last_day_error(context: Context, period: str | None, last: date | None) -> str:
    """The error of the last day; empty where there is none."""
    if last is not None and last < context.today:
        return say("errors.leave_over")
    return say("errors.leave_last_day") if period and last is None else ""


def _delegate(context: Context, name: str, first: date | None, last: date | None) -> tuple[str, str]:
    """The delegate's id as the form holds it, and the error of the name; both empty where no name is given."""
    if not name:
        return "", ""
    found = find_people(context, name)
    if len(found) != 1:
        return "", name_error(name, found)
    return str(found[0].id), delegate_error(context, found[0], first, last)


def text_delegate_return(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'delegate 52 Ellen': delegate one return; without a plain name, the form asks for it."""
    ret = choose(context, match["ref"], answerable(context, Act.HAND_ON))
    if isinstance(ret, Message):
        return Reply(messages=(ret,))
    act = replace(incoming, value=str(ret.id))
    if not match["name"]:
        return press_delegate(context, act)
    found = find_people(context, match["name"])
    if len(found) != 1:
        return Reply(form=delegate_form(context, delegable_return(context, act), name_error(match["name"], found)))
    return submit_delegate(context, replace(act, fields={"person": str(found[0].id)}))


def is_known_person(context: Context, match: re.Match[str]) -> bool:
    """Whether the text names an active person."""
    return bool(match["name"] and find_people(context, match["name"]))

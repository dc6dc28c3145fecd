"""'delegate Ellen Sweeting until 12 September': who is asked instead; 'delegate 52 Ellen': one item handed on."""

import re
from dataclasses import replace
from datetime import date

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import answerable, choose
from remembrancer.bot.language.leave_periods import parse_period
from remembrancer.bot.people.leave import away_form, wrong_delegate
from remembrancer.bot.people.leave_delegate import matching, say_delegate, which_person
from remembrancer.bot.returns.delegate import delegate_form, press_delegate, submit_delegate, to_hand_on
from remembrancer.models.message import Message
from remembrancer.rules.people import leave
from remembrancer.rules.people.permissions import Act
from remembrancer.services.context import Context
from remembrancer.wording import say


def say_from_now(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    """The form of leave from today to the day that is said, with the person, to be confirmed.

    Somebody who is on leave already and says no days means that leave.
    """
    absence = leave.now_or_next(context.facts, context.person, context.now)
    if said["period"] is None and said["name"] and absence is not None and absence.first_day <= context.today:
        return say_delegate(context, incoming, said)
    first, last = _days(context, said["period"])
    person, error = _whom(context, said["name"] or "", first, last)
    fields = {"first_day": first.isoformat(), "last_day": last.isoformat() if last else "", "person": person}
    errors = {"person": error, "last_day": _wrong_last(context, said["period"], last)}
    return Reply(form=away_form(context, fields, errors))


def _days(context: Context, period: str | None) -> tuple[date, date | None]:
    """From today, unless the words say otherwise; None for a last day that they do not say plainly."""
    return parse_period(period or "", context.today) or (context.today, None)


def _wrong_last(context: Context, period: str | None, last: date | None) -> str:
    if last is not None and last < context.today:
        return say("errors.leave_over")
    return say("errors.leave_last_day") if period and last is None else ""


def _whom(context: Context, name: str, first: date | None, last: date | None) -> tuple[str, str]:
    """The person as the form holds them, and what is wrong with that."""
    if not name:
        return "", ""
    found = matching(context, name)
    if len(found) != 1:
        return "", which_person(name, found)
    return str(found[0].id), wrong_delegate(context, found[0], first, last)


def say_hand_on(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    """One item, to somebody who is named; where nobody is, or not plainly, the form asks."""
    ret = choose(context, said["ref"], answerable(context, Act.HAND_ON))
    if isinstance(ret, Message):
        return Reply(messages=(ret,))
    act = replace(incoming, value=str(ret.id))
    if not said["name"]:
        return press_delegate(context, act)
    found = matching(context, said["name"])
    if len(found) != 1:
        return Reply(form=delegate_form(context, to_hand_on(context, act), which_person(said["name"], found)))
    return submit_delegate(context, replace(act, fields={"person": str(found[0].id)}))


def is_somebody(context: Context, said: re.Match[str]) -> bool:
    """Whether the words name anybody."""
    return bool(said["name"] and matching(context, said["name"]))

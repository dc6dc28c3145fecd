"""'snooze', 'snooze 52': until when is asked, as the button does; of several together where no item is named."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.context import Context, NotPossibleError, as_id
from bot.incoming import Incoming, Reply
from bot.later import change_snooze, chosen_form, press_snooze, put_off_all, to_put_off, until_chosen
from bot.meant import ref_of
from bot.message import Form, Message
from models import Return
from rules.facts import known
from rules.permissions import Act, may
from wording import escape, say

BETWEEN = "-"


def say_snooze(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    """The form of one item, or one form for all that is wanted: of what the thread is about, where it is a reply."""
    rets = to_put_off(context, incoming, said["ref"])
    if isinstance(rets, Message):
        return Reply(messages=(rets,))
    if len(rets) == 1:
        return press_snooze(context, replace(incoming, value=str(rets[0].id)))
    reply = press_snooze(context, replace(incoming, value=str(_last_to_close(context, rets).id)))
    return Reply(form=_of_all(context, rets, reply.form) if reply.form else None)


def _last_to_close(context: Context, rets: Sequence[Return]) -> Return:
    """What is offered is what makes sense for one at least; of the others it is said why it does not."""
    return max(rets, key=lambda ret: context.window(ret).closes_at)


def _of_all(context: Context, rets: Sequence[Return], form: Form) -> Form:
    value = f"{BETWEEN.join(str(ret.id) for ret in rets)}.{form.value.partition('.')[2]}"
    refs = ", ".join(ref_of(context, ret) for ret in rets)
    title = say("typed.snooze_all_title", count=len(rets))
    intro = say("typed.snooze_all_intro", refs=escape(refs))
    return form.model_copy(update={"action": "snooze_all", "value": value, "title": title, "intro": intro})


def change_snooze_all(context: Context, incoming: Incoming) -> Reply:
    """Another day was chosen, and its date is asked for; or no longer."""
    rets = _still(context, incoming)
    reply = change_snooze(context, _as_of(_last_to_close(context, rets), incoming))
    return Reply(form=_of_all(context, rets, reply.form) if reply.form else None)


def submit_snooze_all(context: Context, incoming: Incoming) -> Reply:
    """Each is put off by itself; where nothing was chosen that is a moment to come, the form says so."""
    rets = _still(context, incoming)
    last = _last_to_close(context, rets)
    chosen = _as_of(last, incoming)
    until, error = until_chosen(context, last, chosen)
    if until is None or error:
        return Reply(form=_of_all(context, rets, chosen_form(context, last, chosen, error)))
    return put_off_all(context, rets, lambda _window: until)


def _as_of(ret: Return, incoming: Incoming) -> Incoming:
    made_at = incoming.value.partition(".")[2]
    return replace(incoming, action="snooze", value=f"{ret.id}.{made_at}")


def _still(context: Context, incoming: Incoming) -> Sequence[Return]:
    """Those that the form was made for and that are still theirs. Raises NotPossibleError where none is."""
    ids = [as_id(text) for text in incoming.value.partition(".")[0].split(BETWEEN)]
    every = (ret for returns in context.facts.returns.values() for ret in returns if known(ret.id) in ids)
    found = [ret for ret in every if may(context.facts, context.person, Act.ANSWER, ret, context.now)]
    if not found:
        raise NotPossibleError("no_such_item")
    return found

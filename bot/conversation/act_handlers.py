"""How an act that was asked for in words is handled: on the one return that is meant, as its button is."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from remembrancer.bot.core.incoming import Handler, Incoming, Reply
from remembrancer.bot.core.target_returns import choose_return
from remembrancer.bot.language.acts import Act as Requested
from remembrancer.models import Return
from remembrancer.models.message import Message
from remembrancer.services.context import Context

ActHandler = Callable[[Context, Incoming, Requested], Reply]


def on_chosen(
    context: Context,
    ref: str | None,
    among: Sequence[Return],
    then: Callable[[Return], Reply],
    none: str = "no_such_ref",
    action: str = "answer",
) -> Reply:
    """What is to be done with the one return that is meant, or the question which one it is, with its buttons."""
    ret = choose_return(context, ref, among, none, action)
    return Reply(messages=(ret,)) if isinstance(ret, Message) else then(ret)


def pressed_in_words(press: Handler, among: Callable[[Context], Sequence[Return]]) -> ActHandler:
    """A handler for which the words are a press of the button of the return that they name, `among` these."""

    def handle(context: Context, incoming: Incoming, act: Requested) -> Reply:
        ref, found = act.get("ref"), among(context)
        return on_chosen(context, ref, found, lambda ret: press(context, replace(incoming, value=str(ret.id))))

    return handle

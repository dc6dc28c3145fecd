"""Takes 'yes', 'leave it' and 'make that the 19th' as said to the change that the person was shown last.

Only the newest message to a person is meant: once anything else was sent, the words are read as any others are.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.language.corrections import draft_act
from remembrancer.bot.language.dates import RELATIVE_DAY
from remembrancer.bot.language.small_talk import match_small_talk
from remembrancer.bot.people.confirmations import FIELDS
from remembrancer.models import OutgoingMessage
from remembrancer.models.message import Button, Message, Part
from remembrancer.rules.windows.changes import WindowActName
from remembrancer.services.context import Context, as_id
from remembrancer.wording import phrase

CONFIRMS: Mapping[str, str] = {
    "do_window": "leave_window",
    "resume_now": "people_leave_as_it_is",
    "end_pilot_now": "people_leave_as_it_is",
    **{f"people_{each}_now": "people_leave_as_it_is" for each in FIELDS},
}
"""The action of each button that does what was previewed, with the action that leaves it as it is."""
_DATED: Mapping[str, str] = {
    WindowActName.MOVE: "move {window} to {day}",
    WindowActName.EXTEND: "move {window} to {day}",
    WindowActName.REOPEN: "reopen {window} until {day}",
}
"""The words that preview the same change with another day."""
_NO = re.compile(
    r"(?=.*\b(?:no|nope|nah|stop|wait|cancel|don'?t|do not|leave|not now|not yet|hold on|never mind)\b)"
    r"(?:no|nope|nah|stop|wait|cancel|don'?t|do not|leave|not now|not yet|hold on|never mind|actually|please|thanks"
    r"|thank you|sorry|it|that|this|as it is|do|then|[\s,.!])+",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"(?:(?:no|nope|actually|sorry|oops|ok|oh|wait|i mean|i meant|please)[\s,]+)*"
    r"(?:(?:make|change|move|set) (?:it|that)(?: to)? |to |until |till |on )?"
    rf"(?P<day>{RELATIVE_DAY})(?: instead| then|[\s,]*please)*[.!]*",
    re.IGNORECASE,
)


def as_press(context: Context, incoming: Incoming) -> Incoming | Reply:
    """The press that the words mean, where the newest message to the person asks for one; else what came in.

    To thanks, which do not say whether it is to be done, the reply asks once more.
    """
    buttons = _open_confirmation(context) if incoming.kind == "text" and incoming.edits is None else ()
    button = next((button for button in buttons if button.action in CONFIRMS), None)
    if button is None:
        return incoming
    decided = draft_act(incoming.text)
    if decided and decided.act and decided.act.do == "send":
        return replace(incoming, kind="press", action=button.action, value=button.value)
    if (decided and decided.act and decided.act.do == "discard") or _NO.fullmatch(incoming.text.strip()):
        return replace(incoming, kind="press", action=CONFIRMS[button.action], value=_window(button))
    if match_small_talk(incoming.text):
        return Reply(messages=(Message(parts=(Part(text=phrase("refusals.preview_waits"), buttons=buttons),)),))
    other, name = _OTHER_DAY.fullmatch(incoming.text.strip()), button.value.partition(".")[0]
    if other and button.action == "do_window" and name in _DATED:
        window_id = as_id(_window(button).partition(".")[0])
        window = next(window for window in context.facts.windows if window.id == window_id)
        return replace(incoming, text=_DATED[name].format(window=window.key, day=other["day"]))
    return incoming


def _open_confirmation(context: Context) -> tuple[Button, ...]:
    """The buttons of the newest message to the person, where one of them does what it shows; else none."""
    to_person = select(OutgoingMessage).where(OutgoingMessage.person_id == context.person.id)
    newest = context.session.exec(to_person.order_by(col(OutgoingMessage.id).desc()).limit(1)).first()
    if newest is None or newest.kind != "reply":
        return ()
    parts = Message.model_validate(newest.body).parts
    return next((part.buttons for part in parts if any(each.action in CONFIRMS for each in part.buttons)), ())


def _window(button: Button) -> str:
    """The window and its edition in the value of a preview's button ('move.3.1.2019...' to '3.1')."""
    return ".".join(button.value.split(".")[1:3])

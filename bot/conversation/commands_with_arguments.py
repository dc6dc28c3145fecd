"""Commands with arguments: 'snooze 52 until Friday', 'delegate 52 Ellen Sweeting', 'window close q2'.

Each pattern must match the whole text. A text that names nothing that exists may be free text, and is then read as an
answer.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.digests import commands as digest_commands
from remembrancer.bot.language.dates import RELATIVE_DAY
from remembrancer.bot.language.leave_periods import UNTIL
from remembrancer.bot.people import own_hours
from remembrancer.bot.people.leave_delegate import is_known_person, text_delegate_leave
from remembrancer.bot.returns import history, snooze
from remembrancer.bot.returns.delegate import text_delegate_return
from remembrancer.bot.sending import preview
from remembrancer.bot.windows import commands as window_commands
from remembrancer.rules.calendar.weekdays import WEEKDAYS
from remembrancer.rules.people.permissions import is_admin
from remembrancer.services.context import Context

CommandHandler = Callable[[Context, Incoming, Mapping[str, Any]], Reply | None]
TargetCheck = Callable[[Context, Mapping[str, Any]], bool]
MIN_SIMILARITY = 0.8  # least difflib ratio (0 to 1) at which a mistyped first word is taken for a command
LONGEST = 120  # characters of any phrase
REF = r"(?: (?:(?:about|for) )?#?(?P<ref>[\w./-]*\d[\w./-]*))?"
_NO_NAME = r"(?:until|till?|if|unless|from|for|on|while|when|instead|to|next|this|today|tomorrow|between)\b"
NAME = rf"(?P<name>(?![\d#]|{_NO_NAME})[^\s,;:!?]+(?: (?!{_NO_NAME})[^\s,;:!?]+){{0,3}}?)"
ALL_WORDS = r"(?: (?:all|everything|them))?"
REQUIRED_REF = r"#?(?P<ref>[\w./-]*\d[\w./-]*)"
TARGET_NAME = r"(?P<named>\S+(?: \S+){0,9})"
HOUR = r"\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?|noon|midday"
PERIOD = rf"(?P<period>(?:{UNTIL}|from|for|on|between|next|this|today|tomorrow)\b.*)"


@dataclass(frozen=True)
class Command:
    """A pattern and its handler; `is_known` tells whether the text names something that exists.

    A mistyped command is suggested only where it does.
    """

    pattern: str
    handler: CommandHandler
    is_known: TargetCheck = lambda _context, _said: True

    def match(self, text: str) -> re.Match[str] | None:
        return re.compile(self.pattern, re.IGNORECASE).fullmatch(text)


_COMMANDS = (
    Command(rf"snooze{ALL_WORDS}{REF}(?: (?:{UNTIL}|for))? (?:later(?: on)?(?: today)?|today)", snooze.text_later),
    Command(
        rf"snooze{ALL_WORDS}{REF}(?: (?:{UNTIL}|to|on|for))? (?P<day>{RELATIVE_DAY})(?: morning)?", snooze.text_day
    ),
    Command(rf"snooze{ALL_WORDS}{REF}", snooze.text_snooze),
    Command(r"snooze(?: [\w'’#./-]+){1,5}", snooze.text_unreadable_day, lambda _context, _said: False),
    Command(
        rf"delegate {REQUIRED_REF}(?:(?: to)? {NAME})?",
        text_delegate_return,
        is_known_person,
    ),
    Command(
        rf"delegate(?:(?: to)? {NAME})?(?: {PERIOD})?",
        text_delegate_leave,
        is_known_person,
    ),
    Command(
        rf"(?P<what>status|missing)(?: (?:of|for|in))? {TARGET_NAME}",
        window_commands.text_status,
        window_commands.is_visible_window,
    ),
    Command(rf"history {REQUIRED_REF}", history.text_history),
    Command(rf"i (?:only )?work(?: only)?(?: on)? (?:full[- ]time|(?P<days>{WEEKDAYS}))", own_hours.text_days),
    Command(rf"prompt me (?:at|from) (?P<hour>{HOUR})", own_hours.text_hour),
    Command(r"window", lambda context, _incoming, _said: window_commands.windows(context)),
    Command(
        rf"windows? (?P<act>{window_commands.CHANGE_NAMES})(?: {TARGET_NAME})?",
        window_commands.text_change,
        window_commands.is_admins_window,
    ),
    Command(rf"window {TARGET_NAME}", window_commands.text_window, window_commands.is_admins_window),
    Command(
        rf"(?:please )?(?:send|show) me what {NAME} (?:would|will) (?:get|be sent|receive|see|be asked)",
        preview.text_send_test,
        is_known_person,
    ),
    Command(rf"digest(?:(?: (?:of|for))? {TARGET_NAME})?", digest_commands.text_digest, digest_commands.is_own_board),
)


def command_words(context: Context) -> list[str]:
    """The first words of the commands that this person may use."""
    return ["snooze", "delegate", "status", "missing", "digest", *(["window"] if is_admin(context.person) else [])]


def handle_command(context: Context, incoming: Incoming) -> Reply | None:
    """Run the command that the text is; None where it is no command."""
    text = normalise(incoming.text).lstrip("/")
    for command in _COMMANDS:
        match = command.match(text)
        said = {**match.groupdict(), "only_today": "today" in text.lower()} if match else {}
        reply = command.handler(context, incoming, said) if match else None
        if reply is not None:
            return reply
    return None


def suggestion(context: Context, text: str) -> str | None:
    """The text with its mistyped first word corrected to a command; None where it fits no command or names nothing."""
    first, _, rest = normalise(text).lstrip("/").partition(" ")
    close = difflib.get_close_matches(first.lower(), command_words(context), n=1, cutoff=MIN_SIMILARITY)
    if not rest or not close or first.lower().startswith(close[0]):
        return None
    corrected = f"{close[0]} {rest}"
    found = ((command, command.match(corrected)) for command in _COMMANDS)
    return (
        corrected if any(match and command.is_known(context, match.groupdict()) for command, match in found) else None
    )


def normalise(text: str) -> str:
    """The text on one line, without a final stop or 'please'; empty for a text of several lines or over LONGEST."""
    text = text.strip()
    if len(text) > LONGEST or "\n" in text:
        return ""
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r"(?:,? please)?[ .!?]*$", "", text, flags=re.IGNORECASE)

"""Commands of more than a word: 'snooze 52 until Friday', 'delegate 52 Ellen Sweeting', 'window close q2'.

Each is matched whole, as phrases are. What names nothing that there is may be somebody's own words, and is left to
be read as an answer.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot import admin, delegating, digest_said, later, snoozing, windows_said
from bot.away_said import UNTIL
from bot.context import Context
from bot.dates_said import SAID_DAY
from bot.incoming import Incoming, Reply
from bot.phrases import NAME, REF, plain
from rules.permissions import is_admin

Act = Callable[[Context, Incoming, re.Match[str]], Reply | None]
Fits = Callable[[Context, re.Match[str]], bool]

ALIKE = 0.8  # of 1: as much as the first word must be like a command to be taken for a slip of the pen
ALL = r"(?: (?:all|everything|them))?"
A_REF = r"#?(?P<ref>[\w./-]*\d[\w./-]*)"
NAMED = r"(?P<named>\S+(?: \S+){0,9})"
PERIOD = rf"(?P<period>(?:{UNTIL}|from|for|on|between|next|this|today|tomorrow)\b.*)"


@dataclass(frozen=True)
class Command:
    """`fits`: whether what it names is there, so that it is worth finding behind a slip of the pen."""

    pattern: re.Pattern[str]
    act: Act
    fits: Fits = lambda _context, _said: True


def _command(pattern: str, act: Act, fits: Fits = lambda _context, _said: True) -> Command:
    return Command(re.compile(pattern, re.IGNORECASE), act, fits)


def _never(_context: Context, _said: re.Match[str]) -> bool:
    return False


_COMMANDS = (
    _command(rf"snooze{ALL}{REF}(?: (?:{UNTIL}|for))? (?:later(?: on)?(?: today)?|today)", later.say_later),
    _command(rf"snooze{ALL}{REF}(?: (?:{UNTIL}|to|on|for))? (?P<day>{SAID_DAY})(?: morning)?", later.say_day),
    _command(rf"snooze{ALL}{REF}", snoozing.say_snooze),
    _command(r"snooze(?: [\w'’#./-]+){1,5}", later.say_unread, _never),
    _command(rf"delegate {A_REF}(?:(?: to)? {NAME})?", delegating.say_hand_on, delegating.is_somebody),
    _command(rf"delegate(?:(?: to)? {NAME})?(?: {PERIOD})?", delegating.say_from_now, delegating.is_somebody),
    _command(rf"(?P<what>status|missing)(?: (?:of|for|in))? {NAMED}", windows_said.say_status, windows_said.is_seen),
    _command(r"window", lambda context, _incoming, _said: admin.windows(context)),
    _command(rf"windows? (?P<act>{windows_said.ACTS})(?: {NAMED})?", windows_said.say_act, windows_said.is_for_admin),
    _command(rf"window {NAMED}", windows_said.say_window, windows_said.is_for_admin),
    _command(rf"digest(?:(?: (?:of|for))? {NAMED})?", digest_said.say_digest, digest_said.is_theirs),
)


def names(context: Context) -> list[str]:
    """The words that begin them, of those that are for this person."""
    return ["snooze", "delegate", "status", "missing", "digest", *(["window"] if is_admin(context.person) else [])]


def heard(context: Context, incoming: Incoming) -> Reply | None:
    """What the command does; None for a text that is none."""
    text = plain(incoming.text).lstrip("/")
    for command in _COMMANDS:
        said = command.pattern.fullmatch(text)
        reply = command.act(context, incoming, said) if said else None
        if reply is not None:
            return reply
    return None


def meant(context: Context, text: str) -> str | None:
    """The command behind a slip of the pen in its first word; None where there is none, or what it names is not."""
    first, _, rest = plain(text).lstrip("/").partition(" ")
    close = difflib.get_close_matches(first.lower(), names(context), n=1, cutoff=ALIKE)
    if not rest or not close or first.lower().startswith(close[0]):
        return None
    wanted = f"{close[0]} {rest}"
    found = ((command, command.pattern.fullmatch(wanted)) for command in _COMMANDS)
    return wanted if any(said and command.fits(context, said) for command, said in found) else None

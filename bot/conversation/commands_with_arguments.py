"""Commands of more than a word: 'snooze 52 until Friday', 'delegate 52 Ellen Sweeting', 'window close q2'.

Each is matched whole, as phrases are. What names nothing that there is may be somebody's own words, and is left to
be read as an answer.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.digests import commands as digest_commands
from remembrancer.bot.language.dates import SAID_DAY
from remembrancer.bot.language.leave_periods import UNTIL
from remembrancer.bot.language.normalise import NAME, REF, plain
from remembrancer.bot.returns import delegate_command, snooze
from remembrancer.bot.windows import commands as window_commands
from remembrancer.bot.windows import overview
from remembrancer.rules.people.permissions import is_admin
from remembrancer.services.context import Context

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
    _command(rf"snooze{ALL}{REF}(?: (?:{UNTIL}|for))? (?:later(?: on)?(?: today)?|today)", snooze.say_later),
    _command(rf"snooze{ALL}{REF}(?: (?:{UNTIL}|to|on|for))? (?P<day>{SAID_DAY})(?: morning)?", snooze.say_day),
    _command(rf"snooze{ALL}{REF}", snooze.say_snooze),
    _command(r"snooze(?: [\w'’#./-]+){1,5}", snooze.say_unread, _never),
    _command(rf"delegate {A_REF}(?:(?: to)? {NAME})?", delegate_command.say_hand_on, delegate_command.is_somebody),
    _command(
        rf"delegate(?:(?: to)? {NAME})?(?: {PERIOD})?", delegate_command.say_from_now, delegate_command.is_somebody
    ),
    _command(
        rf"(?P<what>status|missing)(?: (?:of|for|in))? {NAMED}", window_commands.say_status, window_commands.is_seen
    ),
    _command(r"window", lambda context, _incoming, _said: overview.windows(context)),
    _command(
        rf"windows? (?P<act>{window_commands.ACTS})(?: {NAMED})?", window_commands.say_act, window_commands.is_for_admin
    ),
    _command(rf"window {NAMED}", window_commands.say_window, window_commands.is_for_admin),
    _command(rf"digest(?:(?: (?:of|for))? {NAMED})?", digest_commands.say_digest, digest_commands.is_theirs),
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

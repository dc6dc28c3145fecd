"""Recognises small talk: thanks, greetings, and promises to answer such as 'on it, will send tomorrow'.

A text is small talk where each of its words may be, and at least one thanks, greets, acknowledges or promises. One
other word, and it may be an answer.
"""

import re

from remembrancer.bot.language.statement_patterns import POLITE_TAIL

LONGEST = 300  # characters
THANKS = r"(?:thanks?|thx|cheers|ta)"
GREETS = r"(?:hello|hi|hey|good (?:morning|afternoon|evening))"
ACKNOWLEDGES = (
    r"(?:ok|okay|great|noted|fine|sure|understood|righto|right oh|appreciated|will do|received|perfect|lovely"
    r"|brilliant|cool|absolutely|certainly"
    r"|that['’]?s (?:great|lovely|perfect|fine|good|brilliant|helpful|really helpful|very helpful|kind|very kind)"
    r"|very helpful|most helpful|really helpful|bye|goodbye|apologies|got (?:it|this|that)|no (?:problem|worries))"
)
PROMISES = (
    r"(?:(?:\A|[,.;!\n–—-]\s*|\b(?:i|and|but|then|ok|okay|yes|yep|sure|thanks|you|now)\s+)(?:will|shall)(?! you\b)"
    r"|\b(?:i['’]ll|let me|(?:i am|i['’]?m) (?:going to|on it)|working on (?:it|this|that|them))"
    r"|\b(?:on|onto|on to) (?:it|this|that)|\b(?:leave|bear)\b.{0,12} with me)"
)
"""Promises of the person's own; 'the work will take a week' is none."""
EMOJI = "[\u2600-\u27bf\u2b50-\u2b55\U0001f300-\U0001f533\U0001f536-\U0001f7df\U0001f900-\U0001faff]"
"""Pictures, without the shapes and colours that may stand for a status."""
SHORTCODE = r":[a-z][\w+'-]*:|:[+-]1:"
_WORD = (
    rf"(?:{THANKS}|{GREETS}|{ACKNOWLEDGES}|got|no|end of (?:the )?(?:day|week|play)|the close|it closes"
    r"|(?:complete|finish|submit|review) (?:it|this|that|them|(?:the|my) (?:form|update)s?)"
    r"|i(?:['’](?:ll|m|ve|d))?|im|am|me|my|you|your|it|this|that|them|these|those|one|both|the|an?|some|something"
    r"|many|so|very|much|a lot|lots|bot|remembrancer|there|everyone|again|please|sorry|yes|yep|yeah|yup|right"
    r"|will|shall|can|let|going|working|have|has|try|find|out|lunch"
    r"|look|do|answer|reply|respond|send|updates?|fill|check|sort|deal|see|come|get|give"
    r"|back|leave|bear|read|provide|revert|form|reminders?|reminding|message|nudge|note"
    r"|e-?mail|prompt|chasing|asking|letting|know|heads|up|through|over|into|onto|out|with|for|from|at|in|on|by|of"
    r"|to|and|but|as|then|when|once|before|after|until|soon|possible|shortly|asap|immediately|straight|directly"
    r"|today|tonight|tomorrow|tmrw|tmw|tmr|tomoz|2moro|later|now|morning|afternoon|evening|noon|lunch|lunchtime|week|weekend|days?"
    r"|hours?|minutes?|moment|bit|while|next|first|thing"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thurs?|fri"
    r"|\d{1,2}(?:[:.]\d\d)?(?:st|nd|rd|th|am|pm)|\d{1,2}[:.]\d\d)"
)
_SEPARATOR = rf"(?:[\s,.!;()…–—-]|[:;][-']?[)D]|{SHORTCODE}|{EMOJI}|[\ufe0f\u200d\U0001f3fb-\U0001f3ff])"
_MEANS_IT = rf"(?:\b(?:{THANKS}|{GREETS}|{ACKNOWLEDGES})|{PROMISES}|{SHORTCODE}|{EMOJI})"
SMALL_TALK = re.compile(
    rf"(?=(?:.*?\b(?P<thanks>{THANKS})\b)?)(?=(?:(?P<hello>{GREETS})\b)?)"
    rf"(?=.*?{_MEANS_IT}(?!\w))"
    rf"{_SEPARATOR}*+(?:{_WORD}(?![\w'’%]){_SEPARATOR}*+)*+",
    re.IGNORECASE | re.DOTALL,
)

DRAFTS = re.compile(
    r"(?:please )?(?:don't|do not|dont) (?:send|submit|post|store)(?: (?:it|this|that|anything))?"
    r"(?: (?:just )?(?:yet|now))?"
    r"|(?:but |just )?(?:draft|save|keep)(?: (?:it|this))?",
    re.IGNORECASE,
)
"""What begins a message whose answer is not to be sent yet."""
AGREED = re.compile(r"(?:ok|okay|fine|great)(?: (?:all|then|thanks))?", re.IGNORECASE)
"""What begins a message and is no part of an account; 'grants: ok' is."""
REPLIES = re.compile(r"(?:yes|yep|yeah|nope|ok|okay)\b[\s,]|no,", re.IGNORECASE)
"""What begins a reply to something that was said, and no account: 'yes, 9th to 13th'."""
NO_MORE = re.compile(
    rf"(?:(?:and|that's all|that's it)[\s,]*)?nothing (?:else|more|further)(?: to (?:add|report|say))?{POLITE_TAIL}",
    re.IGNORECASE,
)
"""What is said to an answer that is there, and adds nothing to it."""
INTERJECTION = re.compile(r"\W*(?:h+m+|m+|erm?|u+m|uh|eh|huh|oh|ah|what|pardon)\W*", re.IGNORECASE)


def match_small_talk(text: str) -> re.Match[str] | None:
    """Match a text that is only small talk, else None; the groups `thanks` and `hello` tell which kind it is."""
    text = text.strip()
    return SMALL_TALK.fullmatch(text) if len(text) <= LONGEST else None

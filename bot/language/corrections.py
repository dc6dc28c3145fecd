"""Reads what is said to an answer that was read back or stored: 'send it', 'it should be amber', 'remove the date'."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from remembrancer.bot.language.acts import Act
from remembrancer.bot.language.dates import pattern
from remembrancer.bot.language.message_text import STRAIGHT, word_set
from remembrancer.bot.language.situation import OpenDraft
from remembrancer.bot.language.vocabulary import Field, Vocabulary

_AGREES = word_set(
    "yes yep yeah yup aye ok okay sure great fine good perfect happy with that that's thats this it its it's all both"
    " correct right exactly lovely looks look is are please pls thanks thank you send submit store save confirm"
    " confirmed sounds go ahead for do now in off away and i am i'm then so them"
)
_DECIDES = word_set("yes yep yeah yup aye send submit store save confirm confirmed correct right")
_DECIDES_TOGETHER = re.compile(
    r"\b(?:go (?:ahead|for it)|do it|looks? (?:good|fine|great|ok|okay)|that'?s (?:it|fine|good))\b", re.IGNORECASE
)
_DISCARD = re.compile(
    r"(?:(?:no|please|pls|sorry|actually|oops)[\s,.!-]+)*"
    r"(?:(?:scrap|bin|delete|discard|drop|forget|cancel|lose|throw|ditch|clear)"
    r" (?:that|this|it|all(?: of (?:it|that))?|everything|(?:(?:the|my|that|this) )?(?:draft|answer|update)"
    r"|the (?:whole thing|lot))(?: (?:away|out))?"
    r"|start (?:again|over|afresh)|throw away|never mind|nevermind|scrap|bin|discard|delete)"
    r"(?:[\s,.;-]+(?:and )?(?:start (?:again|over|afresh)|please|thanks))*[\s.!]*",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"(?:please )?(?:don't|do not|dont|not) (?:send|submit|store)(?: (?:it|that|this))?(?: (?:yet|now|just yet))?"
    r"|not yet|(?:(?:no|oh|oops|sorry)[\s,]+)*(?:wait|hold on|hang on)(?: a (?:sec|second|minute|min|moment|bit))?",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"(?:send|submit|store)(?: (?:it|that|this))? (?:later|tomorrow|on|at|next|in|when|after|once|if)\b.*"
    r"|(?:(?:no|oops|sorry|hmm)[\s,]+)?(?:that(?:'s|s| is)?|this is|it's|its)"
    r" (?:not (?:what i (?:said|meant|wrote)|right|correct)|wrong|incorrect)"
    r"|(?:the )?(?:[\w-]+ ){1,3}(?:is|are|was|isn't|is not|looks) (?:wrong|not right|incorrect|out of date|right)"
    r"|no+|nope|cancel|not (?:right|quite)|wrong",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"(?:(?:(?:that(?:'s|s| is| was)?|this is|it's|its|it was) (?:wrong|not right|incorrect)|sorry|actually|w?h?o+ps|oh"
    r"|in fact|mistake"
    r"|on second thoughts|thinking about it|correction"
    r"|hang on|i meant to say|i meant|i mean|my mistake|apologies|typo|wrong|except|not quite|(?:no|nope|yes|yep|wait)"
    r"(?=[,.;:!–—-]|\s+(?:it|that|this|the|i|but|sorry|actually|should|wait|make (?:it|that)|change (?:it|that))\b)"
    r"|(?:yes|yep|yeah|ok|okay|fine|good|great)"
    r"(?:[\s,]+(?:go ahead|send(?: it)?|that's (?:fine|right|good)|fine|good))?"
    r"(?=[\s,]+but\b)"
    r"|(?:you've|you have|ive|i've|i) (?:got |put )?(?:the )?wrong \w+)(?:[\s,.;:!–—-]+|$)(?:but\s+)?)+",
    re.IGNORECASE,
)
_SHOULD = (
    r"(?:should(?:'ve| have)? (?:been|be|say|said|read|now be)|needs to (?:be|say)"
    r"|ought to (?:be|have been|have said)|must be|(?:was|is) (?:meant|supposed) to (?:be|say))"
)
_CHANGE = r"(?:(?:please|can you|could you) )*(?:change|set|make|update|correct|switch|put|move|amend)"
_REMOVE = r"(?:please )?(?:can you )?(?:remove|delete|drop|take out|take off|clear|lose|scrap|leave out|get rid of)"
_PART = r"(?:(?:the|that|my|any) )?(?:(?:bit|part|words?|section|one) (?:about|on|for) )?(?:the )?"
_NOT_NEEDED = (
    r"(?:[\s,–—-]+(?:(?:it's|its|it is|as it's|we don't|because it's) )?"
    r"(?:not|no longer|don't|never) (?:need(?:ed)?|applicable|relevant|right|have one)(?: (?:it|one|any ?more|now))*)?"
)
_TEXT = r"(?:text|words|wording|progress|comment|update|description)"
_REPLACES_TEXT = re.compile(
    rf"(?:please )?(?:replace|change|rewrite) (?:the |my )?{_TEXT}(?: (?:with|to|as|so it says))?\s*:?\s*(?=\S)",
    re.IGNORECASE,
)
_SHOULD_BE = re.compile(
    rf"(?:(?:it|that|this|status|the status)?\s*{_SHOULD}"
    rf"|{_CHANGE}(?: (?:it|that|this|the status|status))?(?: (?:to|as|into))?)\s+",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"(?:(?:please|pls|can you|could you|oh|and|also|sorry|actually|ps|p\.s\.)[\s,]+)*"
    r"(?:(?:also )?(?:add|mention|include|say|note|put)(?: (?:in|on|to it|also|too|as well|that|this))*"
    r"\s*:?\s+(?:that )?"
    r"|(?:i )?(?:forgot|meant|should have (?:said|added)) (?:to (?:say|add|mention)(?: that)?|that)\s*:?\s*"
    r"|(?:oh|ps|p\.s\.|one more thing)[\s,:]+)(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Correction:
    """What a message changes in an answer: an act, or values, or words that are left to be read.

    With `ask` the person is asked what they mean; one that has nothing leaves all as it is.
    """

    act: Act | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    rest: str | None = None
    is_correcting: bool = False
    ask: bool = False


def draft_act(text: str) -> Correction | None:
    """'Yes', 'scrap that', 'don't send it yet': what is to become of a draft. 'No' alone does not say."""
    words = " ".join(text.translate(STRAIGHT).split()).strip(" .!?")
    if _NOT_YET.fullmatch(words):
        return Correction()
    if _DISCARD.fullmatch(words):
        return Correction(Act("discard"))
    if _UNSURE.fullmatch(words):
        return Correction(ask=True)
    said = re.findall(r"[\w']+", words.lower())
    decides = _DECIDES.intersection(said) or _DECIDES_TOGETHER.search(words)
    if not (said and _AGREES.issuperset(said) and decides):
        return None
    return Correction(ask=True) if text.rstrip().endswith("?") else Correction(Act("send"))


def correction(text: str, words: Vocabulary, draft: OpenDraft | None) -> Correction | None:
    """What the text puts right in the answer; None where it is no correction by its form."""
    plain = text.translate(STRAIGHT)
    lead = _LEAD_IN.match(plain)
    is_wrong_label = lead is not None and pattern(r"wrong[\s,]*\Z").search(lead[0]) is not None
    at = lead.end() if lead else 0
    rest, body = text[at:].strip(), plain[at:].strip().rstrip(" .!")
    whole = plain.strip().rstrip(" .!")
    found = removal(whole, words) or removal(body, words) or _listing(body, words, draft) or _new_text(rest, words)
    if found:
        return found
    should = _should(body, rest, words, is_wrong_label)
    if should is not None:
        return Correction(rest=should, is_correcting=True)
    for words_, said in ((text.strip(), plain.strip()), (rest, plain[at:].strip())):
        if adds := _ADDS.fullmatch(said):
            return Correction(rest=words_[adds.start("rest") :])
    if lead and rest:
        return Correction(rest=rest, is_correcting=True)
    return None


def removal(body: str, words: Vocabulary) -> Correction | None:
    """'Remove the go live date', 'no new end date', 'take capacity off the issues'."""
    for field_ in words.fields:
        label = field_.label
        if field_.kind == "list":
            off = re.fullmatch(
                rf"(?:{_REMOVE}|(?:please )?take) (?:the )?(?P<v>{field_.value})"
                rf"(?: (?:off|out of|from|as an issue|from the list)(?: (?:the )?(?:{label}|list))?)?",
                body,
                re.IGNORECASE,
            )
            if off:
                return Correction(Act("remove", {"field": field_.key, "value": field_.parse(off["v"], False)}))
        named = re.fullmatch(
            rf"{_REMOVE} {_PART}{label}(?: (?:date|bit|part|answer|text))?{_NOT_NEEDED}"
            rf"|(?:no,? )?leave (?:the )?{label}(?: date)? (?:blank|empty|out)",
            body,
            re.IGNORECASE,
        )
        none = field_.kind == "date" and re.fullmatch(
            rf"(?:there is |there's )?no {label}(?: date)?", body, re.IGNORECASE
        )
        if named or none:
            return Correction(Act("remove", {"field": field_.key}))
    return None


def _listing(body: str, words: Vocabulary, draft: OpenDraft | None) -> Correction | None:
    """'Add funding to the issues', 'not capacity, dependencies': the whole list as it becomes."""
    for field_ in words.fields:
        if field_.kind != "list":
            continue
        before = list((draft.answers.get(field_.key) if draft else None) or [])
        listed = rf"{field_.value}(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)+{field_.value})*"
        add = re.fullmatch(
            rf"(?:please |also |and )*add (?P<v>{listed})"
            rf"(?: (?:to|as)(?: (?:the|an?))? ?(?:{field_.label}|list|it))?(?: (?:as well|too|also))?",
            body,
            re.IGNORECASE,
        )
        swap = _swap(body, field_, listed)
        match = add or swap
        if match is None or (swap and field_.parse(swap["old"], False) not in before):
            continue
        new = [field_.parse(each[0], False) for each in pattern(field_.value).finditer(match["v"])]
        kept = before if add else [key for key in before if key != field_.parse(match["old"], False)]
        return Correction(values={field_.key: list(dict.fromkeys([*kept, *new]))})
    return None


def _swap(body: str, field_: Field, listed: str) -> re.Match[str] | None:
    """Match 'not capacity, dependencies' and 'dependencies, not capacity': the old in `old`, the new in `v`."""
    opening = rf"(?:(?:the )?(?:issues?|{field_.label}) (?:is|are) )?"
    old = rf"(?P<old>{field_.value})"
    return re.fullmatch(
        rf"{opening}not {old}\s*[,;:–—-]*\s*(?:but |it's )?(?P<v>{listed})", body, re.IGNORECASE
    ) or pattern(rf"{opening}(?P<v>{listed}),? (?:not|instead of|rather than) {old}").fullmatch(body)


def _new_text(rest: str, words: Vocabulary) -> Correction | None:
    """'Replace the text with: ...': all the words that stood there."""
    found = _REPLACES_TEXT.match(rest)
    if found is None:
        return None
    return Correction(values={words.programme.form.progress: rest[found.end() :].strip(' "')})


def _should(body: str, rest: str, words: Vocabulary, is_wrong_label: bool) -> str | None:
    """'It should be amber', 'the impact should say ...', 'make it red', 'wrong go live, it's 7 June', said plainly."""
    for field_ in words.fields:
        said = _field_should(body, field_, is_wrong_label)
        if said:
            joint = ": " if field_.kind in ("text", "list") else " "
            return f"{rest[said.start('label') : said.end('label')]}{joint}{rest[said.end() :]}"
    value = words.status.value
    swapped = pattern(rf"(?:swap|replace|change) {value} (?:for|with|to|by) (?P<new>{value})").fullmatch(body)
    if swapped:
        return swapped["new"]
    bare = _SHOULD_BE.match(body)
    return rest[bare.end() :] if bare and rest[bare.end() :].strip() else None


def _field_should(body: str, field_: Field, is_wrong_label: bool) -> re.Match[str] | None:
    """Match what stands before the value that a field should have, with the field's label in `label`."""
    named = rf"(?:the )?(?P<label>{field_.label})(?: date)?"
    is_not = r"(?:shouldn't|should not|isn't|is not|wasn't) (?:be |is )?"
    ways = [
        rf"{named} {_SHOULD}\s*:?\s*",
        rf"{_CHANGE} {named} (?:to|as|into)\s+",
        rf"{named} {is_not}[^,;]+[,;–-]+ (?:but |it's |its |it is |it should be |should be )+",
    ]
    if is_wrong_label:
        ways.append(rf"{named}[\s,;:–—-]+(?:it's|its|it is|it should be|should be)\s+")
    return next((said for way in ways if (said := re.match(way, body, re.IGNORECASE))), None)

#!/usr/bin/env python3
"""Scores readings of the corpus of words: python3 score.py CASES.jsonl READINGS.jsonl [--all]

A reading is one line for each case; its texts and its act may be null:
{"id": "...", "items": [{"ref": "...", "set": {}, "offer": {}, "text": "..."}], "act": {...}, "ask": false}

It exits with 0 only where nothing is misread and at least 0.90 of the cases that have something to understand are
understood. The rules are in README.md. The standard library is all that it needs.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]
NEEDED = 0.90
SHOWS = {"who_reads", "when_due", "why_me", "what_asked", "my", "help", "history", "status"}
"""Acts that only show something. A wrong one is not understood; it is a misreading only where it loses an answer."""
NAMES = ("to", "who", "delegate", "post")
DAYS = ("until", "from", "to", "on")
PROGRESS = {"strategic-delivery-plan": "progress_description", "kpi-return": "comment", "risk-review": "comment"}
TEXTS = {
    "progress_description",
    "end_date_reason",
    "issues_other",
    "issue_detail",
    "issue_impact",
    "mitigating_actions",
    "comment",
    "action",
    "reason",
}
EMOJI = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]|:[a-z][a-z_+-]*:")
ENDS = ".,;:!?…–—-/|()[]\"'“”‘’<>=*_~`"
BULLET = re.compile(r"\s*[-*•·▪◦–—]\s+")


def tokens(text: str | None) -> list[str]:
    """The words of a text in order, with a mark where a line ends and where a bullet stands."""
    found: list[str] = []
    for line in (text or "").splitlines():
        words = [re.sub(r"[*_~`]", "", EMOJI.sub("", word)).strip(ENDS) for word in line.split()]
        words = [word[:1].lower() + word[1:] for word in words if word]
        if words:
            found += [*(["\n"] if found else []), *(["•"] if BULLET.match(line) else []), *words]
    return found


def folded(words: Sequence[str]) -> list[str]:
    return [word.casefold() for word in words]


def is_within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the words of the one stand in the other, in that order."""
    left = iter(whole)
    return all(word in left for word in part)


def runs_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the words of the one stand in the other side by side."""
    return any(whole[n : n + len(part)] == part for n in range(len(whole) - len(part) + 1))


def number(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", "").rstrip("%"))
    except ValueError:
        return None


def digits(value: Any) -> set[str]:
    """The numbers in a text without their leading noughts; of an ISO date the day alone."""
    text = str(value)
    text = text[8:10] if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text.replace(",", "")
    return {n.lstrip("0") for n in re.findall(r"\d+", text)}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def same(expected: Any, actual: Any, key: str = "") -> bool:
    """Whether a value is the one that is expected. The words of a text may stand in more: 'Impact is late opening'."""
    if key in TEXTS and isinstance(expected, str) and isinstance(actual, str):
        if tokens(expected) == ["none"]:
            return tokens(actual) == ["none"]
        return bool(tokens(expected)) and runs_in(tokens(expected), tokens(actual))
    if isinstance(expected, list) or isinstance(actual, list):
        return set(map(str, as_list(expected))) == set(map(str, as_list(actual)))
    if expected is None or actual is None:
        return expected is actual
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        return number(actual) == number(expected)
    return str(expected) == str(actual)


def only_ref(case: Json) -> str | None:
    ref: str | None = case["items"][0]["ref"] if len(case["items"]) == 1 else None
    return ref


class Reading:
    """A reading, or an expectation, with the acts that only fill a field turned into the field."""

    def __init__(self, case: Json, items: Sequence[Json] | None, act: Json | None, ask: bool | None) -> None:
        self.case, self.items, self.ask = case, dict[str | None, Json](), bool(ask)
        self.act: Json | None = dict(act) if act else None
        for item in items or []:
            ref = str(item["ref"]) if item.get("ref") is not None else only_ref(case)
            self.items[ref] = {**item, "ref": ref, "set": dict(item.get("set") or {}), "text": item.get("text") or None}
        if self.act:
            self._turn_into_field(self.act)
        for item in self.items.values():
            for key, value in list(item["set"].items()):
                if value is None and self.act is None:
                    del item["set"][key]
                    self.act = {"do": "remove", "field": key}

    def _turn_into_field(self, act: Json) -> None:
        do, draft = act.get("do"), self.case.get("draft") or {}
        ref = act.get("ref") or only_ref(self.case) or draft.get("ref")
        if do in ("correct", "none"):
            key = act.get("field") or self.case.get("lacking")
            value = "none" if do == "none" else act.get("value")
            there = self._values_of(ref)
            if key not in there or same(there[key], value, str(key)):
                there[key] = value  # else the item says one thing and the act another: what the item says is judged
        elif do == "remove" and act.get("value") is not None:
            key = act.get("field")
            before = (draft.get("set") or {}).get(key) or []
            self._values_of(ref)[key] = [each for each in before if each != act["value"]]
        elif do != "add_to_text":
            return
        self.act = None

    def _values_of(self, ref: str | None) -> dict[str | None, Any]:
        values: dict[str | None, Any] = self.items.setdefault(ref, {"ref": ref, "set": {}, "text": None})["set"]
        return values

    @property
    def is_empty(self) -> bool:
        said = any(item["set"] or item.get("offer") or item["text"] for item in self.items.values())
        return self.act is None and not self.ask and not said


def same_act(expected: Json | None, actual: Json | None, case: Json) -> bool:
    if expected is None or actual is None:
        return expected is actual
    if expected["do"] != actual.get("do"):
        return False
    every = {item["ref"] for item in case["items"]}
    said = [(key, value, actual.get(key)) for key, value in expected.items() if key != "do"]
    if any(value is None or not same_word(key, wanted, value, every) for key, wanted, value in said):
        return False
    return "ref" in expected or actual.get("ref") is None or len(every) <= 1


def same_word(key: str, expected: Any, actual: Any, every: set[str]) -> bool:
    """Whether a word of an act is the one that is expected: refs, days, names or whatever else it says."""
    if key == "ref":
        wanted, given = set(as_list(expected)), set(as_list(actual))
        wanted, given = every if wanted == {"all"} else wanted, every if given == {"all"} else given
        return {ref.casefold() for ref in wanted} == {str(ref).casefold() for ref in given}
    if key in DAYS and re.fullmatch(r"\d{4}-\d\d(-\d\d)?", str(expected)):
        return bool(str(actual)[: len(expected)] == expected)
    if key in NAMES:
        return set(folded(tokens(expected))) <= set(folded(tokens(str(actual))))
    return same(expected, actual, key) or str(expected).casefold() == str(actual).casefold()


def misreadings(case: Json, expected: Reading, actual: Reading) -> Iterator[str]:
    """What is wrong with a reading: each is something that would be stored, done or lost against the person's words."""
    for ref, item in actual.items.items():
        want = expected.items.get(ref)
        if want is None and not actual.ask and (item["set"] or item["text"]):
            yield f"item {ref}{not_said(case, expected, item)}"
            continue
        want = want or {"set": {}, "may": {}, "never": {}, "text": None, "text_lacks": []}
        yield from (f"item {ref}: {why}" for why in wrong_values(case, item, want))
        yield from (f"item {ref}: {why}" for why in wrong_text(case, item, want, actual.ask))
    if actual.ask or actual.is_empty:
        return
    if not case["expect"]["ask"]:
        for ref, want in expected.items.items():
            item = actual.items.get(ref) or {"set": {}, "offer": {}, "text": None}
            yield from (f"item {ref}: {why}" for why in lost_words(item, want))
            yield from (f"item {ref}: {why}" for why in lost_values(case, item, want))
    is_wrong = actual.act and (not same_act(expected.act, actual.act, case) or case["expect"]["ask"])
    if actual.act and is_wrong and actual.act.get("do") not in SHOWS:
        said = "nothing plain" if case["expect"]["ask"] else case["expect"]["act"]
        yield f"act {actual.act} was carried out; said was {said}"


def not_said(case: Json, expected: Reading, item: Json) -> str:
    """What is wrong with an item of which nothing was expected."""
    if item["set"]:
        return ": nothing is said of it"
    if len(expected.items) == 1 and None in expected.items and case["expect"]["ask"]:
        return " was taken, and it is not said which"
    return f": {item['text']!r} is no answer"


def wrong_values(case: Json, item: Json, want: Json) -> Iterator[str]:
    progress = PROGRESS[case["programme"]]
    allowed = {**(want.get("may") or {}), **want["set"]}
    for key, value in item["set"].items():
        if key == progress and key not in allowed:
            yield f"{key} is set; progress is the item's text"
            continue
        good = [each[key] for each in (want["set"], want.get("may") or {}) if key in each]
        if not any(same(each, value, key) for each in good):
            banned = want.get("never", {}).get(key)
            is_banned = banned == "*" or (banned is not None and value in banned)
            yield f"{key} = {value!r}, {'which must never be' if is_banned else 'which is not said'}"
        elif key in want["set"] and has_words_of_its_own(value, good[0], case["says"]):
            yield f"{key} has words that were not said: {value!r}"


def has_words_of_its_own(value: Any, expected: Any, says: str) -> bool:
    """Whether a value that is to be several words has others than were said."""
    is_text = isinstance(expected, str) and len(tokens(expected)) > 1
    return is_text and not is_within([word for word in tokens(str(value)) if word != "•"], tokens(says))


def wrong_text(case: Json, item: Json, want: Json, asks: bool) -> Iterator[str]:
    text, expect = tokens(item["text"]), case["expect"]
    if text and not is_within(text, tokens(case["says"])):
        yield f"the text is not what was said: {item['text']!r}"
    for words in want.get("text_lacks", []):
        if tokens(words) and runs_in(folded(tokens(words)), folded(text)):
            yield f"{words!r} is no part of an answer"
    sets = any(each["ref"] == item["ref"] and each.get("set") for each in expect["items"])
    is_request = expect["act"] and expect["act"]["do"] not in ("no_change", "add_to_text") and not sets
    if text and not want["text"] and is_request and not expect["ask"] and not asks:
        yield f"{item['text']!r} is a request or a correction, kept as an answer"


def lost_words(item: Json, want: Json) -> Iterator[str]:
    if not want["text"]:
        return
    texts = [tokens(item["text"]), *(tokens(value) for value in item["set"].values() if isinstance(value, str))]
    if not any(is_within(tokens(want["text"]), each) for each in texts):
        yield f"words are lost: {want['text']!r} became {item['text']!r}"
    elif not all(any(runs_in(tokens(words), each) for each in texts) for words in want.get("text_contains", [])):
        yield f"words are lost: {want['text_contains']!r} became {item['text']!r}"


def lost_values(case: Json, item: Json, want: Json) -> Iterator[str]:
    if case["draft"]:
        return
    kept = tokens(item["text"])
    for key, value in {**(want.get("may") or {}), **want["set"]}.items():
        if key in item["set"] or key in (item.get("offer") or {}) or key == PROGRESS[case["programme"]]:
            continue
        if isinstance(value, str) and len(tokens(value)) > 1 and not is_within(tokens(value), kept):
            yield f"words are lost: {value!r} is neither in {key} nor in the text"
        elif re.search(r"\d", str(value)) and not digits(value) & digits(" ".join(kept)):
            yield f"{key} {value!r} is neither set nor in the text"


def is_understood(case: Json, expected: Reading, actual: Reading) -> bool:
    if actual.ask and not case["expect"]["ask"]:
        return False
    for ref, want in expected.items.items():
        item = actual.items.get(ref) or {"set": {}}
        if any(key not in item["set"] or not same(value, item["set"][key], key) for key, value in want["set"].items()):
            return False
    return same_act(expected.act, actual.act, case)


def judge(case: Json, raw: Json) -> tuple[str, list[str]]:
    """(what came of it, the misreadings)."""
    expect = case["expect"]
    expected = Reading(case, expect["items"], expect["act"], expect["ask"])
    actual = Reading(case, raw.get("items"), raw.get("act"), raw.get("ask"))
    wrong = list(misreadings(case, expected, actual))
    if wrong:
        return "misread", wrong
    if expect["ask"]:
        return ("asked rightly" if actual.ask else "not asked"), []
    is_nothing = expected.act is None and not any(item["set"] or item["text"] for item in expected.items.values())
    if is_nothing and not actual.ask:
        return "rightly nothing", []
    if actual.is_empty:
        return "refused", []
    if actual.ask:
        return "asked", []
    return ("understood" if is_understood(case, expected, actual) else "partly"), []


def has_something(case: Json) -> bool:
    """Whether there is something to understand: a field or an act that is said plainly."""
    expect = case["expect"]
    return not expect["ask"] and bool(expect["act"] or any(item["set"] for item in expect["items"]))


def offers(case: Json, raw: Json) -> tuple[int, int, int]:
    """How many offers could be made, how many of those were made, and how many were made in all."""
    wanted = {(i["ref"], key): value for i in case["expect"]["items"] for key, value in i["offer"].items()}
    made = {
        (i.get("ref") or only_ref(case), key): value
        for i in raw.get("items") or []
        for key, value in (i.get("offer") or {}).items()
    }
    return len(wanted), sum(key in made and same(value, made[key]) for key, value in wanted.items()), len(made)


def read_lines(path: str | Path) -> list[Json]:
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


@dataclass
class Score:
    """What came of the cases: by kind how many of each result, by result which cases, and why those are misread."""

    by_kind: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_result: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[tuple[Json, list[str]]] = field(default_factory=list)
    something: int = 0
    understood: int = 0
    offers: tuple[int, int, int] = (0, 0, 0)

    def add(self, case: Json, raw: Json) -> None:
        result, why = judge(case, raw)
        self.by_kind[case["kind"]][result] += 1
        self.by_result[result].append(case["id"])
        self.wrong += [(case, why)] if why else []
        if has_something(case):
            self.something += 1
            self.understood += result == "understood"
            self.by_kind[case["kind"]]["something"] += 1
            self.by_kind[case["kind"]]["got"] += result == "understood"
        before, new = self.offers, offers(case, raw)
        self.offers = (before[0] + new[0], before[1] + new[1], before[2] + new[2])

    @property
    def share(self) -> float:
        return self.understood / self.something if self.something else 1.0

    def print(self, count: int) -> None:
        print(f"Misread: {len(self.wrong)} of {count}")
        for case, why in self.wrong:
            print(f"  {case['id']}  {case['says']!r}")
            for each in why:
                print(f"      {each}")
        print("\nkind           cases  misread  understood        asked  refused  partly")
        for kind, n in self.by_kind.items():
            print_kind(kind, n)
        print(
            f"\nUnderstood: {self.understood} of {self.something} that have something to understand"
            f" ({self.share:.1%}; needed {NEEDED:.0%})"
        )
        n = Counter({result: len(ids) for result, ids in self.by_result.items()})
        should = n["asked rightly"] + n["not asked"] + sum(bool(case["expect"]["ask"]) for case, _ in self.wrong)
        print(f"Asked: {n['asked rightly']} of the {should} where it is unsure; and {n['asked']} where it was plain")
        print(f"Refused: {n['refused']}. Partly understood: {n['partly']}. Rightly nothing: {n['rightly nothing']}")
        wanted, right, made = self.offers
        print(f"Offers: {right} of the {wanted} that could be made; {made} were made")


def print_kind(kind: str, n: Counter[str]) -> None:
    every = sum(count for name, count in n.items() if name not in ("something", "got"))
    share = f"{n['got']}/{n['something']} {n['got'] / n['something']:.0%}" if n["something"] else "–"
    asked = n["asked"] + n["asked rightly"]
    print(f"{kind:14} {every:5} {n['misread']:8}  {share:>12} {asked:12} {n['refused']:8} {n['partly']:7}")


def main(argv: Sequence[str]) -> int:
    paths = [each for each in argv if not each.startswith("--")]
    if len(paths) != 2:
        print((__doc__ or "").strip())
        return 2
    cases, readings = read_lines(paths[0]), {each["id"]: each for each in read_lines(paths[1])}
    score = Score()
    for case in cases:
        score.add(case, readings.get(case["id"]) or {})
    score.print(len(cases))
    missing = [case["id"] for case in cases if case["id"] not in readings]
    if missing:
        print(f"No reading at all: {len(missing)}")
    if "--all" in argv:
        for result in ("refused", "asked", "not asked", "partly"):
            print(f"\n{result}: {' '.join(score.by_result[result]) or '–'}")
    return 0 if not score.wrong and score.share >= NEEDED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

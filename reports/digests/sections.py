"""The sections of a digest: each shows figures in words, by its own template in templates/digest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from remembrancer.reports.answer_text import in_words, option_in_words
from remembrancer.rules.programmes.answers import Answers, is_nothing, moved_dates
from remembrancer.rules.programmes.figures import Period, Told, in_group
from remembrancer.rules.programmes.measures import BaseMeasure
from remembrancer.rules.programmes.spec import Programme, Question, Section
from remembrancer.wording import render, short_day


@dataclass(frozen=True)
class Source:
    """What sections are made from. `returns`, `last` (answers) and `titles` are by ref; `kinds` words by board kind."""

    programme: Programme
    figures: dict[str, Any]
    period: Period
    returns: Mapping[str, Told]
    last: Mapping[str, Answers]
    titles: Mapping[str, str]
    kinds: Mapping[str, str]

    def option_word(self, question: Question, key: str) -> str:
        """A value's word: an option's, or that of the kind of board it is counted under."""
        if any(option.group == key for option in question.choices):
            return self.kinds.get(key, key)
        return option_in_words(question, key)

    def value_word(self, measure: BaseMeasure, key: str) -> str:
        of = str(getattr(measure, "of", "") or getattr(measure, "by", ""))
        if of in self.programme.facts:
            return key.replace("_", " ").capitalize()
        return self.option_word(self.programme.question(of), key)

    def status_word(self, ref: str, last: bool = False) -> str:
        """An item's status in words, now or last time; empty where there is none."""
        status = self.programme.status
        answers = self.last.get(ref) if last else self.returns[ref].answers
        value = (answers or {}).get(status.key)
        return option_in_words(status, value) if value else ""


def section_text(section: Section, source: Source) -> str:
    """The section as Markdown."""
    figure = source.figures.get(section.figure) if section.figure else None
    context = _CONTEXT[section.show](section, source, figure)
    recorded = section.figure is None or figure is not None
    return render(
        f"digest/{section.show}.md",
        section=section,
        value=figure,
        recorded=recorded,
        programme=source.programme,
        titles=source.titles,
        **context,
    )


def _measure(section: Section, source: Source) -> BaseMeasure:
    return source.programme.figures[section.figure or ""]


def _plain(_section: Section, _source: Source, _figure: Any) -> dict[str, Any]:
    return {}


def _counts(section: Section, source: Source, figure: Any) -> dict[str, Any]:
    percents = source.figures.get(section.percent or "") or {}
    previous = source.figures.get(section.previous or "")
    rows = [
        {
            "word": source.value_word(_measure(section, source), key),
            "n": value["n"] if isinstance(value, dict) else value,
            "percent": value["percent"] if isinstance(value, dict) else percents.get(key),
            "previous": previous.get(key) if previous else None,
        }
        for key, value in (figure or {}).items()
    ]
    return {
        "rows": rows,
        "with_percent": bool(percents) or any(isinstance(value, dict) for value in (figure or {}).values()),
        "with_previous": section.previous is not None,
        "previous_recorded": previous is not None,
        "none": source.figures.get(section.none or ""),
        "per_item": source.figures.get(section.per_item or "") or {},
    }


def _milestones(section: Section, source: Source, figure: Any) -> dict[str, Any]:
    previous = source.figures.get(section.previous or "")
    by_kind = (previous or {}).get("by_kind", {})
    rows = [
        {
            "word": source.value_word(_measure(section, source), key),
            "n": n,
            "previous": by_kind.get(key) if previous else None,
        }
        for key, n in ((figure or {}).get("by_kind") or {}).items()
    ]
    return {
        "rows": rows,
        "previous": previous,
        "with_previous": section.previous is not None,
        "previous_recorded": previous is not None,
    }


def _exceptions(section: Section, source: Source, _figure: Any) -> dict[str, Any]:
    return {"items": [_exception(section, source, ref) for ref in _refs(section, source)]}


def _refs(section: Section, source: Source) -> list[str]:
    return [told.ref for told in in_group(source.programme, source.period, section.group or "")]


def _exception(section: Section, source: Source, ref: str) -> dict[str, Any]:
    answers, last = source.returns[ref].answers or {}, source.last.get(ref, {})
    questions = [source.programme.question(key) for key in section.questions]
    said = [
        (question.label, in_words(question, answers.get(question.key)))
        for question in questions
        if question.key in answers and (question.none_word or not is_nothing(question, answers[question.key]))
    ]
    dated = [question for question in source.programme.form.questions if question.type == "dates"]
    return {
        "ref": ref,
        "title": source.titles[ref],
        "status": source.status_word(ref),
        "last": source.status_word(ref, last=True),
        "said": said,
        "moved": [
            (option_in_words(question, key), short_day(was), short_day(answers[question.key][key]))
            for question in dated
            for key, was in moved_dates(question, answers, last).items()
        ],
    }


def _movers(_section: Section, source: Source, _figure: Any) -> dict[str, Any]:
    moved = [
        {"ref": ref, "title": source.titles[ref], "now": now, "last": last}
        for ref in source.returns
        if (now := source.status_word(ref)) and (last := source.status_word(ref, last=True)) and now != last
    ]
    return {"moved": moved, "last_known": bool(source.last)}


def _revised_dates(section: Section, source: Source, figure: Any) -> dict[str, Any]:
    measure = _measure(section, source)
    of, than = getattr(measure, "of", ""), getattr(measure, "than", "")
    rows = [
        {
            "ref": ref,
            "title": source.titles[ref],
            "status": source.status_word(ref),
            "original": short_day(source.returns[ref].facts[than]),
            "new": short_day((source.returns[ref].answers or {})[of]),
            "before": _last_date(source, ref, of),
        }
        for ref in (figure or {}).get("items", [])
    ]
    which = getattr(measure, "of_which", "")
    return {"rows": rows, "of_which": (figure or {}).get(f"of_which_{which}"), "which": which.replace("_", " ")}


def _last_date(source: Source, ref: str, key: str) -> str:
    before = source.last.get(ref, {}).get(key)
    return short_day(before) if before else ""


def _coverage(section: Section, source: Source, figure: Any) -> dict[str, Any]:
    rows = [{"word": source.kinds.get(kind, kind), "value": value} for kind, value in (figure or {}).items() if value]
    unknown = [source.kinds.get(kind, kind) for kind, value in (figure or {}).items() if value is None]
    return {"rows": rows, "unknown": unknown}


def _group(section: Section, source: Source, figure: Any) -> dict[str, Any]:
    measure = _measure(section, source)
    share = getattr(measure, "share", "")
    rows = [
        {"word": source.value_word(measure, key), "n": n}
        for key, n in (figure or {}).items()
        if key not in ("total", "percent", share)
    ]
    return {"rows": rows, "share": share.replace("_", " "), "shared": (figure or {}).get(share)}


_CONTEXT: dict[str, Callable[[Section, Source, Any], dict[str, Any]]] = {
    "submissions": _plain,
    "counts": _counts,
    "exceptions": _exceptions,
    "movers": _movers,
    "revised_dates": _revised_dates,
    "milestones": _milestones,
    "with_without": _plain,
    "coverage": _coverage,
    "missing": _plain,
    "group": _group,
}

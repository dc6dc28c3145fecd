"""The sections of a digest: what each needs of the programme file, and what its template shows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remembrancer.reports.answer_text import in_lines, in_words, option_in_words
from remembrancer.rules.programmes.answers import Answers
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


@dataclass(frozen=True)
class SectionKind:
    """A kind of section: what its template shows besides the figure's own value, None where that was not recorded.

    Its template is templates/digest/NAME.md, by the name in SECTIONS. `tells` says by the value and what is shown
    whether there is anything to tell. `needs` are the keys that the programme file must give it.
    """

    shown: Callable[[Section, Source, Any], dict[str, Any]]
    tells: Callable[[Any, Mapping[str, Any]], Any]
    needs: tuple[str, ...] = ("figure",)


def sections_text(sections: Sequence[Section], source: Source) -> list[str]:
    """The sections that have something to tell, as Markdown, and a last part that names those which have not."""
    texts, empty, not_recorded = [], [], []
    for section in sections:
        value = source.figures.get(section.figure or "")
        kind = SECTIONS[section.show]
        shown = kind.shown(section, source, value)
        if section.figure is not None and value is None:
            not_recorded.append(section.title)
        elif not kind.tells(value, shown):
            empty.append(section.title)
        else:
            texts.append(_section_text(section, source, value, shown))
    nothing = render("digest/nothing_under.md", empty=empty, not_recorded=not_recorded)
    return [*texts, nothing] if nothing else texts


def _section_text(section: Section, source: Source, value: Any, shown: Mapping[str, Any]) -> str:
    answers = [told.answers for told in source.period.returns]
    return render(
        f"digest/{section.show}.md",
        section=section,
        value=value,
        programme=source.programme,
        titles=source.titles,
        received=sum(each is not None for each in answers),
        of=len(answers),
        **shown,
    )


def section_faults(section: Section) -> Iterator[str]:
    """What a programme file says wrongly of a section: it is not known, or lacks what it needs."""
    kind = SECTIONS.get(section.show)
    if kind is None:
        yield f"no section is called {section.show}"
        return
    needed = [name for name in kind.needs if not getattr(section, name)]
    yield from (f"the section '{section.title}' shows {section.show}, and needs a {name}" for name in needed)


def _measure(section: Section, source: Source) -> BaseMeasure:
    return source.programme.figures[section.figure or ""]


def _value_alone(_section: Section, _source: Source, _value: Any) -> dict[str, Any]:
    return {}


def _counts(section: Section, source: Source, value: Any) -> dict[str, Any]:
    """A table by value, with percentages, last time's counts and what else the section names."""
    figures, measure, counts = source.figures, _measure(section, source), value or {}
    percents = figures.get(section.percent or "") or {}
    previous = figures.get(section.previous or "")
    rows = [
        {
            "word": source.value_word(measure, key),
            "n": count["n"] if isinstance(count, dict) else count,
            "percent": count["percent"] if isinstance(count, dict) else percents.get(key),
            "previous": previous.get(key) if previous else None,
        }
        for key, count in counts.items()
    ]
    return {
        "rows": rows,
        "of_all": measure.among is None,
        "with_percent": bool(percents) or any(isinstance(count, dict) for count in counts.values()),
        "with_previous": section.previous is not None,
        "previous_recorded": previous is not None,
        "none": figures.get(section.none or ""),
        "per_item": figures.get(section.per_item or "") or {},
    }


def _milestones(section: Section, source: Source, value: Any) -> dict[str, Any]:
    """A table of dates by kind, and last time's."""
    measure, previous = _measure(section, source), source.figures.get(section.previous or "")
    by_kind = (previous or {}).get("by_kind", {})
    return {
        "rows": [
            {"word": source.value_word(measure, key), "n": n, "previous": by_kind.get(key)}
            for key, n in (value or {}).get("by_kind", {}).items()
        ],
        "previous": previous,
        "with_previous": section.previous is not None,
        "previous_recorded": previous is not None,
    }


def _exceptions(section: Section, source: Source, _value: Any) -> dict[str, Any]:
    """Each item of a group, with its answers and moved dates."""
    returns = in_group(source.programme, source.period, section.group or "")
    return {"items": [_exception(section, source, told.ref) for told in returns]}


def _exception(section: Section, source: Source, ref: str) -> dict[str, Any]:
    answers, last = source.returns[ref].answers or {}, source.last.get(ref, {})
    questions = [source.programme.question(key) for key in section.questions]
    said = [
        (question.label, in_lines(in_words(question, answers.get(question.key))))
        for question in questions
        if question.key in answers and (question.none_word or not question.kind.is_nothing(answers[question.key]))
    ]
    return {
        "ref": ref,
        "title": source.titles[ref],
        "status": source.status_word(ref),
        "last": source.status_word(ref, last=True),
        "said": said,
        "moved": [
            (option_in_words(question, key), short_day(was), short_day(answers[question.key][key]))
            for question in source.programme.form.questions
            for key, was in question.kind.moved(answers.get(question.key), last.get(question.key)).items()
        ],
    }


def _movers(_section: Section, source: Source, _value: Any) -> dict[str, Any]:
    """The items whose status is not what it was last time."""
    moved = [
        {"ref": ref, "title": source.titles[ref], "now": now, "last": last}
        for ref in source.returns
        if (now := source.status_word(ref)) and (last := source.status_word(ref, last=True)) and now != last
    ]
    return {"moved": moved}


def _revised_dates(section: Section, source: Source, value: Any) -> dict[str, Any]:
    """A table of dates that are later than they were to be."""
    measure, figure = _measure(section, source), value or {}
    of, than, which = (getattr(measure, name, "") for name in ("of", "than", "of_which"))
    rows = [
        {
            "ref": ref,
            "title": source.titles[ref],
            "status": source.status_word(ref),
            "original": short_day(source.returns[ref].facts[than]),
            "new": short_day(source.returns[ref].value(of)),
            "before": short_day(before) if (before := source.last.get(ref, {}).get(of)) else "",
        }
        for ref in figure.get("items", [])
    ]
    return {"rows": rows, "of_which": figure.get(f"of_which_{which}"), "which": which.replace("_", " ")}


def _coverage(_section: Section, source: Source, value: Any) -> dict[str, Any]:
    """How many of those that expect to report to a kind of board are on its forward plan."""
    words = [(source.kinds.get(kind, kind), each) for kind, each in (value or {}).items()]
    rows = [{"word": word, "value": each} for word, each in words if each]
    return {"rows": rows, "unknown": [word for word, each in words if each is None]}


def _group(section: Section, source: Source, value: Any) -> dict[str, Any]:
    """A group by status, and its share."""
    measure, figure = _measure(section, source), value or {}
    share = getattr(measure, "share", "")
    rows = [
        {"word": source.value_word(measure, key), "n": n}
        for key, n in figure.items()
        if key not in ("total", "percent", share)
    ]
    return {"rows": rows, "share": share.replace("_", " "), "shared": figure.get(share)}


SECTIONS: Mapping[str, SectionKind] = {
    "submissions": SectionKind(_value_alone, lambda value, _shown: value["of"]),
    "counts": SectionKind(_counts, lambda _value, shown: any(row["n"] for row in shown["rows"])),
    "exceptions": SectionKind(_exceptions, lambda _value, shown: shown["items"], needs=("group",)),
    "movers": SectionKind(_movers, lambda _value, shown: shown["moved"], needs=()),
    "revised_dates": SectionKind(_revised_dates, lambda _value, shown: shown["rows"]),
    "milestones": SectionKind(_milestones, lambda value, _shown: value["reporting"]),
    "with_without": SectionKind(_value_alone, lambda value, _shown: value["of"]),
    "coverage": SectionKind(_coverage, lambda _value, shown: any(row["value"]["of"] for row in shown["rows"])),
    "missing": SectionKind(_value_alone, lambda value, _shown: value),
    "group": SectionKind(_group, lambda value, _shown: value["total"]),
}
"""By what a programme file's `show` calls them."""

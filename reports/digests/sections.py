"""The sections of a digest, one class for each: its template, what it needs of the programme file, what it shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from remembrancer.reports.answer_text import in_words, option_in_words
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


def section_text(section: Section, source: Source) -> str:
    """The section as Markdown."""
    return SECTIONS[section.show](section, source).text()


def section_faults(section: Section) -> Iterator[str]:
    """What a programme file says wrongly of a section: it is not known, or lacks what it needs."""
    kind = SECTIONS.get(section.show)
    if kind is None:
        yield f"no section is called {section.show}"
        return
    needed = [name for name in kind.needs if not getattr(section, name)]
    yield from (f"the section '{section.title}' shows {section.show}, and needs a {name}" for name in needed)


class DigestSection:
    """One section of a digest, with the value of its figure; None where that was not recorded."""

    template: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ("figure",)
    """The keys that the programme file must give it."""

    def __init__(self, section: Section, source: Source) -> None:
        self.section, self.source = section, source
        self.value = source.figures.get(section.figure or "")

    def text(self) -> str:
        """The section as Markdown."""
        return render(
            self.template,
            section=self.section,
            value=self.value,
            recorded=self.section.figure is None or self.value is not None,
            programme=self.source.programme,
            titles=self.source.titles,
            **self.shown(),
        )

    def shown(self) -> dict[str, Any]:
        """What the template shows besides the figure's own value."""
        return {}

    @property
    def measure(self) -> BaseMeasure:
        return self.source.programme.figures[self.section.figure or ""]


class SubmissionsSection(DigestSection):
    """How many answered."""

    template = "digest/submissions.md"


class CountsSection(DigestSection):
    """A table by value, with percentages, last time's counts and what else the section names."""

    template = "digest/counts.md"

    def shown(self) -> dict[str, Any]:
        figures, section, counts = self.source.figures, self.section, self.value or {}
        percents = figures.get(section.percent or "") or {}
        previous = figures.get(section.previous or "")
        rows = [
            {
                "word": self.source.value_word(self.measure, key),
                "n": value["n"] if isinstance(value, dict) else value,
                "percent": value["percent"] if isinstance(value, dict) else percents.get(key),
                "previous": previous.get(key) if previous else None,
            }
            for key, value in counts.items()
        ]
        return {
            "rows": rows,
            "with_percent": bool(percents) or any(isinstance(value, dict) for value in counts.values()),
            "with_previous": section.previous is not None,
            "previous_recorded": previous is not None,
            "none": figures.get(section.none or ""),
            "per_item": figures.get(section.per_item or "") or {},
        }


class MilestonesSection(DigestSection):
    """A table of dates by kind, and last time's."""

    template = "digest/milestones.md"

    def shown(self) -> dict[str, Any]:
        previous = self.source.figures.get(self.section.previous or "")
        by_kind = (previous or {}).get("by_kind", {})
        rows = [
            {
                "word": self.source.value_word(self.measure, key),
                "n": n,
                "previous": by_kind.get(key) if previous else None,
            }
            for key, n in ((self.value or {}).get("by_kind") or {}).items()
        ]
        return {
            "rows": rows,
            "previous": previous,
            "with_previous": self.section.previous is not None,
            "previous_recorded": previous is not None,
        }


class ExceptionsSection(DigestSection):
    """Each item of a group, with its answers and moved dates."""

    template = "digest/exceptions.md"
    needs = ("group",)

    def shown(self) -> dict[str, Any]:
        source = self.source
        returns = in_group(source.programme, source.period, self.section.group or "")
        return {"items": [self._item(told.ref) for told in returns]}

    def _item(self, ref: str) -> dict[str, Any]:
        source = self.source
        answers, last = source.returns[ref].answers or {}, source.last.get(ref, {})
        questions = [source.programme.question(key) for key in self.section.questions]
        said = [
            (question.label, in_words(question, answers.get(question.key)))
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


class MoversSection(DigestSection):
    """The items whose status is not what it was last time."""

    template = "digest/movers.md"
    needs = ()

    def shown(self) -> dict[str, Any]:
        source = self.source
        moved = [
            {"ref": ref, "title": source.titles[ref], "now": now, "last": last}
            for ref in source.returns
            if (now := source.status_word(ref)) and (last := source.status_word(ref, last=True)) and now != last
        ]
        return {"moved": moved, "last_known": bool(source.last)}


class RevisedDatesSection(DigestSection):
    """A table of dates that are later than they were to be."""

    template = "digest/revised_dates.md"

    def shown(self) -> dict[str, Any]:
        measure, source, figure = self.measure, self.source, self.value or {}
        of, than = getattr(measure, "of", ""), getattr(measure, "than", "")
        rows = [
            {
                "ref": ref,
                "title": source.titles[ref],
                "status": source.status_word(ref),
                "original": short_day(source.returns[ref].facts[than]),
                "new": short_day(source.returns[ref].value(of)),
                "before": self._last_date(ref, of),
            }
            for ref in figure.get("items", [])
        ]
        which = getattr(measure, "of_which", "")
        return {"rows": rows, "of_which": figure.get(f"of_which_{which}"), "which": which.replace("_", " ")}

    def _last_date(self, ref: str, key: str) -> str:
        before = self.source.last.get(ref, {}).get(key)
        return short_day(before) if before else ""


class WithWithoutSection(DigestSection):
    """How many gave an answer, and who gave none."""

    template = "digest/with_without.md"


class CoverageSection(DigestSection):
    """How many of those that expect to report to a kind of board are on its forward plan."""

    template = "digest/coverage.md"

    def shown(self) -> dict[str, Any]:
        words = [(self.source.kinds.get(kind, kind), value) for kind, value in (self.value or {}).items()]
        rows = [{"word": word, "value": value} for word, value in words if value]
        return {"rows": rows, "unknown": [word for word, value in words if value is None]}


class MissingSection(DigestSection):
    """The items without an update."""

    template = "digest/missing.md"


class GroupSection(DigestSection):
    """A group by status, and its share."""

    template = "digest/group.md"

    def shown(self) -> dict[str, Any]:
        share = getattr(self.measure, "share", "")
        rows = [
            {"word": self.source.value_word(self.measure, key), "n": n}
            for key, n in (self.value or {}).items()
            if key not in ("total", "percent", share)
        ]
        return {"rows": rows, "share": share.replace("_", " "), "shared": (self.value or {}).get(share)}


SECTIONS: Mapping[str, type[DigestSection]] = {
    "submissions": SubmissionsSection,
    "counts": CountsSection,
    "exceptions": ExceptionsSection,
    "movers": MoversSection,
    "revised_dates": RevisedDatesSection,
    "milestones": MilestonesSection,
    "with_without": WithWithoutSection,
    "coverage": CoverageSection,
    "missing": MissingSection,
    "group": GroupSection,
}
"""By what a programme file's `show` calls them."""

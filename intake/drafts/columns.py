"""Guesses what each column of a monitoring sheet is to a programme: from its header first, and then from its cells."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from remembrancer.intake.drafts.cell_kinds import Held, Kind, what_is_held
from remembrancer.intake.drafts.header_words import Meaning, means, rank, without_period
from remembrancer.intake.drafts.sheet import Column, Sheet
from remembrancer.intake.tables.mapped_reader import join_numbers
from remembrancer.intake.tables.rows import Fault
from remembrancer.wording import phrase

_OF_REGISTER = (Meaning.GROUP, Meaning.TARGET, Meaning.FIXED)


class Use(StrEnum):
    """What becomes of columns: a fact of the register, a question (by its type), or nothing."""

    FACT = "fact"
    DATE_FACT = "date_fact"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Series:
    """A column, or several that are one question in several periods ('Q1 RAG', 'Q2 RAG')."""

    label: str
    columns: Sequence[Column]

    @property
    def texts(self) -> list[str]:
        return [text for column in self.columns for text in column.texts]

    @property
    def place(self) -> str:
        """Where it is in the sheet: "column G 'RAG'"."""
        letters, header = ", ".join(each.letter for each in self.columns), self.columns[0].header
        return phrase("draft.columns" if len(self.columns) > 1 else "draft.column", letters=letters, header=header)

    def means(self, meaning: Meaning) -> bool:
        return means(self.columns[0].header, meaning)


@dataclass(frozen=True)
class Guess:
    """What is made of a series; `why` names the sentence draft.WHY that gives the reason."""

    series: Series
    use: Use
    held: Held
    why: str


@dataclass(frozen=True)
class Guesses:
    """What the columns of a sheet are; without `ref`, items are numbered."""

    ref: Column | None
    title: Column
    lead: Column
    others: list[Guess] = field(default_factory=list)

    def of(self, *uses: Use) -> list[Guess]:
        return [guess for guess in self.others if guess.use in uses]


def guess_columns(sheet: Sheet, is_known: Callable[[str], bool]) -> Guesses | None:
    """Guess what each column is; `is_known` tells whether a text is a post or a person. None, with problems, where
    the sheet has no titles or leads, or a cell that is wanted cannot be read.
    """
    columns = [column for column in sheet.columns if column.cells]
    lead = _best(columns, Meaning.LEAD) or next((each for each in columns if _mostly(each, is_known)), None)
    columns = [column for column in columns if column is not lead]
    ref = _best(columns, Meaning.REF)
    columns = [column for column in columns if column is not ref]
    own = [each for each in columns if 4 * len(set(each.texts)) >= 3 * len(sheet.rows)]
    title = _best(own, Meaning.TITLE) or _best(columns, Meaning.TITLE) or _longest(sheet, columns)
    headers = ", ".join(column.header for column in sheet.columns)
    for name, found in (("title", title), ("lead", lead)):
        if found is None:
            sheet.source.wrong(sheet.header_row, None, f"draft_no_{name}", headers=headers)
    if title is None or lead is None:
        return None
    taken = (ref, title, lead)
    others = [_guess(series, title) for series in _series([each for each in sheet.columns if each not in taken])]
    for column in [*filter(None, taken), *(each for guess in others for each in _read_columns(guess))]:
        _refuse_faults(sheet, column)
    return None if sheet.source.problems.found else Guesses(ref, title, lead, others)


def _best(columns: Sequence[Column], meaning: Meaning) -> Column | None:
    ranks = [(at, column) for column in columns if (at := rank(column.header, meaning)) is not None]
    return min(ranks, key=lambda each: each[0])[1] if ranks else None


def _mostly(column: Column, is_known: Callable[[str], bool]) -> bool:
    return 2 * sum(is_known(text) for text in column.texts) > len(column.cells)


def _longest(sheet: Sheet, columns: Sequence[Column]) -> Column | None:
    """The longest of the texts that every item has, and has for itself."""
    own = [each for each in columns if len(each.texts) == len(sheet.rows) == len(set(each.texts))]
    texts = [each for each in own if what_is_held(each.texts).kind in (Kind.LONG_TEXT, Kind.SHORT_TEXT)]
    return max(texts, key=lambda each: sum(map(len, each.texts)), default=None)


def _series(columns: Sequence[Column]) -> Iterator[Series]:
    """Yield the columns, those of one question in several periods together, in the order of the first of each."""
    groups: dict[str, list[Column]] = {}
    for column in columns:
        bare = without_period(column.header)
        name = f"{column.at}" if _is_alone(column) else f"period {bare.casefold()}"
        groups.setdefault(name, []).append(column)
    for group in groups.values():
        first = group[0].header
        bare = without_period(first) or phrase("draft.label_of_period")
        yield Series(bare[:1].upper() + bare[1:] if len(group) > 1 else first, group)


def _is_alone(column: Column) -> bool:
    """Whether a column is never one of several periods: what belongs to the register is not asked again."""
    held = what_is_held(column.texts).kind
    alone = (*_OF_REGISTER, Meaning.UPDATED, Meaning.START)
    return held in (Kind.DATES, Kind.LINKS) or any(means(column.header, each) for each in alone)


def _guess(series: Series, title: Column) -> Guess:
    cells = [cell for column in series.columns for cell in column.cells.values()]
    is_day = any(series.means(each) for each in (Meaning.END, Meaning.START, Meaning.NEW_END))
    held = what_is_held(series.texts, series.means(Meaning.STATUS), is_day)
    if cells and all(isinstance(cell, Fault) and cell.name == "formula" for cell in cells):
        return Guess(series, Use.LEFT_OUT, held, "why_calculated")
    if series.means(Meaning.UPDATED):
        return Guess(series, Use.LEFT_OUT, held, "why_updated")
    if held.kind in (Kind.LIST, Kind.LISTS) and series.columns[0].at < title.at and not series.means(Meaning.STATUS):
        return Guess(series, Use.FACT, held, "why_before_title")
    use, why = _BY_KIND[held.kind](series, held)
    return Guess(series, use, held, why)


def _of_nothing(series: Series, _held: Held) -> tuple[Use, str]:
    if series.means(Meaning.STATUS):
        return Use.CHOICE, "why_status_blank"
    return (Use.TEXT, "why_text_blank") if series.means(Meaning.PROGRESS) else (Use.LEFT_OUT, "why_blank")


def _of_dates(series: Series, _held: Held) -> tuple[Use, str]:
    is_new = series.means(Meaning.NEW_END) or (series.means(Meaning.ACTUAL) and series.means(Meaning.END))
    return (Use.DATE, "why_new_date") if is_new else (Use.DATE_FACT, "why_dates")


def _of_numbers(series: Series, held: Held) -> tuple[Use, str]:
    is_asked = len(series.columns) > 1 or series.means(Meaning.ACTUAL) or held.unit == "%"
    if is_asked and not series.means(Meaning.TARGET):
        return Use.NUMBER, "why_number"
    return Use.FACT, "why_figures"


def _of_list(series: Series, held: Held) -> tuple[Use, str]:
    if any(series.means(each) for each in _OF_REGISTER):
        return Use.FACT, "why_group"
    if series.means(Meaning.PROGRESS) and not series.means(Meaning.STATUS):
        return Use.TEXT, "why_text"
    return (Use.CHOICES, "why_lists") if held.kind == Kind.LISTS else (Use.CHOICE, "why_list")


def _of_text(series: Series, held: Held) -> tuple[Use, str]:
    if any(series.means(each) for each in _OF_REGISTER):
        return Use.FACT, "why_group"
    if held.kind == Kind.LONG_TEXT or series.means(Meaning.PROGRESS):
        return Use.TEXT, "why_text"
    return Use.FACT, "why_short_text"


_BY_KIND: dict[Kind, Callable[[Series, Held], tuple[Use, str]]] = {
    Kind.NOTHING: _of_nothing,
    Kind.DATES: _of_dates,
    Kind.SCALE: lambda _series, _held: (Use.CHOICE, "why_scale"),
    Kind.LINKS: lambda _series, _held: (Use.FACT, "why_links"),
    Kind.NUMBERS: _of_numbers,
    Kind.LIST: _of_list,
    Kind.LISTS: _of_list,
    Kind.LONG_TEXT: _of_text,
    Kind.SHORT_TEXT: _of_text,
}


def _read_columns(guess: Guess) -> Sequence[Column]:
    return () if guess.use == Use.LEFT_OUT else guess.series.columns


def _refuse_faults(sheet: Sheet, column: Column) -> None:
    """Refuse what cannot be read, once for each sort of fault in a column."""
    faults: dict[str, list[tuple[int, str]]] = {}
    for row, cell in column.cells.items():
        if isinstance(cell, Fault):
            faults.setdefault(cell.name, []).append((row, cell.shown))
    for name, found in faults.items():
        row, shown = found[0]
        sheet.source.wrong(row, column.header, name, shown=shown, rows=join_numbers([each for each, _ in found]))

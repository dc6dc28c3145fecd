"""Drafts a programme and its items from a monitoring sheet; each part says what it was made of."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from remembrancer.intake.drafts.cell_kinds import Held, Kind
from remembrancer.intake.drafts.columns import Guess, Guesses, Series, Use
from remembrancer.intake.drafts.header_words import Meaning, item_noun
from remembrancer.intake.drafts.keys import Keys, key_of
from remembrancer.intake.drafts.leads import Leads
from remembrancer.intake.drafts.options import DraftOption, in_cells, options_of
from remembrancer.intake.drafts.sheet import Column, Sheet
from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.intake.tables.rows import Row
from remembrancer.wording import phrase

GOOD, BAD = ("blue", "green"), ("amber", "red")


@dataclass(frozen=True)
class DraftFact:
    """A fact of the register; `column` is the sheet's, from which its values are read."""

    key: str
    is_date: bool
    note: str
    column: Column
    label: str


@dataclass(frozen=True)
class DraftQuestion:
    """A question of the form; `last_from` and `not_before` name facts."""

    key: str
    label: str
    ask: str
    use: Use
    note: str
    options: Sequence[DraftOption] = ()
    unit: str = ""
    last_from: str = ""
    not_before: str = ""


@dataclass(frozen=True)
class Draft:
    """A programme as it is drafted; `left_out` are notes on the columns of which nothing is made."""

    key: str
    title: str
    sheet: Sheet
    guesses: Guesses
    item_word: str
    items_word: str
    facts: Sequence[DraftFact]
    questions: Sequence[DraftQuestion]
    status: DraftQuestion
    progress: str
    left_out: Sequence[str]
    items: Sequence[Mapping[str, str]] = field(default_factory=list)

    def in_colours(self, colours: Collection[str]) -> list[str]:
        """The keys of the status's options in these colours."""
        return [option.key for option in self.status.options if option.colour in colours]

    @property
    def good(self) -> list[str]:
        return self.in_colours(GOOD)

    @property
    def bad(self) -> list[str]:
        return self.in_colours(BAD)

    @property
    def groups(self) -> list[DraftFact]:
        """The facts whose values several items share, by which figures count."""
        return [fact for fact in self.facts if not fact.is_date and _is_group(fact)]

    @property
    def shown(self) -> list[str]:
        """The questions whose answers the board is shown of an item that is not on track."""
        return [question.key for question in self.questions if question.key != self.status.key]

    @property
    def end(self) -> DraftQuestion | None:
        return next((question for question in self.questions if question.last_from), None)


def draft_programme(name: str, sheet: Sheet, guesses: Guesses, leads: Leads) -> Draft:
    """Draft a programme called `name`. Adds a problem for each row of the sheet that cannot be an item."""
    keys = Keys()
    facts = [
        DraftFact(
            key=keys.new(column.header, f"column_{column.letter}"),
            is_date=guess.use == Use.DATE_FACT,
            note=_note(guess),
            column=column,
            label=column.header,
        )
        for guess in guesses.of(Use.FACT, Use.DATE_FACT)
        for column in guess.series.columns
    ]
    status = _status(guesses, keys)
    questions = [status[1], *_questions(guesses, facts, status[0], keys)]
    progress = _progress(questions)
    if progress is None:
        progress = _added("progress", Use.TEXT, keys)
        questions.insert(1, progress)
    title, (one, many) = _title(name), item_noun(guesses.title.header)
    left_out = [_note(guess) for guess in guesses.of(Use.LEFT_OUT)]
    words = (one or phrase("draft.item"), many or phrase("draft.items"))
    items = list(_items(sheet, guesses, facts, leads, key_of(name)))
    return Draft(
        key_of(name), title, sheet, guesses, *words, facts, questions, status[1], progress.key, left_out, items
    )


def _title(name: str) -> str:
    words = " ".join(name.split())
    return words.replace("-", " ").capitalize() if words == key_of(name) else words


def _note(guess: Guess) -> str:
    held = guess.held
    values = ", ".join(f"{value} ({count})" for value, count in held.values.items())
    listed = phrase("draft.listed", values=values) if values else ""
    cells = in_cells(len(guess.series.texts))
    why = phrase(f"draft.{guess.why}", values=values, listed=listed, count=len(held.values), cells=cells)
    return phrase("draft.note", place=guess.series.place, why=why)


def _status(guesses: Guesses, keys: Keys) -> tuple[Guess | None, DraftQuestion]:
    """The column that is the scale of a status, and its question; without one, the usual scale."""
    choices = guesses.of(Use.CHOICE)
    for wanted in (
        [each for each in choices if each.held.kind == Kind.SCALE and each.series.means(Meaning.STATUS)],
        [each for each in choices if each.held.kind == Kind.SCALE],
        [each for each in choices if each.series.means(Meaning.STATUS)],
    ):
        if wanted:
            return wanted[0], _question(wanted[0], keys, is_status=True)
    usual = options_of(Held(Kind.NOTHING), is_status=True)
    return None, replace(_added("status", Use.CHOICE, keys), options=usual)


def _questions(
    guesses: Guesses, facts: Sequence[DraftFact], status: Guess | None, keys: Keys
) -> Iterator[DraftQuestion]:
    """The other questions, in the sheet's order; the first new date is asked about the end date, or one is added."""
    end = _end_date(facts)
    start = next((fact.key for fact in facts if fact.is_date and _says(fact, Meaning.START)), "")
    is_asked = False
    for guess in guesses.of(Use.CHOICE, Use.CHOICES, Use.TEXT, Use.NUMBER, Use.DATE):
        if guess is not status:
            of_end = bool(end) and guess.use == Use.DATE and not is_asked
            is_asked = is_asked or of_end
            yield _question(guess, keys, last_from=end if of_end else "", not_before=start if of_end else "")
    if end and not is_asked:
        yield replace(_added("new_end_date", Use.DATE, keys, fact=end), last_from=end, not_before=start)


def _is_group(fact: DraftFact) -> bool:
    values, cells = len(set(fact.column.texts)), len(fact.column.texts)
    return 1 < values < cells and (_says(fact, Meaning.GROUP) or values <= cells / 2)


def _says(fact: DraftFact, meaning: Meaning) -> bool:
    return Series(fact.label, [fact.column]).means(meaning)


def _end_date(facts: Sequence[DraftFact]) -> str:
    """The fact that is an item's end date; of several the original one, or else the last."""
    ends = [fact for fact in facts if fact.is_date and _says(fact, Meaning.END) and not _says(fact, Meaning.START)]
    original = [fact for fact in ends if _says(fact, Meaning.TARGET)]
    return next((fact.key for fact in [*original[:1], *reversed(ends)]), "")


def _question(
    guess: Guess, keys: Keys, is_status: bool = False, last_from: str = "", not_before: str = ""
) -> DraftQuestion:
    label = guess.series.label
    asks = {
        Use.DATE: "ask_new_end_date" if last_from else "ask_date",
        Use.CHOICE: "ask_status" if is_status else "ask_choice",
    }
    ask = phrase(f"draft.{asks.get(guess.use, f'ask_{guess.use}')}", label=label)
    if guess.use == Use.TEXT and guess.series.means(Meaning.PROGRESS):
        ask = phrase("draft.ask_progress")
    return DraftQuestion(
        key=keys.new(label, f"column_{guess.series.columns[0].letter}"),
        label=label,
        ask=ask,
        use=guess.use,
        note=_note(guess),
        options=options_of(guess.held, is_status) if guess.use in (Use.CHOICE, Use.CHOICES) else (),
        unit=guess.held.unit if guess.use == Use.NUMBER else "",
        last_from=last_from,
        not_before=not_before,
    )


def _added(name: str, use: Use, keys: Keys, **said: str) -> DraftQuestion:
    """A question that the sheet does not have."""
    label, ask = phrase(f"draft.{name}"), phrase(f"draft.ask_{name}")
    return DraftQuestion(keys.new(label, name), label, ask, use, phrase(f"draft.added_{name}", **said))


def _progress(questions: Sequence[DraftQuestion]) -> DraftQuestion | None:
    """The question that takes people's own words: the one for progress, or else the last text."""
    texts = [question for question in questions if question.use == Use.TEXT]
    said = [each for each in texts if each.ask == phrase("draft.ask_progress")]
    return next(iter([*said, *reversed(texts)]), None)


def _items(
    sheet: Sheet, guesses: Guesses, facts: Sequence[DraftFact], leads: Leads, programme: str
) -> Iterator[dict[str, str]]:
    """The rows of items.csv. A blank title or lead, a ref that is there twice and a date in doubt are problems."""
    seen: dict[str, tuple[str, int]] = {}
    for number, row in enumerate(sheet.rows, start=1):
        title, lead = (_cell(sheet, column, row) for column in (guesses.title, guesses.lead))
        ref = _cell(sheet, guesses.ref, row) if guesses.ref else None
        own = " ".join(ref.text.split()) if ref else str(number)
        posts = leads.posts_of(lead)
        for cell in (title, lead, ref):
            if cell is not None and not cell.text.strip(";\n "):
                cell.wrong("blank")
        before = seen.setdefault(own.casefold(), (own, row))
        if ref and own and before[1] != row:
            ref.wrong("ref_twice" if before[0] == own else "ref_in_other_capitals", ref=own, other=before[1])
        values = {fact.key: _fact(_cell(sheet, fact.column, row), fact.is_date) for fact in facts}
        lead_post, *others = posts or [""]
        known = {"programme": programme, "ref": own, "title": title.text, "lead_post": lead_post}
        yield {**known, "contributing_posts": "; ".join(others), **values}


def _cell(sheet: Sheet, column: Column, row: int) -> TableCell:
    return TableCell(Row(sheet.source, row, {column.header: column.text(row)}), column.header)


def _fact(cell: TableCell, is_date: bool) -> str:
    if not is_date:
        return cell.text
    day = cell.day(cell.text)
    return day.isoformat() if day else ""

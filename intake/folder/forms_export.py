"""forms/*.xlsx or *.csv: what a forms product exports, a row for each time that somebody sent the form.

Microsoft Forms gives ID, Start time, Completion time, Email, Name and a column for each question, headed by its
sentence; Google Forms gives Timestamp, Email address and the same.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from remembrancer.intake.folder.items import ItemRow
from remembrancer.intake.folder.names import Names
from remembrancer.intake.folder.person_row import PersonRow
from remembrancer.intake.folder.responses import Response, known_ref, read_answers, wanted
from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.time_cells import read_moment
from remembrancer.problems import Problems
from remembrancer.rules.people.person_fields import plain_name, split_identity
from remembrancer.rules.programmes.spec import Programme

HEADERS: dict[str, tuple[str, ...]] = {
    "answered_at": ("Completion time", "Timestamp", "Completed at", "Submitted at"),
    "email": ("Email", "Email address", "E-mail", "Username"),
    "id": ("ID",),
    "started_at": ("Start time",),
    "changed_at": ("Last modified time",),
    "sent_by": ("Name",),
}
EARLIEST = datetime.min.replace(tzinfo=UTC)


class Sent(NamedTuple):
    """One answer, and when and in which row it came; the greatest is the newest."""

    at: datetime
    number: int
    row: Row
    response: Response


def read_forms_export(
    path: Path,
    programme: Programme,
    people: Sequence[PersonRow],
    items: Sequence[ItemRow],
    zone: str,
    problems: Problems,
    spec: TableColumns | None = None,
    all_items: bool = True,
) -> list[Response]:
    """The newest answer for each item; earlier ones are noted. `items` are the programme's own.

    Without `all_items`, some could not be read, so that no answer is said to be of an item that there is not.

    A question is known by its sentence in the programme file (`ask`), by its label, or by what columns.yaml says.
    The item is the one that the ref names; without a ref, the only one that the sender's post leads. Of several people
    at one address, the sender is the one whose name came with the answer.
    """
    answers = wanted(programme, "forms")
    asked: dict[str, tuple[str, ...]] = {q.table_column: (q.key, q.ask, q.label) for q in programme.form.questions}
    columns = Wanted(answers.table, ["answered_at"], [*answers.known, *HEADERS], HEADERS | asked)
    table = read_table(path, columns, problems, name=f"forms/{path.name}", spec=spec or TableColumns())
    refs = Names({item.ref for item in items}, complete=all_items)
    newest: dict[str, Sent] = {}
    for row in table.rows:
        ref = _ref(row, programme, people, items, refs)
        if ref is None:
            continue
        at = read_moment(row, "answered_at", zone)
        if not row["answered_at"]:
            row.wrong("answered_at", "blank")
        given = read_answers(_with_semicolons(row, programme), programme)
        response = Response(ref, given, at, f"forms/{path.name}", row.number)
        sent = Sent(at or EARLIEST, row.number, row, response)
        before = newest.get(ref, sent)
        older, newest[ref] = sorted((before, sent), key=lambda each: (each.at, each.number))
        if older is not newest[ref]:
            older.row.note(None, "answered_again", ref=ref, other=newest[ref].number)
    return [sent.response for sent in newest.values()]


def _ref(
    row: Row, programme: Programme, people: Sequence[PersonRow], items: Sequence[ItemRow], refs: Names
) -> str | None:
    """The item that the row names, or that its sender's posts lead: so a form need not ask which it is about."""
    column, email = programme.ref_column, row["email"]
    if row[column]:
        ref = _named_ref(row[column], refs.known)
        if ref not in refs.known:
            if refs.complete:
                row.wrong(column, "no_such_ref", ref=ref, near=refs.nearest(ref))
            return None
        return ref
    senders = [person for person in people if email and split_identity(person.email)[1] == email.lower()]
    named = [person for person in senders if plain_name(person.name) == plain_name(row["sent_by"])]
    posts = {person.post for person in named or senders if person.post}
    led = [item.ref for item in items if item.lead_post in posts]
    if len(led) != 1 and refs.complete:
        row.wrong("email", "leads_several" if led else "leads_none", email=email, refs=", ".join(led))
    return led[0] if len(led) == 1 else None


def _named_ref(text: str, refs: Collection[str]) -> str:
    """The ref that a cell names, alone or before the item's title, as forms list items: '45 – Local care'."""
    ref = known_ref(text, refs)
    first = text.split(maxsplit=1)[0].rstrip(":.)")
    return first if ref not in refs and first in refs else ref


def _with_semicolons(row: Row, programme: Programme) -> Row:
    """Google Forms divides the options that were ticked by commas, where Microsoft Forms has semicolons."""
    kinds = {question.table_column: question.kind for question in programme.form.questions}
    cells = {name: kinds[name].with_semicolons(text) if name in kinds else text for name, text in row.cells.items()}
    return Row(row.source, row.number, cells)

"""`remembrancer understand CASES.jsonl` and `remembrancer programme read KEY WORDS`: what the chat would understand.

Neither needs a database. A case and a reading are one line of JSON each, as docs/words.md describes them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ValidationError

from remembrancer.bot.language.reader import read
from remembrancer.bot.language.requests import Role
from remembrancer.bot.language.situation import AskedItem, OpenDraft, Reading, Situation
from remembrancer.cli.shared import stop, stop_if_refused, the_moment
from remembrancer.intake.folder.programme_file import ProgrammeFile
from remembrancer.problems import Problems, read_yaml
from remembrancer.rules.programmes.boards import with_boards
from remembrancer.rules.programmes.spec import Programme
from remembrancer.shipped import PROGRAMMES
from remembrancer.wording import phrase

app = typer.Typer()
ProgrammesFolder = Annotated[
    Path | None, typer.Option("--programmes", help=phrase("understand.programmes"), exists=True, file_okay=False)
]


class _Board(BaseModel):
    key: str
    name: str
    kind: str = ""


class _Boards(BaseModel):
    """The boards of an organisation.yaml; whatever else stands in it is left alone."""

    boards: list[_Board] = []
    board_kinds: dict[str, str] = {}


class _Item(BaseModel):
    ref: str
    title: str = ""
    last: dict[str, Any] | None = None
    stored: dict[str, Any] | None = None


class _Draft(BaseModel):
    ref: str
    set: dict[str, Any] | None = None
    text: str | None = None
    offer: dict[str, Any] | None = None


class _Person(BaseModel):
    role: Role = "lead"


class Case(BaseModel):
    """A message and the situation in which it is said."""

    id: str
    programme: str
    today: date
    says: str
    person: _Person = _Person()
    items: list[_Item] = []
    draft: _Draft | None = None
    lacking: str | None = None


@app.command("understand")
def understand(
    cases: Annotated[Path, typer.Argument(help=phrase("understand.cases"), exists=True, dir_okay=False)],
    programmes: ProgrammesFolder = None,
) -> None:
    """Print a reading for each case, in order. A case whose programme is not known is one to ask about."""
    known = read_programmes(programmes)
    for number, line in enumerate(cases.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(str(each) for each in fault["loc"])
            stop(phrase("understand.bad_case", file=cases.name, line=number, where=where, fault=fault["msg"]))
        programme = known.get(case.programme)
        reading = read(case.says, situation(case, programme)) if programme else Reading(ask=True)
        typer.echo(json.dumps({"id": case.id, **as_json(reading)}, ensure_ascii=False))


def read_words(
    key: Annotated[str, typer.Argument(help=phrase("cli.programme"))],
    words: Annotated[list[str], typer.Argument(help=phrase("understand.words"))],
    programmes: ProgrammesFolder = None,
) -> None:
    """Print what the words would set, keep and ask for, of an item of this programme."""
    known = read_programmes(programmes)
    if key not in known:
        stop(phrase("understand.no_programme", key=key, known=", ".join(sorted(known))))
    item = AskedItem(phrase("understand.example_ref"), "", known[key])
    reading = read(" ".join(words), Situation(the_moment().date(), (item,)))
    typer.echo(json.dumps(as_json(reading), ensure_ascii=False, indent=2))


def read_programmes(folder: Path | None) -> dict[str, Programme]:
    """The shipped programmes and the folder's own, which come first, with the boards of its organisation.yaml."""
    problems = Problems()
    boards = _Boards()
    if folder and (folder / "organisation.yaml").exists():
        boards = read_yaml(folder / "organisation.yaml", _Boards, problems) or boards
    named = [(board.key, board.name, board.kind) for board in boards.boards]
    found: dict[str, Programme] = {}
    for file in [*sorted(PROGRAMMES.glob("*.yaml")), *(sorted(folder.glob("*.yaml")) if folder else ())]:
        if file.name in ("organisation.yaml", "forward-plan.yaml"):
            continue
        programme = read_yaml(file, ProgrammeFile, problems)
        if programme is not None:
            found[programme.key] = with_boards(programme, named, boards.board_kinds)
    stop_if_refused(problems)
    return found


def situation(case: Case, programme: Programme) -> Situation:
    """The situation that a case describes."""
    items = [AskedItem(i.ref, i.title, programme, i.stored or i.last or {}, i.stored is not None) for i in case.items]
    draft = case.draft
    return Situation(
        case.today,
        items,
        recent=next((item.ref for item in items if item.is_stored), None),
        role=case.person.role,
        draft=OpenDraft(draft.ref, draft.set or {}, draft.text or "", draft.offer or {}) if draft else None,
        lacking=case.lacking,
    )


def as_json(reading: Reading) -> Mapping[str, Any]:
    """A reading as it is printed."""
    items: Sequence[Any] = [
        {"ref": each.ref, "set": each.values, "offer": each.offered, "text": each.text or None}
        for each in reading.items
    ]
    act = {"do": reading.act.do, **reading.act.said} if reading.act else None
    return {"items": items, "act": act, "ask": reading.ask}

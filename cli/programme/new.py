"""`remembrancer programme new NAME --from SHEET`: a programme file and its items, drafted from a monitoring sheet."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from remembrancer.cli.shared import problems_listed, stop, stop_if_refused, the_moment
from remembrancer.intake.drafts.add_programme import folder_files, items_text, programme_text
from remembrancer.intake.drafts.changed_folder import BEFORE, read_changed, write_changed
from remembrancer.intake.drafts.columns import guess_columns
from remembrancer.intake.drafts.keys import key_of
from remembrancer.intake.drafts.leads import Leads
from remembrancer.intake.drafts.programme import Draft, draft_programme
from remembrancer.intake.drafts.sheet import read_sheet
from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.problems import Problems
from remembrancer.wording import phrase

RESERVED = "forward-plan"


def new_programme(
    name: Annotated[str, typer.Argument(help=phrase("draft.cli_name"))],
    sheet: Annotated[Path, typer.Option("--from", help=phrase("draft.cli_from"), exists=True, dir_okay=False)],
    folder: Annotated[
        Path | None, typer.Option("--in", help=phrase("draft.cli_in"), exists=True, file_okay=False)
    ] = None,
    of_workbook: Annotated[str | None, typer.Option("--sheet", help=phrase("draft.cli_sheet"))] = None,
) -> None:
    """Draft the programme; in a folder it is written only if the folder then loads, and no file is written over."""
    key = key_of(name)
    if not key:
        stop(phrase("draft.no_key", name=name))
    if key == RESERVED:
        stop(phrase("draft.reserved", key=key))
    if folder is None:
        write_beside(name, sheet, of_workbook)
        return
    with problems_listed("draft.refused"):
        before = read_folder(folder, now=the_moment())
    if any(use.key == key for use in before.organisation.programmes):
        stop(phrase("draft.in_use", folder=folder, key=key))
    _stop_if_there(folder / "programmes" / f"{key}.yaml", folder / f"{BEFORE}{key}")
    add_to_folder(name, sheet, of_workbook, folder, before)


def write_beside(name: str, sheet: Path, of_workbook: str | None) -> None:
    """Write the programme and its items beside the sheet, for an organisation that has no folder yet."""
    draft, _ = _drafted(name, sheet, of_workbook, None)
    programme, items = (sheet.with_name(f"{draft.key}{end}") for end in (".yaml", "-items.csv"))
    _stop_if_there(programme, items)
    for path, text in ((programme, programme_text(draft, ())), (items, items_text(draft))):
        path.write_text(text, encoding="utf-8")
    typer.echo(phrase("draft.written_files", files=f"{programme}, {items}"))
    _list("draft.left_out", draft.left_out)
    typer.echo(phrase("draft.next_beside", file=programme))


def add_to_folder(name: str, sheet: Path, of_workbook: str | None, folder: Path, before: Folder) -> None:
    draft, leads = _drafted(name, sheet, of_workbook, before)
    problems = Problems()
    files = folder_files(folder, before, draft, leads, problems)
    stop_if_refused(problems, "draft.refused")
    with problems_listed("draft.refused"):
        read_changed(folder, files, (), the_moment())
    kept = folder / f"{BEFORE}{draft.key}"
    write_changed(folder, files, (), kept)
    typer.echo(phrase("draft.written_files", files=", ".join(str(folder / file) for file in files)))
    typer.echo(phrase("draft.kept_before", before=kept))
    _list("draft.vacant", leads.vacant.values())
    _list("draft.left_out", draft.left_out)
    organisation = before.organisation
    typer.echo(phrase("draft.next_boards", board=organisation.boards[0].name))
    calendars = [calendar.name for calendar in organisation.calendars]
    dates = phrase("draft.next_windows", title=draft.title, calendar=calendars[0]) if calendars else ""
    typer.echo(dates or phrase("draft.next_calendar"))
    typer.echo(phrase("draft.next_in_folder", file=folder / "programmes" / f"{draft.key}.yaml", folder=folder))


def _drafted(name: str, path: Path, of_workbook: str | None, folder: Folder | None) -> tuple[Draft, Leads]:
    """The draft, and the leads as the folder knows them; the notes of the sheet are said."""
    problems = Problems()
    leads = Leads(folder.people if folder else None)
    sheet = read_sheet(path, of_workbook, problems)
    guesses = guess_columns(sheet, leads.knows) if sheet is not None else None
    draft = draft_programme(name, sheet, guesses, leads) if sheet is not None and guesses is not None else None
    stop_if_refused(problems, "draft.refused")
    assert draft is not None
    return draft, leads


def _list(heading: str, notes: Collection[str]) -> None:
    if notes:
        typer.echo(phrase(heading))
    for note in notes:
        typer.echo(f"- {note}")


def _stop_if_there(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            stop(phrase("draft.there_already", file=path))

"""The documents say what the code does: every key is named, every example is read, every link leads somewhere."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel

from remembrancer.bot.sandbox.demo import Opening
from remembrancer.intake.folder import forward_plan, items, meetings, person_row
from remembrancer.intake.folder.programme_file import ProgrammeFile
from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.intake.tables import column_mapping
from remembrancer.problems import RefusedError
from remembrancer.reports.digests.sections import SECTIONS
from remembrancer.rules import organisation
from remembrancer.rules.forward_plan import stages
from remembrancer.rules.people import person_fields
from remembrancer.rules.programmes import measures
from remembrancer.rules.programmes import spec as programme_spec
from remembrancer.rules.programmes.field_types import QUESTION_TYPES
from remembrancer.rules.programmes.figures import Period, Told, figures
from tests.conftest import EXAMPLE, ROOT, Edit

DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`([a-z][a-z0-9_.-]*(?:/[a-z0-9_.-]*)+|[a-z_]+\.py)`")
OF_AN_ORGANISATION = {"forms/", "programmes/savings-tracker.yaml"}
"""What documents name in the folder of an organisation, and not in the repository."""


def document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The fenced blocks in one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document(name), re.MULTILINE | re.DOTALL)


def models_of(module: ModuleType) -> list[type[BaseModel]]:
    """The models that a module defines itself."""
    classes = [made for _, made in inspect.getmembers(module, inspect.isclass) if made.__module__ == module.__name__]
    return [made for made in classes if issubclass(made, BaseModel)]


def keys_of(module: ModuleType) -> set[str]:
    """Every key that a file may have, as it is written there."""
    return {field.alias or name for made in models_of(module) for name, field in made.model_fields.items()}


def words_of(annotation: Any) -> Iterator[str]:
    """Every word that a key may have as its value, however deep in its type."""
    if get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation) if word)
    else:
        for part in get_args(annotation):
            yield from words_of(part)


def values_of(module: ModuleType) -> set[str]:
    fields = [field for made in models_of(module) for field in made.model_fields.values()]
    return {word for field in fields for word in words_of(field.annotation)}


def unnamed(names: set[str], name: str) -> list[str]:
    """Which of these the document does not name in backticks."""
    prose = FENCED.sub("", document(name))
    return sorted(each for each in names if f"`{each}`" not in prose)


@pytest.mark.parametrize("module", [programme_spec, measures])
def test_every_key_and_value_of_a_programme_file_is_described(module: ModuleType) -> None:
    assert unnamed(keys_of(module) | values_of(module), "programme-file.md") == []


def test_every_type_of_question_and_section_of_a_programme_file_is_described() -> None:
    assert unnamed({*QUESTION_TYPES, *SECTIONS}, "programme-file.md") == []


def test_every_key_and_value_of_organisation_yaml_is_described() -> None:
    assert unnamed(keys_of(organisation) | values_of(organisation), "organisation-folder.md") == []


def test_every_key_and_value_of_a_file_of_stages_is_described() -> None:
    assert unnamed(keys_of(stages) | {"lead", "secretary"}, "forward-plan.md") == []


def test_every_key_and_value_of_columns_yaml_is_described() -> None:
    assert unnamed(keys_of(column_mapping) | values_of(column_mapping), "organisation-folder.md") == []


def test_every_key_of_demo_yaml_is_described() -> None:
    assert unnamed(set(Opening.model_fields), "organisation-folder.md") == []


COLUMNS = [person_row.COLUMNS, items.COLUMNS, meetings.COLUMNS, forward_plan.COLUMNS, ("answered_at",)]


@pytest.mark.parametrize("names", [*COLUMNS, person_fields.ROLES, meetings.STATES])
def test_every_column_role_and_state_is_described(names: tuple[str, ...]) -> None:
    assert unnamed(set(names), "organisation-folder.md") == []


def test_the_mapping_that_is_shown_is_a_valid_one() -> None:
    [shown] = [block for block in blocks("organisation-folder.md", "yaml") if block.startswith("items:")]
    spec = column_mapping.ColumnsSpec.model_validate(yaml.safe_load(shown))
    assert spec.forward_plan is not None
    assert spec.forward_plan.word("key_decision", "KD") == "yes"


def test_the_programme_to_start_from_is_a_valid_programme() -> None:
    [whole] = [block for block in blocks("programme-file.md", "yaml") if "\nitem_word:" in block]
    assert ProgrammeFile.model_validate(yaml.safe_load(whole)).key == "savings-tracker"


def test_every_yaml_example_can_be_read_as_yaml() -> None:
    for name in ("programme-file.md", "organisation-folder.md"):
        for block in blocks(name, "yaml"):
            assert yaml.safe_load(block)


@pytest.fixture
def described(tmp_path: Path) -> Folder:
    """The folder that the documents' own examples make."""
    (tmp_path / "programmes").mkdir()
    [savings] = [block for block in blocks("programme-file.md", "yaml") if "\nitem_word:" in block]
    tables = ("people.csv", "items.csv", "meetings.csv", "forward_plan.csv")
    shown = dict(zip(tables, blocks("organisation-folder.md", "csv"), strict=True))
    files = {
        "programmes/savings-tracker.yaml": savings,
        "organisation.yaml": blocks("organisation-folder.md", "yaml")[0],
        "calendar.ics": blocks("organisation-folder.md", "ics")[0],
    }
    for name, text in (files | shown).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return read_folder(tmp_path)


def test_the_folder_that_is_described_is_read_without_a_problem(described: Folder) -> None:
    [window], [meeting, *_] = described.windows, described.meetings
    assert (window.key, window.title, window.year) == ("2026-july", "July 2026", 2026)
    assert window.closes_at.isoformat() == "2026-07-10T16:00:00+00:00"  # Friday, 17:00 in London
    assert meeting.board == "finance_committee"
    assert {item.lead_post for item in described.items} <= {row.post for row in described.people}
    assert (len(described.meetings), len(described.forward_plan)) == (3, 3)
    assert described.problems.notes == []


def test_the_people_of_the_demonstration_that_is_described_are_in_its_folder(described: Folder) -> None:
    opening = Opening.model_validate(yaml.safe_load(blocks("organisation-folder.md", "yaml")[-1]))
    assert set(opening.people) <= {row.email for row in described.people}


def test_the_figures_that_are_shown_are_those_of_the_example() -> None:
    shown = json.loads(blocks("programme-file.md", "json")[0])
    folder = read_folder(EXAMPLE, with_responses=True)
    spec = folder.programmes["strategic-delivery-plan"]
    found = figures(spec, _period(folder, "2019-20-q2"), _period(folder, "2019-20-q1"))
    assert shown == {key: found[key] for key in shown}
    assert {spec.figures[key].measure for key in shown} == set(_measures())


def _period(folder: Folder, window: str) -> Period:
    given = {r.ref: r.answers for r in folder.responses["strategic-delivery-plan", window]}
    return Period([Told(item.ref, item.facts, given.get(item.ref)) for item in folder.items], 2019)


def _measures() -> Iterator[str]:
    for made in models_of(measures):
        if "measure" in made.model_fields:
            yield from words_of(made.model_fields["measure"].annotation)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("items.csv", "2019-12-31", "31/12/2019"),
        ("items.csv", "Market Shaping Manager", "Market Shaper"),
        ("people.csv", ",director,", ",boss,"),
        ("organisation.yaml", "working_hours:", "office_hours:"),
        ("calendar.ics", "DTEND;VALUE=DATE:20190914", "DTEND;VALUE=DATE:20190830"),
        ("responses/2019-20-q2.csv", "Capacity;", "Capability;"),
    ],
)
def test_each_problem_that_is_shown_is_said_so(folder: Path, edit: Edit, file: str, old: str, new: str) -> None:
    shown = blocks("organisation-folder.md", "text")[0].splitlines()
    edit(file, old, new)
    with pytest.raises(RefusedError) as refused:
        read_folder(folder, with_responses=True)
    problem = refused.value.problems.found[0]
    assert str(problem) in shown or f"  {problem.in_file}" in shown


def test_the_note_that_is_shown_is_said_so(folder: Path) -> None:
    path = folder / "people.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    shown = blocks("organisation-folder.md", "text")[1].splitlines()
    assert [str(note) for note in read_folder(folder).problems.notes] == shown


def test_every_package_and_module_has_its_place_in_the_design() -> None:
    packages = {f"{path.parent.name}/" for path in ROOT.glob("*/__init__.py")}
    assert unnamed(packages | {path.name for path in ROOT.glob("*.py")}, "design.md") == []


def documents() -> list[Path]:
    """Every Markdown file of ours; templates are none, and hidden folders are not ours."""
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*.md")]
    return [ROOT / path for path in found if not path.parts[0].startswith((".", "templates"))]


def test_every_link_leads_to_a_file_that_is_there() -> None:
    broken = []
    for path in documents():
        links = LINK.findall(FENCED.sub("", path.read_text(encoding="utf-8")))
        targets = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:", link)]
        broken += [f"{path.name}: {target}" for target in targets if target and not (path.parent / target).exists()]
    assert broken == []


def missing_paths(text: str) -> list[str]:
    """The files and folders of the repository that a text names in backticks and that are not there."""
    named = set(PATH.findall(FENCED.sub("", text))) - OF_AN_ORGANISATION
    return sorted(path for path in named if not (ROOT / path).exists())


@pytest.mark.parametrize("path", [*sorted(DOCS.glob("*.md")), ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_every_path_that_a_document_names_is_in_the_repository(path: Path) -> None:
    assert missing_paths(path.read_text(encoding="utf-8")) == []


def test_a_path_that_is_not_there_is_found() -> None:
    text = "`bot/nowhere.py`, `nowhere/`, `nowhere.py`; `bot/`, `clock.py`, `bot/NAME/`, `/health`, `forms/`"
    assert missing_paths(text) == ["bot/nowhere.py", "nowhere.py", "nowhere/"]

"""Collects the problems found in input files, and checks YAML files against pydantic models."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from remembrancer.wording import phrase

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One problem in an input file, with its place.

    `row` is counted from 1, as a spreadsheet or an editor shows it; `column` is the column's or key's name. Both are
    None where the problem is about the whole file. `sheet` is the workbook's sheet, None in other kinds of files.
    """

    file: str
    row: int | None
    column: str | None
    text: str
    sheet: str | None = None

    def __str__(self) -> str:
        return f"{self.file}, {self.in_file}" if self._place else f"{self.file}: {self.text}"

    @property
    def in_file(self) -> str:
        """The problem without its file's name, to stand below it."""
        return f"{self._place}: {self.text}" if self._place else self.text

    @property
    def _place(self) -> str:
        place = [f"sheet {self.sheet}"] if self.sheet is not None else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        return ", ".join(place)


@dataclass
class Problems:
    """The problems of one load: those `found` stop the load, `notes` are only reported."""

    found: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def add(
        self, file: str, row: int | None, column: str | None, name: str, /, *, sheet: str | None = None, **values: Any
    ) -> None:
        """Add a problem that stops the load; its sentence is `problems.<name>` in templates/words.yaml."""
        self.found.append(Problem(file, row, column, phrase(f"problems.{name}", **values), sheet))

    def note(
        self, file: str, row: int | None, column: str | None, name: str, /, *, sheet: str | None = None, **values: Any
    ) -> None:
        """Add a note that does not stop the load; its sentence is `problems.<name>` in templates/words.yaml."""
        self.notes.append(Problem(file, row, column, phrase(f"problems.{name}", **values), sheet))


class RefusedError(Exception):
    """The input is refused as a whole; `problems` holds the reasons."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("\n".join(str(problem) for problem in problems.found))
        self.problems = problems


def read_yaml(path: Path, model: type[Model], problems: Problems, name: str | None = None) -> Model | None:
    """Read a YAML file into a model; add every fault to `problems` and return None where the file does not fit it."""
    file = name or path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except FileNotFoundError:
        problems.add(file, None, None, "no_such_file")
        return None
    except UnicodeDecodeError:
        problems.add(file, None, None, "yaml_not_utf8")
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        problems.add(file, row, None, "not_yaml", error=getattr(error, "problem", None) or str(error))
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for wrong in error.errors():
            row, column = _place(root, wrong["loc"])
            where = ".".join(str(part) for part in wrong["loc"])
            message = wrong["msg"].removeprefix("Value error, ").rstrip(".")
            problems.add(file, row, column, "not_allowed", where=where or file, message=message)
        return None


def _place(node: Any, location: tuple[int | str, ...]) -> tuple[int | None, str | None]:
    """Return the line and the name of the deepest YAML node along a pydantic error's location."""
    column = None
    for part in location:
        deeper = None
        if isinstance(node, yaml.MappingNode):
            deeper = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            deeper = node.value[part]
        if deeper is None:
            continue
        node, column = deeper, str(part) if isinstance(part, str) else column
    return (node.start_mark.line + 1 if node is not None else None), column

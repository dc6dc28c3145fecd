"""YAML files, checked against a model: each problem with its line and column."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from remembrancer.wording import say

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """`row` and `column` as a spreadsheet or an editor shows them, counted from 1; None where the file is meant.

    `sheet` is a workbook's sheet; None in a file that has none.
    """

    file: str
    row: int | None
    column: str | None
    text: str
    sheet: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        place += [f"sheet {self.sheet}"] if self.sheet is not None else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.text}"


@dataclass
class Problems:
    """`found` stop a load; `notes` are said and stop nothing."""

    found: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def add(
        self, file: str, row: int | None, column: str | None, name: str, /, *, sheet: str | None = None, **values: Any
    ) -> None:
        """Add the problem whose sentence is `problems.<name>`."""
        self.found.append(Problem(file, row, column, say(f"problems.{name}", **values), sheet))

    def note(
        self, file: str, row: int | None, column: str | None, name: str, /, *, sheet: str | None = None, **values: Any
    ) -> None:
        self.notes.append(Problem(file, row, column, say(f"problems.{name}", **values), sheet))


class RefusedError(Exception):
    """What was read is refused whole. `problems` says why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("\n".join(str(problem) for problem in problems.found))
        self.problems = problems


def read_yaml(path: Path, model: type[Model], problems: Problems, name: str | None = None) -> Model | None:
    """The file as `model`; None, and every problem listed, where it is not one."""
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
            problems.add(file, row, column, "not_allowed", where=where or file, message=_plain(wrong["msg"]))
        return None


def _place(node: Any, location: tuple[int | str, ...]) -> tuple[int | None, str | None]:
    """The line of the part that is wrong, and its name: as deep as the file goes."""
    column = None
    for part in location:
        deeper = _child(node, part)
        if deeper is None:
            continue
        node, column = deeper, str(part) if isinstance(part, str) else column
    return (node.start_mark.line + 1 if node is not None else None), column


def _child(node: Any, part: int | str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".")

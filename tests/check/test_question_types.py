"""A question's type is asked what it does, and never which it is, so that a new type is a new class and no more."""

import ast
import re
from collections.abc import Iterator

import pytest

from remembrancer.rules.programmes.field_types import QUESTION_TYPES
from tests.conftest import ROOT

pytestmark = pytest.mark.check

TABLES = {
    "models/message.py",
    "bot/platform/form_inputs.py",
    "bot/slack/forms/inputs.py",
    "bot/teams/forms/inputs.py",
    "web/form_fields.py",
    "rules/programmes/field_types/__init__.py",
}
"""Where types are told apart: the inputs of forms, how each platform shows them, and the list of the classes."""
MARKDOWN = {"web/markdown_html.py", "bot/platform/markdown.py"}
"""Where the types are those of Markdown's tokens."""
KNOWN_TABLES = {"INPUTS", "QUESTION_TYPES"}


def is_type(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "type"


def telling_apart(tree: ast.AST) -> Iterator[int]:
    """The lines that compare something's type, match it, or look it up in a table of their own."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=others) if any(map(is_type, [left, *others])):
                yield node.lineno
            case ast.Match(subject=subject) if is_type(subject):
                yield subject.lineno
            case ast.Subscript(value=ast.Name(id=name), slice=key) if name not in KNOWN_TABLES and is_type(key):
                yield node.lineno
            case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]) if is_type(key):
                yield node.lineno
            case ast.Dict(keys=keys) if len(names_in(keys)) > 1:
                yield node.lineno


def names_in(keys: list[ast.expr | None]) -> set[str]:
    return {name for name in QUESTION_TYPES for key in keys if isinstance(key, ast.Constant) and key.value == name}


def test_nothing_but_the_tables_of_inputs_tells_one_type_from_another() -> None:
    sources = {path.relative_to(ROOT).as_posix(): path for path in ROOT.rglob("*.py")}
    ours = {name for name in sources if not name.startswith((".", "tests/", "migrations/"))} - TABLES - MARKDOWN
    found = {name: list(telling_apart(ast.parse(sources[name].read_text(encoding="utf-8")))) for name in ours}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_no_template_tells_one_type_from_another() -> None:
    pattern = re.compile(r"\.type\s*(?:==|!=|in\b|not in\b)")
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert [path.name for path in templates if pattern.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "code",
    [
        "if question.type == 'text': pass",
        "chosen = [q for q in questions if q.type in ('choice', 'choices')]",
        "if 'date' != field.type: pass",
        "match question.type:\n    case 'text': pass",
        "shown = SHOWN[question.type]",
        "shown = {'choices': [], 'dates': {}}.get(kind)",
        "shown = table.get(question.type, '')",
    ],
)
def test_telling_types_apart_is_seen(code: str) -> None:
    assert list(telling_apart(ast.parse(code))) == [1]


def test_asking_a_type_what_it_does_is_none() -> None:
    assert list(telling_apart(ast.parse("INPUTS[field.type].value(field); question.kind.is_nothing(value)"))) == []

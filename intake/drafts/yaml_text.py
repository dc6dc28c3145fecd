"""Writes text into YAML files without disturbing what stands there: scalars, comments, and items of a list."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

Item = Mapping[str, str | Sequence[str]]
PLAIN = re.compile(r"[^\W\d_][\w /.()£&?'-]*", re.ASCII)  # without colons, commas, quotes and brackets, also in {...}


def line(text: object) -> str:
    """Text as a comment may hold it: on one line, and only what can be seen."""
    return "".join(each for each in " ".join(str(text).split()) if each.isprintable())


def scalar(value: str | Sequence[str]) -> str:
    """A text or a list of texts, plain where YAML reads the same text again, else in double quotes."""
    if not isinstance(value, str):
        return f"[{', '.join(map(scalar, value))}]"
    text = line(value)
    is_plain = PLAIN.fullmatch(text) and yaml.safe_load(text) == text
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def with_item(text: str, path: Sequence[str | int], item: Item, notes: Mapping[str, str]) -> str | None:
    """The YAML file `text` with an item added to the list at `path`, each key's note as a comment beside it.

    Nothing else is touched. None where the file is written so that this cannot be done safely.
    """
    content = yaml.safe_load(text)
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    found: Any = content
    for step in path:
        node = _child(node, step)
        if node is None:
            return None
        found = found[step]
    if not isinstance(node, yaml.SequenceNode):
        return None
    added = _in_flow(text, node, item) if node.flow_style else _in_block(text, node, item, notes)
    found.append(item)
    try:
        return added if yaml.safe_load(added) == content else None
    except yaml.YAMLError:
        return None


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _in_flow(text: str, node: yaml.SequenceNode, item: Item) -> str:
    at = node.end_mark.index - 1
    before = text[:at].rstrip()
    comma = "" if before.endswith(("[", ",")) else ", "
    return f"{before}{comma}{json.dumps(item, ensure_ascii=False)}{text[at:]}"


def _in_block(text: str, node: yaml.SequenceNode, item: Item, notes: Mapping[str, str]) -> str:
    end = _end(node)
    if text[end - 1 : end] != "\n":
        end = text.find("\n", end) + 1 or len(text)
    before = text[:end] if text[:end].endswith("\n") else f"{text[:end]}\n"
    indent = " " * node.start_mark.column
    lines = []
    for at, (key, value) in enumerate(item.items()):
        note = f" # {line(notes[key])}" if key in notes else ""
        lines.append(f"{indent}{'- ' if at == 0 else '  '}{key}: {scalar(value)}{note}\n")
    return before + "".join(lines) + text[end:]


def _end(node: Any) -> int:
    """Where a node's last word ends; the marks of lists and mappings in blocks reach to what follows."""
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.index)

"""One field of a form as Slack's blocks: its error, what its inputs have no room for, and its inputs."""

from collections.abc import Iterator

from remembrancer.bot.platform.form_pages import name, shown
from remembrancer.bot.platform.markdown import Node, Run, shorten
from remembrancer.bot.slack.forms.inputs import INPUTS, LABEL, LONGEST
from remembrancer.bot.slack.forms.options import is_cut
from remembrancer.bot.slack.outbound.blocks import Block, blocks_of, plain_text
from remembrancer.models.message import FormField
from remembrancer.wording import say


def field_blocks(field: FormField) -> Iterator[Block]:
    """The field's error, what its inputs have no room for, and its inputs."""
    if field.error:
        words = shorten(say("form_pages.error", error=field.error), LONGEST)
        yield {"type": "context", "elements": [plain_text(words)]}
    yield from blocks_of(list(_told(field)))
    if field.has_input:
        yield from INPUTS[field.type].blocks(field, _hint(field) if _says_all(field) else "")


def _told(field: FormField) -> Iterator[Node]:
    """What stands above the inputs: what is asked, where they do not say it in full, and choices in all their words."""
    if not _says_all(field):
        yield Node("paragraph", (Run(name(field), frozenset({"bold"})),))
        yield from (Node("paragraph", (Run(line),)) for line in _hint(field).splitlines() if line.strip())
    yield from (Node("bullet", (Run(shown(choice)),)) for choice in field.choices if is_cut(choice))


def _says_all(field: FormField) -> bool:
    """Whether one input has room for all that the field says."""
    is_one = field.has_input and INPUTS[field.type].is_one
    return is_one and max(len(name(field)), len(_hint(field))) <= LABEL


def _hint(field: FormField) -> str:
    is_kept = INPUTS[field.type].is_kept(field)
    kept = say("form_pages.too_long_to_show", count=len(str(field.value))) if is_kept else ""
    was = say("form_pages.last_time", was=field.was) if field.was else ""
    return "\n".join(each for each in (kept, field.hint, was) if each)

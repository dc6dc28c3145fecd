"""What is said in tests, and how the sender goes about it."""

import pytest

from remembrancer.bot.platform.markdown import parse, to_plain_text
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.models.message import Message, Part, message
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Sent, Trouble
from remembrancer.wording import phrase
from tests.teams.strict.state import Shown

AGAIN = to_plain_text(parse(phrase("teams_admin.perhaps_again")))
NO_MORE = phrase("teams_admin.no_more")


def long(parts: int = 30, word: str = "Part") -> Message:
    """So many parts as make three pieces."""
    return message(*(f"{word} {n}" for n in range(parts)))


def digest(details: int) -> Message:
    """A headline, and detail for the thread."""
    return Message(parts=(Part(text="Headline"), *(Part(text=f"Detail {n}", detail=True) for n in range(details))))


def texts(shown: list[Shown]) -> list[str]:
    return [text for one in shown for text in one.text.split("\n\n")]


def names(shown: list[Shown]) -> str:
    return ",".join(one.id for one in shown)


def refused(transport: TeamsTransport, conversation: str, content: Message | None = None) -> SendError:
    with pytest.raises(SendError) as found:
        transport.send(conversation, "key", content or message("Hello"), perhaps_again=False)
    return found.value


def send_somehow(transport: TeamsTransport, conversation: str, content: Message, key: str = "key") -> Sent:
    """As the sender does: what is in doubt is asked after, and sent again where nobody knows."""
    in_doubt = perhaps_again = False
    for _ in range(20):
        try:
            found = transport.find(conversation, key) if in_doubt else None
            return found or transport.send(conversation, key, content, perhaps_again)
        except SendError as error:
            if error.trouble not in (Trouble.DOUBT, Trouble.AGAIN):
                raise
            in_doubt = in_doubt or error.trouble == Trouble.DOUBT or error.in_part
        except InPartError:
            in_doubt = False
        except CannotKnowError:
            in_doubt, perhaps_again = False, True
    raise AssertionError("it was never sent")

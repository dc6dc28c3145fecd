"""How large a message to Teams is: it takes about 100 KB, counted as UTF-16
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages).
"""

import json
from typing import Any

MOST_BYTES = 80 * 1024
UNIT = 2
"""Bytes of one unit of UTF-16."""


def size(value: Any) -> int:
    """Bytes of the value's JSON in UTF-16."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode("utf-16-le", "surrogatepass"))


def units(text: str) -> int:
    """How much room a text takes in JSON, in units of UTF-16."""
    return size(text) // UNIT - 2

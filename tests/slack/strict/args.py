"""What a call says, however it says it: JSON, a form or a query string."""

import json
from typing import Any, cast

from aiohttp import web

from tests.slack.strict.state import Json, RefusedError


class Args(dict[str, Any]):
    """The arguments of one call. Forms and queries write everything as text."""

    def text(self, name: str) -> str:
        value = self.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1")

    def number(self, name: str, otherwise: int) -> int:
        try:
            return int(self.text(name) or otherwise)
        except ValueError:
            raise RefusedError("invalid_limit") from None

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """A list or an object, which forms write as JSON; None where it is not given."""
        value = self.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except json.JSONDecodeError:
            raise RefusedError(error, **messages(f"[ERROR] not valid JSON [json-pointer:/{name}]")) from None


def messages(*said: str) -> Json:
    return {"response_metadata": {"messages": list(said)}}


async def read_args(request: web.Request) -> Args:
    """Later ones win: the query string, then the body."""
    args = Args(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        args.update(cast(Json, json.loads(body)) if body else {})
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        args.update({key: value for key, value in (await request.post()).items() if isinstance(value, str)})
    return args

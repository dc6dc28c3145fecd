"""What can go wrong on the way to a site."""

from typing import Any

from remembrancer.wording import say


class FetchError(Exception):
    """Nothing usable came. `name` is a sentence of templates/words.yaml (problems.<name>), `values` what it names.

    `status` is HTTP's, None where no answer came; `retry_after` is in seconds, None where the site did not say.
    `body` is how an error's page begins.
    """

    def __init__(
        self, name: str, status: int | None = None, retry_after: float | None = None, body: bytes = b"", **values: Any
    ) -> None:
        super().__init__(name)
        self.name = name
        self.status = status
        self.retry_after = retry_after
        self.body = body
        self.values = {"status": status, "later": _later(retry_after), **values}


def _later(retry_after: float | None) -> str:
    minutes = round((retry_after or 0) / 60)
    return say("problems.later_minutes", count=minutes) if minutes > 1 else say("problems.later")

"""The error that a failed fetch raises."""

from typing import Any

from remembrancer.wording import phrase


class FetchError(Exception):
    """A fetch failed.

    `name` is the end of a sentence's key in templates/words.yaml: feeds.<name> for a calendar feed,
    problems.site_<name> for a committee system. `values` fill those sentences; of the address they hold only the host,
    because the rest is often a secret. `status` is the HTTP status, None without a response; `retry_after` is in
    seconds, None where the server did not say. `body` is the beginning of the response's body.
    """

    def __init__(
        self, name: str, status: int | None = None, retry_after: float | None = None, body: bytes = b"", **values: Any
    ) -> None:
        super().__init__(name)
        self.name = name
        self.status = status
        self.retry_after = retry_after
        self.body = body
        minutes = round((retry_after or 0) / 60)
        later = phrase("problems.later_minutes", count=minutes) if minutes > 1 else phrase("problems.later")
        self.values = {"status": status, "later": later, **values}

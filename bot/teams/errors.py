"""Translates Teams' errors for the sender: try again, in doubt, dead address, dead installation, or our bug.

https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability (status codes)
"""

from concurrent.futures import CancelledError
from typing import Any

import httpx

from remembrancer.bot.teams.async_thread import NotRunningError
from remembrancer.scheduler.outbox.transport import SendError, Trouble

MESSAGE_GONE = "ActivityNotFoundInConversation"
"""Teams' code for a message that does not exist any more."""
BUSY, PRECONDITION = 429, 412
ADDRESS_STATUSES = frozenset({403, 404})
AUTHENTICATION_STATUSES = frozenset({401, 407})
CALL_ERRORS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    TimeoutError,
    CancelledError,
    NotRunningError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
)
"""The exceptions of a failed call: Teams' refusal; a network error or partial response; the end of the service; an
unexpected response."""
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, NotRunningError)


def as_send_error(error: Exception, harmless: bool = False) -> SendError:
    """Convert an exception of CALL_ERRORS. `harmless`: the call may be repeated, so it is never in doubt."""
    if isinstance(error, httpx.HTTPStatusError):
        send_error = _from_response(error.response)
    else:
        trouble = Trouble.AGAIN if isinstance(error, _NOT_SENT) else Trouble.DOUBT
        send_error = SendError(trouble, f"{type(error).__name__}: {error}")
    if harmless and send_error.trouble == Trouble.DOUBT:
        return SendError(Trouble.AGAIN, send_error.reason, send_error.retry_after)
    return send_error


def code_of(error: SendError) -> str:
    """Return Teams' error code."""
    return error.reason.partition(":")[0]


def _from_response(response: httpx.Response) -> SendError:
    status, text = response.status_code, _error_text(response)
    reason = text or f"HTTP {status}"
    if status in (BUSY, PRECONDITION):
        return SendError(Trouble.AGAIN, reason, _retry_after(response))
    if status >= 500:
        return SendError(Trouble.DOUBT, reason, _retry_after(response))
    if status in AUTHENTICATION_STATUSES or not text:
        # Without Teams' own error, something else answered: nothing reaches Teams until that is corrected.
        return SendError(Trouble.STOPPED, reason)
    refused = SendError(Trouble.BROKEN if status in ADDRESS_STATUSES else Trouble.OURS, reason)
    refused.is_gone = code_of(refused) == MESSAGE_GONE
    return refused


def _error_text(response: httpx.Response) -> str:
    """Return an error such as 'ConversationBlockedByUser: User blocked the bot.'; '' where it is not Teams' JSON."""
    try:
        answer = response.json()
    except ValueError:
        return ""
    error: Any = answer.get("error", answer) if isinstance(answer, dict) else None
    if isinstance(error, str):
        return error
    parts = [error.get("code"), error.get("message")] if isinstance(error, dict) else []
    return ": ".join(str(part) for part in parts if part)


def _retry_after(response: httpx.Response) -> float | None:
    """Return the Retry-After header in seconds, or None."""
    text = response.headers.get("Retry-After", "").strip()
    return float(text) if text.isdecimal() and len(text) < 6 else None

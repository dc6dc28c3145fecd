"""Translates Slack's errors for the sender: try again, in doubt, dead address, dead installation, or our bug."""

from collections.abc import Mapping
from http.client import HTTPException
from socket import gaierror
from ssl import SSLCertVerificationError
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from remembrancer.scheduler.outbox.transport import SendError, Trouble

TROUBLES: Mapping[Trouble, frozenset[str]] = {
    Trouble.AGAIN: frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"}),
    Trouble.DOUBT: frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"}),
    Trouble.BROKEN: frozenset(
        {
            "cannot_dm_bot",
            "cant_update_message",
            "channel_not_found",
            "edit_window_closed",
            "is_archived",
            "is_inactive",
            "message_not_found",
            "messages_tab_disabled",
            "not_in_channel",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_thread_only_channel",
            "user_disabled",
            "user_not_found",
        }
    ),
    Trouble.STOPPED: frozenset(
        {
            "account_inactive",
            "invalid_auth",
            "missing_scope",
            "not_authed",
            "team_access_not_granted",
            "token_expired",
            "token_revoked",
        }
    ),
}
"""Slack's error codes by their meaning; any other code is our bug."""
MESSAGE_GONE = frozenset({"cant_update_message", "edit_window_closed", "message_not_found"})
"""Codes that concern one message alone: it cannot be changed, and its conversation is well."""
_BY_CODE = {code: trouble for trouble, codes in TROUBLES.items() for code in codes}
CALL_ERRORS = (SlackClientError, OSError, HTTPException, ValueError, LookupError, AttributeError)
"""The exceptions of a failed call: Slack's refusal; a network error or partial response; a response other than JSON."""
_NOT_SENT = (ConnectionRefusedError, gaierror, SSLCertVerificationError)


def as_send_error(error: Exception) -> SendError:
    """Convert an exception of CALL_ERRORS to a SendError."""
    if isinstance(error, SlackApiError):
        return _from_response(error)
    cause = error.reason if isinstance(error, URLError) else error
    trouble = Trouble.AGAIN if isinstance(cause, _NOT_SENT) else Trouble.DOUBT
    return SendError(trouble, f"{type(cause).__name__}: {cause}")


def code_of(error: SendError) -> str:
    """Return Slack's error code."""
    return error.reason.partition(":")[0]


def _from_response(error: SlackApiError) -> SendError:
    status, data = error.response.status_code, error.response.data
    answer: Mapping[str, Any] = data if isinstance(data, dict) else {}
    code = str(answer.get("error") or "")
    if status == 429:
        return SendError(Trouble.AGAIN, "ratelimited", retry_after(error))
    if status >= 500 or (status < 300 and not _is_code(code)):
        return SendError(Trouble.DOUBT, code if _is_code(code) else f"HTTP {status}")
    if not _is_code(code):
        # Something other than Slack answered: nothing reaches Slack until the address is corrected.
        return SendError(Trouble.STOPPED, f"HTTP {status}")
    refused = SendError(_BY_CODE.get(code, Trouble.OURS), _reason(code, answer), retry_after(error))
    refused.is_gone = code in MESSAGE_GONE
    return refused


def _is_code(text: str) -> bool:
    """Return whether the text is an error code, a short word; the client puts a whole page here if it is not JSON."""
    return text.replace("_", "").isalnum() and len(text) < 80


def _reason(code: str, answer: Mapping[str, Any]) -> str:
    """Join code and details: 'invalid_blocks: must be more than 0 characters [json-pointer:/blocks/0/text]'."""
    error = answer.get("response_metadata")
    messages = error.get("messages") if isinstance(error, dict) else None
    details = [str(answer["needed"])] if answer.get("needed") else [str(each) for each in messages or ()]
    return ": ".join([code, "; ".join(details)]) if details else code


def retry_after(error: SlackApiError) -> float | None:
    """Return the Retry-After header in seconds, or None."""
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):
        return None

"""What the ends of calls to Teams mean for the sender."""

from concurrent.futures import CancelledError
from typing import Any

import httpx
import pytest

from remembrancer.bot.teams.async_thread import NotRunningError
from remembrancer.bot.teams.errors import as_send_error, code_of
from remembrancer.scheduler.outbox.transport import Trouble

REQUEST = httpx.Request("POST", "https://smba.trafficmanager.net/teams/v3/conversations")


def answered(status: int, code: str = "", body: Any = None, **headers: str) -> httpx.HTTPStatusError:
    content = {"error": {"code": code, "message": "as it says"}} if code else body
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    said = {"text": content} if isinstance(content, str) else {"json": content}
    response = httpx.Response(status, headers=sent, request=REQUEST, **said)
    return httpx.HTTPStatusError("refused", request=REQUEST, response=response)


@pytest.mark.parametrize(
    ("status", "code", "trouble"),
    [
        (400, "BadArgument", Trouble.OURS),
        (401, "BotNotRegistered", Trouble.STOPPED),
        (403, "BotDisabledByAdmin", Trouble.BROKEN),
        (403, "BotNotInConversationRoster", Trouble.BROKEN),
        (403, "ConversationBlockedByUser", Trouble.BROKEN),
        (403, "ForbiddenOperationException", Trouble.BROKEN),
        (403, "InvalidBotApiHost", Trouble.BROKEN),
        (403, "NotEnoughPermissions", Trouble.BROKEN),
        (404, "ActivityNotFoundInConversation", Trouble.BROKEN),
        (404, "ConversationNotFound", Trouble.BROKEN),
        (405, "MethodNotAllowed", Trouble.OURS),
        (412, "PreconditionFailed", Trouble.AGAIN),
        (413, "MessageSizeTooBig", Trouble.OURS),
        (429, "Throttled", Trouble.AGAIN),
        (500, "ServiceError", Trouble.DOUBT),
        (502, "ServiceError", Trouble.DOUBT),
        (503, "ServiceUnavailable", Trouble.DOUBT),
        (504, "GatewayTimeout", Trouble.DOUBT),
    ],
)
def test_each_refusal_means_one_thing_and_is_named(status: int, code: str, trouble: Trouble) -> None:
    error = as_send_error(answered(status, code))
    assert (error.trouble, error.reason, code_of(error)) == (trouble, f"{code}: as it says", code)
    assert error.of_all == (trouble == Trouble.STOPPED)


@pytest.mark.parametrize(
    ("status", "body", "trouble", "reason"),
    [
        (401, {"message": "Denied."}, Trouble.STOPPED, "Denied."),
        (403, {"errorCode": 7, "message": "Not here."}, Trouble.BROKEN, "Not here."),
        (400, {"error": "invalid_request"}, Trouble.OURS, "invalid_request"),
        (403, "<html>Blocked by the proxy</html>", Trouble.STOPPED, "HTTP 403"),
        (404, "<html>Not found</html>", Trouble.STOPPED, "HTTP 404"),
        (404, ["nothing"], Trouble.STOPPED, "HTTP 404"),
        (404, {}, Trouble.STOPPED, "HTTP 404"),
        (302, "", Trouble.STOPPED, "HTTP 302"),
        (407, {"message": "Who is it?"}, Trouble.STOPPED, "Who is it?"),
        (502, "<html>Bad gateway</html>", Trouble.DOUBT, "HTTP 502"),
        (429, "", Trouble.AGAIN, "HTTP 429"),
    ],
)
def test_what_teams_did_not_say_is_not_taken_for_its_word(
    status: int, body: Any, trouble: Trouble, reason: str
) -> None:
    error = as_send_error(answered(status, body=body))
    assert (error.trouble, error.reason) == (trouble, reason)


@pytest.mark.parametrize("status", [412, 429, 503])
def test_teams_says_in_how_many_seconds(status: int) -> None:
    assert as_send_error(answered(status, "Throttled", Retry_After="17")).retry_after == 17


@pytest.mark.parametrize("said", ["", "soon", "-1", "1e9", "nan", "9" * 5000, "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_limit_that_does_not_say_how_long_is_a_limit_all_the_same(said: str) -> None:
    error = as_send_error(answered(429, "Throttled", Retry_After=said))
    assert (error.trouble, error.retry_after) == (Trouble.AGAIN, None)


FAILED = [
    (httpx.ConnectError("refused"), Trouble.AGAIN),
    (httpx.ConnectTimeout("slow"), Trouble.AGAIN),
    (httpx.PoolTimeout("full"), Trouble.AGAIN),
    (httpx.ReadTimeout("slow"), Trouble.DOUBT),
    (httpx.WriteTimeout("slow"), Trouble.DOUBT),
    (httpx.ReadError("reset"), Trouble.DOUBT),
    (httpx.WriteError("reset"), Trouble.DOUBT),
    (httpx.RemoteProtocolError("half an answer"), Trouble.DOUBT),
    (TimeoutError(), Trouble.DOUBT),
    (CancelledError(), Trouble.DOUBT),
    (NotRunningError("stopped"), Trouble.AGAIN),
    (KeyError("id"), Trouble.DOUBT),
    (ValueError("no JSON"), Trouble.DOUBT),
]


@pytest.mark.parametrize(("error", "trouble"), FAILED)
def test_what_may_have_been_sent_is_in_doubt_and_what_reached_nobody_is_not(error: Exception, trouble: Trouble) -> None:
    assert as_send_error(error).trouble == trouble


@pytest.mark.parametrize("error", [*(error for error, _ in FAILED), answered(500, "ServiceError"), answered(504)])
def test_what_can_be_done_twice_is_never_in_doubt(error: Exception) -> None:
    assert as_send_error(error, harmless=True).trouble == Trouble.AGAIN

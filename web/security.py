"""What every page of the sandbox keeps to: it answers only its own forms, loads only its own files, and never fails
without words."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from remembrancer.web.render import trouble_page

log = structlog.get_logger()
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route whose answers carry the headers, and whose refusals and failures are pages in words."""

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response = await _answer(inner, request)
            response.headers.update(HEADERS)
            return response

        return handle


async def _answer(inner: Handler, request: Request) -> Response:
    refused = refusal(request)
    if refused:
        return trouble_page(refused, 403)
    try:
        return await inner(request)
    except (HTTPException, RequestValidationError):
        return trouble_page("not_found", 404)
    except Exception:
        # The edge: the visitor gets a page in words, and the log has what went wrong.
        log.exception("page failed", path=request.url.path)
        return trouble_page("failed", 500)


def refusal(request: Request) -> str:
    """Why a request is not answered, if it is not: a form may only come from a page of the sandbox's own."""
    if request.url.hostname not in HOSTS:
        return "elsewhere"
    if request.method in ("GET", "HEAD"):
        return ""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return "foreign"
    return "" if request.headers.get("sec-fetch-site", "none") in ("same-origin", "none") else "foreign"

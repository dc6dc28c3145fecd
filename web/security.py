"""Protects the sandbox's pages: CSRF checks, security headers, and readable error pages."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from remembrancer.web.render import error_page

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
    """A route that adds security headers to its responses and renders refusals and failures as readable pages."""

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            refused = refusal(request)
            try:
                response = error_page(refused, 403) if refused else await inner(request)
            except (HTTPException, RequestValidationError):
                response = error_page("not_found", 404)
            except Exception:
                # The edge: the visitor gets a readable page, and the log has the error.
                log.exception("page failed", path=request.url.path)
                response = error_page("failed", 500)
            response.headers.update(HEADERS)
            return response

        return handle


def refusal(request: Request) -> str:
    """Return why the request is refused, or ''. A form may only be posted from a page of the sandbox itself."""
    if request.url.hostname not in HOSTS:
        return "elsewhere"
    if request.method in ("GET", "HEAD"):
        return ""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return "foreign"
    return "" if request.headers.get("sec-fetch-site", "none") in ("same-origin", "none") else "foreign"

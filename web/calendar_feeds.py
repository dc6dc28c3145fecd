"""Serves calendar feeds over HTTP to anybody who has their secret address."""

import hashlib
from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.clock import Clock
from remembrancer.reports.calendar_feed import feed
from remembrancer.services.calendar_links import feed_owner


def calendar_router(engine: Callable[[], Engine], clock: Callable[[], Clock]) -> APIRouter:
    """Build the route `/calendar/TOKEN.ics`.

    The engine and the clock are asked for at each request, because the sandbox replaces them when it starts again.
    """
    router = APIRouter()

    def calendar(request: Request, token: str) -> Response:
        with Session(engine()) as session:
            owner = feed_owner(session, token)
            if owner is None:
                raise HTTPException(404)
            body = feed(session, owner, clock().now())
        # The time stamps differ each time.
        lines = (line for line in body.splitlines() if not line.startswith(b"DTSTAMP"))
        content_hash = hashlib.sha256(b"\n".join(lines)).hexdigest()[:32]
        etag = f'"{content_hash}"'
        headers = {"ETag": etag, "Cache-Control": "private, max-age=900"}
        if request.headers.get("If-None-Match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)

    router.add_api_route("/calendar/{token}.ics", calendar, methods=["GET", "HEAD"])
    return router

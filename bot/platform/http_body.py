"""Reads the body of a request that anybody may have sent."""

from fastapi import Request

MAX_BODY_BYTES = 1_000_000
"""The most bytes of a body; Slack and Teams send about a hundred thousand at most."""


async def read_body(request: Request) -> bytes | None:
    """Read the body; None where it is too large, and then it is not read to its end."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MAX_BODY_BYTES:
        return None
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > MAX_BODY_BYTES:
            return None
    return bytes(read)

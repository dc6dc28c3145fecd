"""Sets up the structured log: one event a line, as JSON or as text."""

import logging
from typing import Literal

import structlog


def set_up_logs(form: Literal["json", "text"], quiet: bool = False) -> None:
    """Configure logging to write JSON or text; `quiet` writes warnings and errors alone."""
    # structlog's rich tracebacks print local variables, people's answers among them, and take seconds to render.
    text = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer() if form == "json" else text
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if form == "json" else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
    )
    # At INFO httpx logs every URL that it requests, and some URLs hold secrets.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Each client of Microsoft's SDK sets the level of httpx to the level of this logger.
    logging.getLogger("microsoft_teams.common.http.client").setLevel(logging.WARNING)

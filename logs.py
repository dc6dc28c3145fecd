"""Log lines for operators: structured, one event a line, with the message's key."""

import logging
from typing import Literal

import structlog


def set_up_logs(form: Literal["json", "text"], quiet: bool = False) -> None:
    """Write log lines as JSON or as text; `quiet` leaves out all but warnings."""
    # The prettier tracebacks write down what was at hand, people's answers too, and take seconds over it.
    text = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer() if form == "json" else text
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if form == "json" else _as_it_is,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
    )
    # It would write down every address that is called, and some of them hold what nobody else is to read.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Each client of Microsoft's SDK gives httpx the level that this logger has.
    logging.getLogger("microsoft_teams.common.http.client").setLevel(logging.WARNING)


def _as_it_is(
    _logger: structlog.typing.WrappedLogger, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return event

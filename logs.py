"""Sets up the structured log: one event a line, as JSON or as text."""

import logging
import sys
from collections.abc import Callable
from typing import Any, Literal, ParamSpec, TypeVar

import structlog

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")
Explain = Callable[[Exception], str | None]
"""Says in a sentence what failed outside of us and what to do; None for a fault of our own."""


def set_up_logs(form: Literal["json", "text"], quiet: bool = False, explain: Explain = lambda _error: None) -> None:
    """Configure logging to write JSON or text; `quiet` writes warnings and errors alone, to stderr.

    What `explain` has a sentence for is logged with the sentence, and everything else with its traceback. Warnings and
    errors of the libraries are lines of the same form.
    """
    # structlog's rich tracebacks print local variables, people's answers among them, and take seconds to render.
    text = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer() if form == "json" else text
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _explaining(explain),
            *([structlog.processors.format_exc_info] if form == "json" else []),
            renderer,
        ],
        logger_factory=(lambda *_: structlog.PrintLogger(sys.stderr)) if quiet else structlog.PrintLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
    )
    logging.basicConfig(handlers=[_LibraryHandler(logging.WARNING)])
    # At INFO httpx logs every URL that it requests, and some URLs hold secrets.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Each client of Microsoft's SDK sets the level of httpx to the level of this logger.
    logging.getLogger("microsoft_teams.common.http.client").setLevel(logging.WARNING)
    # The service logs each failure of a job itself, and that a run is skipped while the one before lasts is usual.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)


def _explaining(explain: Explain) -> structlog.typing.Processor:
    """Build the processor that puts a sentence in place of a traceback: an outage lasts, and is no fault of ours."""

    def process(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        given = event.get("exc_info")
        error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
        sentence = explain(error) if isinstance(error, Exception) else None
        if sentence is not None:
            del event["exc_info"]
            event["reason"] = sentence
        return event

    return process


class _LibraryHandler(logging.Handler):
    """Logs what libraries log in the same way as our own lines."""

    def emit(self, record: logging.LogRecord) -> None:
        level = logging.ERROR if record.levelno >= logging.ERROR else logging.WARNING
        structlog.get_logger().log(level, record.getMessage(), library=record.name, exc_info=record.exc_info or None)


def reported(job: str, work: Callable[P, T]) -> Callable[P, T]:
    """Return work that is done again and again, so that each of its failures is logged, and when it works again."""
    is_failing = False

    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        nonlocal is_failing
        try:
            done = work(*args, **kwargs)
        except Exception:
            log.exception("job failed", job=job)
            is_failing = True
            raise
        if is_failing:
            log.info("job works again", job=job)
        is_failing = False
        return done

    return run

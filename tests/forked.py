"""Processes that are forked from a server that has imported everything once: each start costs milliseconds."""

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

PRELOADED = ["tests.delivery.warm", "tests.newcomer"]


def start_forked(target: Callable[..., object], *arguments: Any) -> BaseProcess:
    """Start a process that calls `target`. It has opened nothing, and inherits nothing that this process has opened."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    process = context.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process

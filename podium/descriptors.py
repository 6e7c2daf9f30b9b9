"""Open files, of which each connection needs one: as many as the system grants, and a sentence when they run out."""

import asyncio
import errno
import logging
import math
import resource
from contextlib import suppress
from typing import Any

PAUSE = 60.0
"""Seconds between two sentences about the same shortage."""

_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

_log = logging.getLogger(__name__)


def allow_all() -> None:
    """Raise this process's limit as far as it may: the usual 1024 are fewer than an audience."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # where no limit is granted, unlimited may still be refused
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def complain_briefly(loop: asyncio.AbstractEventLoop) -> None:
    """Log a shortage once a PAUSE; asyncio alone logs a traceback for every connection that waits, every second."""
    said = -math.inf

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal said
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _SHORTAGES:
            loop.default_exception_handler(context)
        elif loop.time() >= said + PAUSE:
            said = loop.time()
            sentence = "connections have to wait: raise the limit of open files, ulimit -n"
            _log.warning(sentence, extra={"reason": error.strerror})

    loop.set_exception_handler(handle)

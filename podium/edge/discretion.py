"""What the HTTP server logs: what went wrong, never who asked."""

import logging

from aiohttp.http import HttpProcessingError
from aiohttp.web import RequestPayloadError

LOGGER = logging.getLogger("podium.edge")


class Discretion(logging.Filter):
    """Takes the address out of the server's messages; requests that are no HTTP are noise and not logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep the record, changed."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | RequestPayloadError):
            return False
        if record.args:
            record.msg, record.args = "a request could not be answered", ()
        return True


def discreet_logger() -> logging.Logger:
    """The logger for the HTTP server."""
    if not any(isinstance(present, Discretion) for present in LOGGER.filters):
        LOGGER.addFilter(Discretion())
    return LOGGER

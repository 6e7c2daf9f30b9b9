"""The log of the HTTP server names nobody."""

import logging

import pytest
from aiohttp import web
from aiohttp.http import HttpProcessingError

from podium.edge.discretion import discreet_logger


def test_an_error_is_logged_without_the_address(caplog):
    logger = discreet_logger()
    logger.error("Error handling request from %s", "203.0.113.7", exc_info=RuntimeError("broken"))
    assert "a request could not be answered" in caplog.text
    assert "RuntimeError: broken" in caplog.text
    assert "203.0.113.7" not in caplog.text


@pytest.mark.parametrize("error", [HttpProcessingError(code=400), web.RequestPayloadError("cut off")])
def test_noise_is_not_logged(caplog, error):
    discreet_logger().error("Error handling request from %s", "203.0.113.7", exc_info=error)
    assert not caplog.records


def test_a_plain_message_stays(caplog):
    discreet_logger().warning("slow")
    assert caplog.messages == ["slow"]


def test_the_filter_is_there_once():
    assert discreet_logger() is discreet_logger()
    assert len(logging.getLogger("podium.edge").filters) == 1

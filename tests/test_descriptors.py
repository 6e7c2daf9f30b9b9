"""Open files: as many as there may be, one sentence when there are no more."""

import asyncio
import errno
import os
import resource

import pytest

from podium import descriptors


def test_the_limit_is_raised_as_far_as_it_may_be():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(before[1], 512), before[1]))
    try:
        descriptors.allow_all()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def shortage(number=errno.EMFILE):
    return {"message": "socket.accept() out of system resource", "exception": OSError(number, os.strerror(number))}


@pytest.fixture
async def loop():
    running = asyncio.get_running_loop()
    descriptors.complain_briefly(running)
    yield running
    running.set_exception_handler(None)


async def test_a_thousand_connections_that_wait_are_one_sentence(loop, caplog):
    for _ in range(1_000):
        loop.call_exception_handler(shortage())
    assert caplog.messages == ["connections have to wait: raise the limit of open files, ulimit -n"]
    assert caplog.records[0].reason == "Too many open files"


async def test_a_shortage_that_lasts_is_said_again(loop, caplog, monkeypatch):
    monkeypatch.setattr(descriptors, "PAUSE", 0.0)
    for _ in range(2):
        loop.call_exception_handler(shortage(errno.ENFILE))
    assert len(caplog.messages) == 2


@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), RuntimeError("broken")])
async def test_other_accidents_are_logged_whole(loop, caplog, error):
    loop.call_exception_handler({"message": "an accident", "exception": error})
    assert "broken" in caplog.text
    assert caplog.records[0].exc_info

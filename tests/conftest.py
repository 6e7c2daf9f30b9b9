"""What every test shares: how generated examples and the cases of bytes are treated."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests import servers

# How long one example takes says more about the machine than about Podium: nothing here is a timed test.
settings.register_profile("podium", deadline=None, max_examples=50)
settings.load_profile("podium")

# What is imported and collected stays to the end: looking through it again and again for garbage costs seconds.
gc.disable()

LONG = ["test_nodes", "test_workers", "test_calls", "test_worker", "test_sessions", "test_websocket", "test_serving"]
LONG += ["test_mediafile", "test_process", "test_loss", "test_publisher", "test_card", "test_audience", "test_logs"]
LONG += ["test_recorder", "test_processes", "test_recovery", "test_noise", "test_picture", "test_outages"]
"""Modules that take seconds, mostly of waiting, the longest first."""
APART = 8
"""So many short modules begin between two long ones: they have the cores while those wait."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Five for two cores, since tests of processes and of media wait for half of their time."""
    return 5 * len(os.sched_getaffinity(0)) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The short modules as chance has it, the long ones between them, early enough that nobody waits for one at the end."""
    short = dict.fromkeys(item.path for item in items if item.path.stem not in LONG)
    places = {path: float(place) for place, path in enumerate(short)}
    places |= {item.path: LONG.index(item.path.stem) * APART - 0.5 for item in items if item.path not in places}
    items.sort(key=lambda item: places[item.path])


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Datagrams have no readable name, and signed ones are others in every process: their size names them."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh PostgreSQL data folder to copy; one for all processes of a test run."""
    from tests import servers

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return servers.postgres_template(folder)


@pytest.fixture(scope="session")
def postgres(postgres_template: Path) -> "Iterator[servers.Postgres]":
    """A server for all tests of this process; who writes empties the tables first."""
    from tests import servers

    server = servers.Postgres(postgres_template)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def redis() -> "Iterator[servers.Redis]":
    """A server for all tests of this process."""
    from tests import servers

    server = servers.Redis()
    yield server
    server.remove()

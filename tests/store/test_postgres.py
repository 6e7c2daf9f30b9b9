"""The PostgreSQL server: what is durable, who may come at once, and what happens while it is away."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from podium import chain
from podium.ports import Entry, ErasableStore, StaleSeq, StoreUnavailable
from podium.store import postgres as module
from podium.store.postgres import open_postgres
from tests.servers import Postgres

ROOM = "digitales-podium"


@pytest.fixture(scope="module")
def server(postgres_template: Path) -> Iterator[Postgres]:
    """One that may be stopped."""
    server = Postgres(postgres_template)
    yield server
    server.remove()


@pytest.fixture
async def store(server: Postgres) -> AsyncIterator[ErasableStore]:
    server.administer("DROP TABLE IF EXISTS journal, alembic_version")
    store = await open_postgres(server.url)
    yield store
    await store.close()


def entry(seq: int, body: str = "{}") -> Entry:
    return Entry(seq, 0, "system", f"command-{seq}", "asked", body)


async def code_of_refusal(store: ErasableStore, seq: int) -> str:
    with pytest.raises(StoreUnavailable) as refusal:
        await store.append(ROOM, seq - 1, [entry(seq)])
    return refusal.value.code


async def test_nodes_that_start_at_once_migrate_once_and_share_one_journal(server: Postgres) -> None:
    server.administer("DROP TABLE IF EXISTS journal, alembic_version")
    stores = await asyncio.gather(*(open_postgres(server.url) for _ in range(3)))
    outcomes = await asyncio.gather(
        *(store.append(ROOM, 0, [entry(1), entry(2)]) for store in stores), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "StaleSeq", "StaleSeq"]
    for store in stores:
        assert list(await store.read(ROOM, 0)) == [entry(1), entry(2)]
        await store.close()
    assert server.administer("SELECT version_num FROM alembic_version") == [("0002",)]


async def test_a_journal_of_before_the_chain_is_bound(server: Postgres, store: ErasableStore) -> None:
    await store.append(ROOM, 0, [entry(1), entry(2)])
    server.administer("ALTER TABLE journal DROP COLUMN seal, DROP COLUMN hash")
    server.administer("UPDATE alembic_version SET version_num = '0001'")
    later = await open_postgres(server.url)
    found = chain.examined(ROOM, await later.read(ROOM, 0))
    assert (found.lines, found.broken) == (2, None)
    await later.close()


async def test_a_newer_schema_is_left_alone_and_named(server: Postgres, store: ErasableStore) -> None:
    server.administer("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match=r"a newer version of Podium .* \(schema 9999\)"):
        await open_postgres(server.url)


async def test_every_connection_commits_to_the_disk_and_waits_for_nothing_without_end(
    server: Postgres, store: ErasableStore
) -> None:
    settings = ("synchronous_commit", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    transactions = store._transactions
    shown = [
        await transactions.read(lambda connection, name=name: connection.exec_driver_sql(f"SHOW {name}").scalar())
        for name in settings
    ]
    assert shown == ["on", "5s", "2s", "10s"]


async def test_what_was_overwritten_is_in_no_file_of_the_table(server: Postgres, store: ErasableStore) -> None:
    secrets = ["ganz-privat ganz-privat", os.urandom(5_000).hex()]  # the second one is stored beside the table
    lines = [Entry(number, 0, secret, "c", "asked", "{}") for number, secret in enumerate(secrets, 1)]
    words = [secret[:20].encode() for secret in secrets]
    await store.append(ROOM, 0, lines)
    server.administer("CHECKPOINT")
    assert all(traces(server, word) for word in words), "the search finds what is there"
    blank = [chain.blanked(line, [chain.ACTOR]) for line in await store.read(ROOM, 0)]
    await store.rewrite(ROOM, 2, [entry(3)], blank)
    server.administer("CHECKPOINT")
    assert [traces(server, word) for word in words] == [[], []]
    assert [line.actor for line in await store.read(ROOM, 0)] == ["", "", "system"]


def traces(server: Postgres, words: bytes) -> list[Path]:
    """The files of tables, indexes and what is stored beside them that hold these words."""
    files = (server.folder / "data" / "base").rglob("*")
    return [file for file in files if file.is_file() and words in file.read_bytes()]


async def test_a_lock_held_too_long_is_busy_and_passes(
    server: Postgres, store: ErasableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    impatient = await open_postgres(server.url)
    with server.connected() as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE")
        assert await code_of_refusal(impatient, 1) == "storage_busy"
        other.execute("ROLLBACK")
    await impatient.append(ROOM, 0, [entry(1)])
    await impatient.close()


async def test_a_server_that_went_away_is_refused_with_a_code_and_found_again(
    server: Postgres, store: ErasableStore
) -> None:
    await store.append(ROOM, 0, [entry(1)])
    server.stop()
    try:
        assert await code_of_refusal(store, 2) == "storage_unavailable"
        with pytest.raises(StoreUnavailable):
            await store.read(ROOM, 0)
    finally:
        server.start()
    await store.append(ROOM, 1, [entry(2)])
    assert list(await store.read(ROOM, 0)) == [entry(1), entry(2)]


async def test_a_server_restarted_in_between_costs_no_refusal(server: Postgres, store: ErasableStore) -> None:
    await store.append(ROOM, 0, [entry(1)])
    server.stop()
    server.start()
    await store.append(ROOM, 1, [entry(2)])


async def test_connections_to_a_server_that_only_reads_since_a_failover_are_given_up(
    server: Postgres, store: ErasableStore
) -> None:
    await store.append(ROOM, 0, [entry(1)])
    # all sessions of before are as on a server that became a replica; those that are made from now on may write
    server.administer("ALTER DATABASE podium SET default_transaction_read_only = off")
    server.administer("ALTER SYSTEM SET default_transaction_read_only = on")
    try:
        server.administer("SELECT pg_reload_conf()")
        async with asyncio.timeout(10):
            seq = 1
            while await writes(store, seq + 1):
                seq += 1
        await store.append(ROOM, seq, [entry(seq + 1)])
    finally:
        server.administer("ALTER SYSTEM RESET default_transaction_read_only")
        server.administer("ALTER DATABASE podium RESET default_transaction_read_only")
        server.administer("SELECT pg_reload_conf()")


async def writes(store: ErasableStore, seq: int) -> bool:
    try:
        await store.append(ROOM, seq - 1, [entry(seq)])
    except StoreUnavailable:
        return False
    return True


async def test_what_was_acknowledged_survives_a_server_that_is_cut_off_while_it_writes(
    server: Postgres, store: ErasableStore
) -> None:
    acknowledged: dict[int, str] = {}
    enough = asyncio.Event()

    async def write() -> None:
        """As a room does: what was refused is tried again, unless it turns out to count."""
        for number in count():
            command = f"command-{number}"
            while True:
                lines = await patiently(store, len(acknowledged))
                if not lines:
                    with suppress(StaleSeq, StoreUnavailable):
                        await store.append(
                            ROOM, len(acknowledged), [Entry(len(acknowledged) + 1, 0, "system", command, "asked", "{}")]
                        )
                        acknowledged[len(acknowledged) + 1] = command
                        break
                elif lines[0].command == command:
                    acknowledged[lines[0].seq] = command
                    break
            if number % 10 == 9:
                enough.set()

    writing = asyncio.create_task(write())
    for _ in range(2):
        await asyncio.wait_for(enough.wait(), 10)
        enough.clear()
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
    await asyncio.wait_for(enough.wait(), 10)
    writing.cancel()
    await asyncio.wait((writing,))
    lines = await store.read(ROOM, 0, limit=100_000)
    assert acknowledged.items() <= {line.seq: line.command for line in lines}.items()
    assert len({line.command for line in lines}) == len(lines)
    assert chain.examined(ROOM, lines).broken is None


async def patiently(store: ErasableStore, since: int) -> Sequence[Entry]:
    while True:
        with suppress(StoreUnavailable):
            return await store.read(ROOM, since)


async def test_a_server_that_says_nothing_more_is_refused_and_what_it_did_is_found(server: Postgres) -> None:
    server.administer("DROP TABLE IF EXISTS journal, alembic_version")
    store = await open_postgres(server.url, answer_seconds=0.3)
    await store.append(ROOM, 0, [entry(1)])
    server.signal_sessions(signal.SIGSTOP)
    try:
        assert await code_of_refusal(store, 2) == "storage_unavailable"
    finally:
        server.signal_sessions(signal.SIGCONT)
    with suppress(StaleSeq):
        await store.append(ROOM, 1, [entry(2)])
    assert list(await store.read(ROOM, 0)) == [entry(1), entry(2)]
    await store.close()


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(
        StoreUnavailable, match=r"cannot open the database postgresql://podium:\*\*\*@/podium"
    ) as refusal:
        await open_postgres("postgresql://podium:confidential@/podium?host=/nonexistent")
    assert "confidential" not in str(refusal.value)


async def test_a_database_in_another_encoding_is_refused(server: Postgres) -> None:
    server.administer("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreUnavailable, match="encoded in LATIN1; create one in UTF8"):
        await open_postgres(server.url.replace("/podium?", "/latin?"))
    server.administer("DROP DATABASE latin")

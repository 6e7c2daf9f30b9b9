"""Which database holds the questions: PostgreSQL where there is one, else the file in the data folder."""

from pathlib import Path

from podium.ports import ErasableStore
from podium.store.sqlite import DATABASE, open_sqlite


async def open_store(data: Path, database: str) -> ErasableStore:
    """The store in this folder, or at this address unless it is ""; its tables are made where there are none.

    Raises StoreUnavailable.
    """
    if not database:
        return await open_sqlite(data / DATABASE)
    from podium.store.postgres import open_postgres

    return await open_postgres(database)

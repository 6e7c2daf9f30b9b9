"""Addresses as people write them, and where they lead."""

import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from podium.store.address import postgres_address


@pytest.mark.parametrize(
    ("url", "led"),
    [
        ("postgresql://podium:a,b@db.example/podium", {"host": "db.example", "user": "podium", "password": "a,b"}),
        ("postgresql://podium@a:5432,b/podium", {"host": "a,b", "port": "5432,", "user": "podium"}),
        ("postgresql://a,b:5433/podium?sslmode=require", {"host": "a,b", "port": ",5433", "sslmode": "require"}),
    ],
)
def test_one_host_or_several_are_asked(url: str, led: dict[str, str]) -> None:
    _, options = PGDialect_psycopg().create_connect_args(postgres_address(url))
    assert {name: options[name] for name in ("dbname", *led)} == {"dbname": "podium"} | led

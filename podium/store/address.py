"""The address of a PostgreSQL database, as libpq writes it, for SQLAlchemy."""

from urllib.parse import quote, urlsplit

from sqlalchemy.engine import URL, make_url


def postgres_address(url: str) -> URL:
    """Several hosts stand between commas for libpq, of which the first that answers is taken; SQLAlchemy has a parameter
    for each."""
    scheme, authority, path, query, _ = urlsplit(url)
    user, at, hosts = authority.rpartition("@")
    if "," in hosts:
        several = "&".join(f"host={quote(host)}" for host in hosts.split(","))
        url = f"{scheme}://{user}{at}{path}?{several}{'&' * bool(query)}{query}"
    return make_url(url).set(drivername="postgresql+psycopg")

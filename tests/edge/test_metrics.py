"""Who may read the metrics."""

import pytest
from aiohttp import ClientSession, web

from podium.edge.metrics import Metrics
from podium.metrics import Family


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"Authorization": "Bearer secret"}, 200),
        ({"Authorization": "bearer secret"}, 200),
        ({"Authorization": "Bearer secrets"}, 401),
        ({"Authorization": "Bearer geheim-ü".encode().decode("latin-1")}, 401),
        ({"Authorization": "Bearer \udcff"}, 401),  # a byte that is no UTF-8
        ({}, 401),
        ({"X-Forwarded-For": "127.0.0.1"}, 401),
    ],
)
async def test_only_the_token_of_the_file_reads_them(header, status):
    rooms = Family("podium_rooms", "gauge", "Rooms.")
    rooms.add(2)
    app = web.Application()
    app.add_routes(Metrics("secret", lambda: [rooms]).routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/metrics"
    async with ClientSession() as http, http.get(url, headers=header) as response:
        text = await response.text()
    await runner.cleanup()
    assert response.status == status
    if status == 200:
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert text == "# HELP podium_rooms Rooms.\n# TYPE podium_rooms gauge\npodium_rooms 2\n"
    else:
        assert "podium_rooms" not in text
        assert response.headers["WWW-Authenticate"].startswith("Bearer")

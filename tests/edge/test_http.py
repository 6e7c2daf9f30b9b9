"""The pages of rooms that exist, with headers that allow nothing else."""

import aiohttp
import pytest

from tests.edge.site import site

PAGES = ("index", "attend", "moderate", "prompt", "studio")


@pytest.fixture
def folder(tmp_path):
    """Built pages."""
    built = tmp_path / "pages"
    (built / "assets").mkdir(parents=True)
    for page in PAGES:
        (built / f"{page}.html").write_text(f"<!doctype html><title>{page}</title>", encoding="utf-8")
    (built / "assets" / "attend-x1.js").write_text("export {};" * 100, encoding="utf-8")
    (tmp_path / "secret").write_text("not for anybody", encoding="utf-8")
    return built


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "index"),
        ("/r/digitales-podium", "attend"),
        ("/moderate/digitales-podium", "moderate"),
        ("/prompt/digitales-podium/ziemer", "prompt"),
        ("/prompt/digitales-podium", "prompt"),
        ("/studio/digitales-podium", "studio"),
    ],
)
async def test_each_page_has_its_address(folder, path, page):
    async with site(folder) as here, here.get(path) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert f"<title>{page}</title>" in await response.text()
        assert response.headers["Cache-Control"] == "no-cache"


async def test_prompters_have_a_service_worker_that_is_always_asked_for_anew(folder):
    (folder / "prompt-worker.js").write_text("self.skipWaiting();", encoding="utf-8")
    async with site(folder) as here, here.get("/prompt-worker.js") as response:
        assert response.headers["Content-Type"].startswith("text/javascript")
        assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/r/nowhere", "/moderate/nowhere", "/prompt/nowhere/ziemer", "/studio/nowhere", "/r/%00", "/r/%F0%9F"]
)
async def test_a_room_that_does_not_exist_is_said_in_both_languages(folder, path):
    async with site(folder) as here, here.get(path) as response:
        assert response.status == 404
        text = await response.text()
        assert "Diesen Raum gibt es nicht." in text
        assert "There is no such room." in text


@pytest.mark.parametrize(
    "path", ["/prompt/digitales-podium/nobody", "/wp-login.php", "/r", "/assets/", "/assets/none.js", "/favicon.ico"]
)
async def test_any_other_address_is_a_sentence(folder, path):
    async with site(folder) as here, here.get(path) as response:
        assert response.status == 404
        assert "Diese Seite gibt es nicht." in await response.text()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/r/digitales-podium/", "/r/digitales-podium"),
        ("/R/Digitales-Podium", "/r/digitales-podium"),
        ("/Prompt/digitales-podium/Ziemer/?mode=script", "/prompt/digitales-podium/ziemer?mode=script"),
    ],
)
async def test_an_address_as_a_phone_writes_it_leads_to_the_room(folder, written, meant):
    async with site(folder) as here, here.get(written) as response:
        assert (response.status, response.headers["Location"]) == (302, meant)


@pytest.mark.parametrize("path", ["//evil.example/r/digitales-podium/", "/r/nowhere/", "/R", "/Assets/attend-x1.js"])
async def test_no_other_address_leads_elsewhere(folder, path):
    async with site(folder) as here, here.get(path) as response:
        assert response.status == 404


async def test_a_sentence_looks_like_the_front_page(folder):
    looks = '<link rel="stylesheet" href="/assets/index-x1.css">'
    (folder / "index.html").write_text(f"<!doctype html>{looks}<title>index</title>", encoding="utf-8")
    async with site(folder) as here, here.get("/r/nowhere") as response:
        assert looks in await response.text()


@pytest.mark.parametrize(
    "path", ["/assets/../../secret", "/assets/..%2f..%2fsecret", "/assets/%2fetc/passwd", "/assets/%00"]
)
async def test_nothing_outside_the_folder_is_served(folder, path):
    async with site(folder) as here, here.get(path) as response:
        assert response.status == 404
        assert "not for anybody" not in await response.text()


async def test_pages_that_are_not_built_are_a_sentence(tmp_path):
    async with site(tmp_path / "none") as here, here.get("/r/digitales-podium") as response:
        assert response.status == 503
        assert "make run" in await response.text()


async def test_assets_are_kept_by_browsers_for_good_and_travel_compressed(folder):
    async with site(folder) as here, here.get("/assets/attend-x1.js") as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert response.headers["Content-Encoding"] == "gzip"
        assert await response.text() == "export {};" * 100


@pytest.mark.parametrize("path", ["/", "/r/nowhere", "/assets/attend-x1.js", "/studio/digitales-podium", "/ws"])
async def test_every_answer_carries_the_headers_that_keep_pages_in_bounds(folder, path):
    async with site(folder) as here, here.get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Server" not in response.headers
        camera = "camera=(self)" if path.startswith("/studio/") else "camera=()"
        assert camera in response.headers["Permissions-Policy"]


async def test_a_large_body_is_refused_unread(folder):
    async with (
        site(folder) as here,
        aiohttp.ClientSession() as session,
        session.post(f"{here.address}/r/digitales-podium", data=b"x" * 100_000) as response,
    ):
        assert response.status == 405

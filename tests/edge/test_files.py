"""Built files, kept in memory and read anew when they were built anew."""

import gzip
import os

import pytest
from aiohttp import hdrs
from aiohttp.test_utils import make_mocked_request

from podium.edge.files import Files


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.css").write_text("a { color: red }" * 20, encoding="utf-8")
    (tmp_path / "assets" / "a.woff2").write_bytes(b"wOF2")
    return tmp_path


def ask(files, name, **headers):
    request = make_mocked_request(
        "GET", f"/{name}", headers={key.replace("_", "-"): value for key, value in headers.items()}
    )
    return files.response(request, name, "no-cache")


def test_a_text_is_packed_for_whoever_unpacks_it(folder):
    files = Files(folder)
    packed, plain = ask(files, "assets/a.css", Accept_Encoding="gzip"), ask(files, "assets/a.css")
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers[hdrs.VARY] == plain.headers[hdrs.VARY] == hdrs.ACCEPT_ENCODING


def test_a_font_is_sent_as_it_is(folder):
    response = ask(Files(folder), "assets/a.woff2", Accept_Encoding="gzip")
    assert (response.body, response.headers[hdrs.CONTENT_TYPE]) == (b"wOF2", "font/woff2")
    assert hdrs.CONTENT_ENCODING not in response.headers


def test_whoever_has_it_gets_304(folder):
    files = Files(folder)
    etag = ask(files, "assets/a.css").headers[hdrs.ETAG]
    assert ask(files, "assets/a.css", If_None_Match=etag).status == 304


def test_a_file_built_anew_is_read_anew(folder):
    files = Files(folder)
    before = ask(files, "assets/a.css").headers[hdrs.ETAG]
    path = folder / "assets" / "a.css"
    path.write_text("a { color: blue }", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert ask(files, "assets/a.css").headers[hdrs.ETAG] != before


@pytest.mark.parametrize("name", ["assets", "assets/none.css", "../outside", "assets/../../outside", "/etc/passwd"])
def test_what_is_no_file_of_the_folder_is_nothing(folder, name):
    (folder.parent / "outside").write_text("secret", encoding="utf-8")
    assert ask(Files(folder), name) is None

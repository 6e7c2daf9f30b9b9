"""Records over HTTP: for moderators, by a token in a header."""

import csv
import io

import pytest

from moderation import command
from moderation.policy import Role
from podium import chain
from podium.ports import StoreUnavailable
from podium.store.memory import MemoryStore
from tests.edge.site import Site, site
from tests.live import ANNA, BEN, MODERATOR, ROOM, Client

RECORDS = ("questions.csv", "questions.json", "minutes.html")
LOGS = ("log.csv", "log.json")


async def some_questions(here: Site) -> None:
    """Question 1 is public, question 2 declined, question 3 waits."""
    anna, ben, moderator = (Client(here.hub, who) for who in (ANNA, BEN, MODERATOR))
    await anna.done(command.Ask("Wem gehören die Daten?", "de", "Anna", "Stadt Ulm"), "c1")
    await ben.done(command.Ask("STRENG GEHEIM", "de", "Ben"), "c2")
    await ben.done(command.Ask("NOCH UNGEPRÜFT", "de"), "c3")
    await moderator.done(command.Approve(1), "m1")
    await moderator.done(command.Decline(2, "not_civil", "VERTRAULICH"), "m2")


def bearing(here: Site, role: Role = Role.MODERATOR) -> dict[str, str]:
    return {"Authorization": f"Bearer {here.token(role)}"}


@pytest.mark.parametrize("file", RECORDS)
async def test_a_moderator_takes_the_full_and_the_public_record_home(file):
    async with site() as here:
        await some_questions(here)
        for version in ("public", "full"):
            async with here.get(f"/export/{ROOM}/{version}/{file}", **bearing(here)) as response:
                text = await response.text()
                assert response.status == 200
                assert response.headers["Content-Disposition"] == f'attachment; filename="{ROOM}-{version}-6-{file}"'
                assert response.headers["Cache-Control"] == "no-store"
                assert response.charset == "utf-8"
            assert "Wem gehören die Daten?" in text
            secrets = [s for s in ("STRENG GEHEIM", "NOCH UNGEPRÜFT", "VERTRAULICH", "Ben") if s in text]
            assert secrets == ([] if version == "public" else ["STRENG GEHEIM", "NOCH UNGEPRÜFT", "VERTRAULICH", "Ben"])
            assert [s for s in ("127.0.0.1", "device:", "@") if s in text.partition("</style>")[2]] == []


@pytest.mark.parametrize("file", LOGS)
async def test_a_moderator_takes_the_decision_log_home(file):
    store = MemoryStore()
    async with site(store=store) as here:
        await some_questions(here)
        async with here.get(f"/export/{ROOM}/full/{file}", **bearing(here)) as response:
            text = await response.text()
        head = chain.examined(ROOM, await store.read(ROOM, 0)).head
    assert (response.status, response.charset) == (200, "utf-8")
    assert head in text
    assert "link:m1" in text
    assert "not_civil" in text
    assert [s for s in ("GEHEIM", "UNGEPRÜFT", "Anna", "device:") if s in text] == []


async def test_the_log_is_the_one_of_the_command_line():
    async with site() as here:
        await some_questions(here)
        async with here.get(f"/export/{ROOM}/full/log.csv", **bearing(here)) as response:
            rows = list(csv.DictReader(io.StringIO((await response.text()).removeprefix("\ufeff"), newline="")))
    assert [row["step"] for row in rows] == [
        "RoomDescribed", "QuestionAsked", "QuestionAsked", "QuestionAsked", "QuestionApproved", "QuestionDeclined",
    ]  # fmt: skip


@pytest.mark.parametrize("path", [f"public/{RECORDS[0]}", f"full/{RECORDS[2]}", f"full/{LOGS[0]}"])
@pytest.mark.parametrize(
    ("role", "status", "code"),
    [(None, 401, "token_missing"), (Role.SPEAKER, 403, "token_insufficient"), (Role.STUDIO, 403, "token_insufficient")],
)
async def test_nobody_else_gets_anything(path, role, status, code):
    async with site() as here:
        await some_questions(here)
        headers = {} if role is None else bearing(here, role)
        async with here.get(f"/export/{ROOM}/{path}", **headers) as response:
            assert response.status == status
            assert (await response.json(content_type=None))["code"] == code
        async with here.get(f"/export/{ROOM}/{path}?token={here.token(Role.MODERATOR)}", **headers) as response:
            assert response.status == status, "a token in the address is none"


@pytest.mark.parametrize("path", [f"{ROOM}/public/log.csv", f"{ROOM}/all/log.csv", f"{ROOM}/full/secret", ROOM])
async def test_there_is_no_other_file(path):
    async with site() as here, here.get(f"/export/{path}", **bearing(here)) as response:
        assert response.status == 404


async def test_a_room_that_does_not_exist_is_said():
    async with site() as here, here.get("/export/nowhere/full/log.csv", **bearing(here)) as response:
        assert (response.status, (await response.json(content_type=None))["code"]) == (404, "room_unknown")


async def test_a_log_that_cannot_be_read_now_may_be_asked_for_again():
    class Unreadable(MemoryStore):
        gone = False

        async def read(self, room, since, limit=1000):
            if self.gone:
                raise StoreUnavailable("storage_busy", "the database is locked")
            return await super().read(room, since, limit)

    store = Unreadable()
    async with site(store=store) as here:
        store.gone = True
        async with here.get(f"/export/{ROOM}/full/log.csv", **bearing(here)) as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "1")

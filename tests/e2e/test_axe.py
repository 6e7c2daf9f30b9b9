"""axe finds nothing on any page in any state, light and dark, German and English."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.axe import faults
from tests.e2e.rooms import SPEAKER, House, Room

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
# A colour on its way to another is neither: the audit looks at what stays.
STILL = {"reduced_motion": "reduce"}

Open = Callable[..., Page]


def speak_english(page: Page) -> None:
    page.get_by_role("button", name="EN English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def ask(page: Page, text: str) -> None:
    page.get_by_label("Was möchten Sie wissen?").fill(text)
    page.get_by_role("button", name="Frage senden").click()
    expect(page.get_by_role("region", name="Meine Fragen").locator("h3").nth(0)).to_be_visible()


def test_pages_without_a_room(house: House, open_page: Open) -> None:
    page = open_page(f"{house.server.base}/r/nowhere", **STILL)
    expect(page.get_by_text("Diesen Raum gibt es nicht.")).to_be_visible()
    assert faults(page) == []
    for page_of in ("moderate", "studio"):
        page.goto(f"{house.server.base}/{page_of}/{house.empty.identifier}#{'x' * 60}")
        expect(page.get_by_text("Dieser Link ist nicht gültig.")).to_be_visible()
        assert faults(page) == []
    page.goto(house.server.base)
    expect(page.locator("h1")).to_be_visible()
    assert faults(page) == []
    speak_english(page)
    assert faults(page) == []


def test_attend_before_anything_happened_and_with_questions_in_every_state(room: Room, open_page: Open) -> None:
    page = open_page(room.attend, **STILL)
    expect(page.get_by_text("Noch sind keine Fragen freigegeben")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Darstellung").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Frage senden").click()
    expect(page.get_by_text("Bitte schreiben Sie Ihre Frage.")).to_be_visible()
    assert faults(page) == []
    receipts = page.get_by_role("region", name="Meine Fragen")
    for number, text in enumerate(("Wann?", "Wo?", "Wie?", "Wer?"), 1):
        ask(page, text)
        expect(receipts.get_by_role("heading", name=f"Nr. {number}")).to_be_visible()
    room.ask("Warum erst jetzt?", "Was kostet es?", "Wer hilft dem Land?", name="Ida Renner", affiliation="Stadt Aalen")
    with room.moderator() as moderator:
        for number in (2, 5):
            moderator.do("approve", question=number)
        moderator.do("decline", question=3, reason="already_asked", note="Siehe Frage 1.")
        for number in (4, 6, 7):
            moderator.do("enqueue", question=number, queue=SPEAKER)
        moderator.do("air", question=6, instead=None)
        moderator.do("air", question=7, instead=6)
    expect(page.get_by_text("Beantwortet (1)")).to_be_visible()
    page.get_by_role("button", name="Frage 5 unterstützen").click()
    page.get_by_text("Name und Institution nennen").click()
    page.get_by_text("Beantwortet (1)").click()
    closed = receipts.locator("details:not([open]) summary")
    while closed.count():
        closed.first.click()
    assert faults(page) == []
    receipts.get_by_role("button", name="Zurückziehen Nr. 1").click()
    dialog = page.get_by_role("dialog", name="Frage zurückziehen?")
    expect(dialog).to_be_visible()
    assert faults(page) == []
    dialog.get_by_role("button", name="Zurückziehen").click()
    expect(receipts).to_contain_text("Von Ihnen zurückgezogen")
    speak_english(page)
    assert faults(page) == []


def test_moderate(room: Room, open_page: Open) -> None:
    page = open_page(room.moderate, **STILL)
    expect(page.get_by_text("Alles gesichtet")).to_be_visible()
    assert faults(page) == []
    room.fill()
    expect(page.get_by_text("Wie lange noch?")).to_be_visible()
    assert faults(page) == []
    inbox = page.get_by_role("region", name="Eingang")
    inbox.get_by_role("button", name="Ablehnen").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Ablehnen").click()
    expect(page.get_by_text("Bitte einen Grund wählen.")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Tastatur").click()
    expect(page.get_by_text("nächste Frage")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.set_viewport_size(PHONE)
    sections = page.locator(".desk > nav").get_by_role("button")
    expect(sections).to_have_count(6)
    for section in sections.all():
        section.click()
        assert faults(page) == []
    page.set_viewport_size(DESKTOP)
    speak_english(page)
    assert faults(page) == []


def test_prompt_that_lost_its_connection(room: Room, open_page: Open) -> None:
    cut = []

    def pass_until_cut(route: WebSocketRoute) -> None:
        if cut:
            route.close()
        else:
            route.connect_to_server()
            routes.append(route)

    routes: list[WebSocketRoute] = []
    page = open_page("about:blank", **STILL)
    page.clock.install()
    page.route_web_socket("**/ws", pass_until_cut)
    page.goto(room.prompt)
    expect(page.get_by_text("Noch keine Frage für Sie")).to_be_visible()
    cut.append(True)
    for route in routes:
        route.close()
    page.clock.fast_forward(6_000)
    expect(page.get_by_text("Verbindung fehlt")).to_be_visible()
    assert faults(page) == []


def test_host(room: Room, open_page: Open) -> None:
    page = open_page(room.host, **STILL)
    expect(page.get_by_text("Gerade ist keine Frage auf der Bühne.")).to_be_visible()
    assert faults(page) == []
    room.fill()
    with room.directed() as director:
        director.do("brief", question=3, note="Bitte kurz")
        director.do("startclock", clock="session", duration=60_000)
        director.do("startclock", clock=SPEAKER, duration=1)
        director.do("sendcue", text="Bitte kürzer")
        director.do("announce", kind="break")
    open_page(room.prompt, **STILL)
    expect(page.locator(".screen")).to_contain_text("verbunden")
    expect(page.locator(".mark[data-mark=shown]")).to_have_count(1)
    assert faults(page) == []
    page.get_by_role("button", name="Tastatur").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Andere Zeit für Vertretung").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Text von Prof. Dr. Ziemer").click()
    expect(page.get_by_label("Sprechtext")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.set_viewport_size(PHONE)
    sections = page.locator(".host > nav").get_by_role("button")
    expect(sections).to_have_count(5)
    for section in sections.all():
        section.click()
        assert faults(page) == []
    page.set_viewport_size(DESKTOP)
    speak_english(page)
    assert faults(page) == []


def test_studio(room: Room, open_page: Open) -> None:
    page = open_page(room.studio, permissions=["camera", "microphone"], **STILL)
    expect(page.get_by_role("button", name="Kamera einschalten")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Kamera einschalten").click()
    page.get_by_text("OBS und FFmpeg").click()
    page.get_by_role("button", name="Token zeigen").click()
    expect(page.get_by_role("button", name="Auf Sendung gehen")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Auf Sendung gehen").click()
    expect(page.get_by_text("Live seit")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Stummschalten").click()
    assert faults(page) == []
    speak_english(page)
    assert faults(page) == []

"""Questions under real conditions: two moderators at once, lists under a hand, cuts, reloads, a thumb on a phone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from moderation.policy import ASKS_PER_WINDOW
from tests.e2e.rooms import SPEAKER, Room

Open = Callable[..., Page]

PHONE = {"width": 360, "height": 740}
TEXT = "Was möchten Sie wissen?"


def ask(page: Page, text: str) -> None:
    page.get_by_label(TEXT).fill(text)
    page.get_by_role("button", name="Frage senden").click()


def receipts(page: Page) -> Locator:
    return page.get_by_role("region", name="Meine Fragen")


def approve(room: Room, *numbers: int) -> None:
    with room.moderator() as moderator:
        for number in numbers:
            moderator.do("approve", question=number)


@dataclass
class Wire:
    """The page's WebSocket, to be cut at a moment of the test's choice."""

    cut: bool = False
    routes: list[WebSocketRoute] = field(default_factory=list)

    def attach(self, page: Page) -> "Wire":
        page.route_web_socket(re.compile("/ws$"), self._open)
        return self

    def lose(self) -> None:
        """The socket is gone, and every new one is refused."""
        self.cut = True
        for route in self.routes:
            route.close()

    def _open(self, route: WebSocketRoute) -> None:
        if self.cut:
            route.close()
            return
        server = route.connect_to_server()
        self.routes.append(route)
        route.on_message(server.send)
        server.on_message(route.send)


def test_new_questions_wait_while_a_pointer_or_the_focus_is_in_the_public_list_and_while_it_is_stopped(
    room: Room, open_page: Open
) -> None:
    approve(room, *room.ask("Wer zahlt das?"))
    page = open_page(room.attend)
    questions = page.get_by_role("region", name="Fragen aus dem Publikum")
    rows = questions.get_by_role("listitem")
    rows.filter(has_text="Wer zahlt das?").hover()
    approve(room, *room.ask("Und wann?", "Und wo?"))
    fresh = questions.get_by_role("button", name="2 neue Fragen anzeigen")
    expect(fresh).to_be_visible()
    expect(rows).to_have_count(1)
    page.mouse.move(0, 0)
    expect(rows).to_have_count(3)
    expect(fresh).to_have_count(0)

    vote = questions.get_by_role("button", name="Frage 1 unterstützen")
    vote.focus()
    approve(room, *room.ask("Und wie?"))
    fresh = questions.get_by_role("button", name="1 neue Frage anzeigen")
    expect(fresh).to_be_visible()
    expect(rows).to_have_count(3)
    fresh.press("Enter")
    expect(rows).to_have_count(4)

    # a list that was stopped waits until it is let go
    questions.get_by_role("button", name="Liste anhalten").click()
    page.mouse.move(0, 0)
    approve(room, *room.ask("Und warum?"))
    expect(fresh).to_be_visible()
    expect(rows).to_have_count(4)
    questions.get_by_role("button", name="Liste weiterlaufen lassen").click()
    expect(rows).to_have_count(5)


def test_the_inbox_stands_still_under_a_moderators_hand(room: Room, open_page: Open) -> None:
    room.ask("Eins?", "Zwei?")
    page = open_page(room.moderate)
    inbox = page.get_by_role("region", name="Eingang")
    rows = inbox.get_by_role("listitem")
    rows.nth(0).hover()
    room.ask("Drei?", "Vier?")
    fresh = inbox.get_by_role("button", name="2 neue anzeigen")
    expect(fresh).to_be_visible()
    expect(rows).to_have_count(2)
    fresh.click()
    expect(rows).to_have_count(4)
    # a colleague takes one away: it stays where the hand is, and says what became of it
    rows.nth(0).hover()
    approve(room, 1)
    expect(rows.nth(0)).to_contain_text("Inzwischen: Freigegeben")
    rows.nth(0).get_by_role("button", name="Zeigen, wo sie steht").click()
    approved = page.get_by_role("region", name="Freigegeben").get_by_role("listitem", name="Frage 1", exact=True)
    expect(approved).to_be_focused()
    rows.nth(1).hover()
    page.mouse.move(0, 0)
    expect(rows).to_have_count(3)
    # further down than that list is drawn, too
    with room.moderator() as helper:
        for number in range(5, 18):
            helper.do("transcribe", text=f"Nummer {number}?", language="de")
    with room.moderator() as colleague:
        for number in range(5, 17):
            colleague.do("approve", question=number)
        gone = inbox.get_by_role("listitem", name="Frage 17")
        gone.hover()
        colleague.do("approve", question=17)
    gone.get_by_role("button", name="Zeigen, wo sie steht").click()
    approved = page.get_by_role("region", name="Freigegeben").get_by_role("listitem", name="Frage 17")
    expect(approved).to_be_focused()


def test_two_moderators_want_the_stage_at_once_and_one_is_told(room: Room, open_page: Open) -> None:
    first, second = room.ask("Eins?", "Zwei?")
    with room.moderator() as moderator:
        for number in (first, second):
            moderator.do("enqueue", question=number, queue=SPEAKER)
    wire = Wire()
    slow = open_page("about:blank")
    held: list[tuple[WebSocketRoute, str | bytes]] = []

    def hold_back(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        wire.routes.append(server)

        def to_server(frame: str | bytes) -> None:
            if '"air"' in str(frame) or '"approve"' in str(frame):
                held.append((server, frame))
            else:
                server.send(frame)

        route.on_message(to_server)

    slow.route_web_socket(re.compile("/ws$"), hold_back)
    slow.goto(room.moderate)
    quick = open_page(room.moderate)
    stages = [page.get_by_role("region", name="Auf der Bühne") for page in (slow, quick)]
    rows = [
        page.get_by_role("listitem", name=f"Frage {number}", exact=True)
        for page, number in ((slow, first), (quick, second))
    ]
    # both press while the stage is empty for both of them; the first one's frame is still on the way
    rows[0].get_by_role("button", name="Auf die Bühne").click()
    expect(rows[0]).to_contain_text("wird gesendet")
    rows[1].get_by_role("button", name="Auf die Bühne").click()
    expect(stages[1]).to_contain_text("Zwei?")
    for server, frame in held:
        server.send(frame)
    expect(slow.get_by_text("Auf der Bühne ist inzwischen eine andere Frage.").first).to_be_visible()
    for stage in stages:
        expect(stage).to_contain_text("Zwei?")
    expect(rows[0].get_by_role("button", name="Auf die Bühne")).to_be_visible()
    # what one approves another has declined by then: it is not overruled unseen
    held.clear()
    (third,) = room.ask("Drei?")
    row = slow.get_by_role("listitem", name=f"Frage {third}", exact=True)
    row.get_by_role("button", name="Freigeben").click()
    expect(row).to_contain_text("wird gesendet")
    with room.moderator() as moderator:
        moderator.do("decline", question=third, reason="off_topic", seen="submitted")
        for server, frame in held:
            server.send(frame)
        expect(slow.get_by_text("Die Frage ist inzwischen einen Schritt weiter.").first).to_be_visible()
        assert moderator.entities[f"question/{third}"]["state"] == "declined"


LOSE_EACH_FIRST_ANSWER = """() => {
  window.cuts = 0;
  const lost = new Set();
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      // before the page listens: the question is durable, and nobody was told
      this.addEventListener("message", (message) => {
        const { type, id } = JSON.parse(message.data);
        if (type !== "ack" || lost.has(id)) return;
        message.stopImmediatePropagation();
        lost.add(id);
        window.cuts += 1;
        this.close();
        this.addEventListener("close", () => setTimeout(() => dispatchEvent(new Event("online"))));
      });
    }
  };
}"""

ASK_EACH = """async (texts) => {
  const seen = (fits) => new Promise((resolve) => {
    const look = () => { if (fits()) { watcher.disconnect(); resolve(); } };
    const watcher = new MutationObserver(look);
    watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
  });
  const numbered = () => [...document.querySelectorAll(".receipt:not(.receipt-pending)")];
  await seen(() => document.querySelector(".ask-form textarea"));
  for (const [turn, text] of texts.entries()) {
    const field = document.querySelector(".ask-form textarea");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.form.requestSubmit();
    await seen(() => numbered().length === turn + 1 && !document.querySelector(".receipt-pending"));
  }
  const receipts = numbered().map((row) => row.innerText);
  localStorage.clear();  // the next one is another device
  return { receipts, cuts: window.cuts };
}"""


def test_a_hundred_sockets_lost_between_question_and_answer_leave_a_hundred_questions(
    room: Room, open_page: Open
) -> None:
    page = open_page("about:blank")
    page.add_init_script(f"({LOSE_EACH_FIRST_ANSWER})()")
    asked: list[str] = []
    for device in range(100 // ASKS_PER_WINDOW):
        page.goto(room.attend)
        texts = [f"Frage {turn} von Gerät {device}?" for turn in range(ASKS_PER_WINDOW)]
        told = page.evaluate(ASK_EACH, texts)
        assert told["cuts"] == ASKS_PER_WINDOW
        for place, text in enumerate(reversed(texts)):
            number = len(asked) + ASKS_PER_WINDOW - place
            assert f"Nr. {number}" in told["receipts"][place]
            assert text in told["receipts"][place]
        asked += texts
    with room.moderator() as moderator:
        assert sorted(moderator.texts) == sorted(asked), "each question once, and no other"


def test_a_question_sent_without_a_connection_survives_a_reload_and_arrives_once(room: Room, open_page: Open) -> None:
    page = open_page("about:blank")
    wire = Wire().attach(page)
    page.goto(room.attend)
    expect(page.get_by_text("verbunden", exact=True)).to_have_count(1)
    wire.lose()
    expect(page.get_by_text("nicht verbunden")).to_have_count(1)
    ask(page, "Kommt das noch an?")
    expect(page.get_by_role("status")).to_have_text(
        "Keine Verbindung. Ihre Frage wartet hier und geht dann von selbst ab."
    )
    expect(receipts(page)).to_contain_text("Wartet auf die Verbindung")
    page.reload()
    expect(receipts(page)).to_contain_text("Kommt das noch an?")
    wire.cut = False
    expect(receipts(page)).to_contain_text("Eingegangen", timeout=15_000)
    inbox = open_page(room.moderate).get_by_role("region", name="Eingang")
    expect(inbox.get_by_text("Kommt das noch an?")).to_have_count(1)
    expect(inbox.get_by_role("listitem")).to_have_count(1)


def test_draft_receipts_and_votes_language_and_theme_are_there_again_after_a_reload(
    room: Room, open_page: Open
) -> None:
    approve(room, *room.ask("Wer zahlt das?"))
    page = open_page(room.attend)
    ask(page, "Und wer hilft?")
    vote = page.get_by_role("button", name="Frage 1 unterstützen")
    vote.click()
    expect(vote).to_have_accessible_name("Frage 1 unterstützen, 1 Stimme")
    expect(receipts(page)).to_contain_text("Eingegangen")
    page.get_by_label(TEXT).fill("Noch nicht fer")
    page.get_by_text("Name und Institution nennen").click()
    name = page.get_by_label("Name", exact=True)
    # a typo at the first letter: the field stays where it is
    name.press_sequentially("O")
    name.press("Backspace")
    expect(name).to_be_focused()
    name.fill("Ida " * 21)
    page.get_by_text("Name und Institution nennen").click()
    expect(name).to_be_hidden()
    page.get_by_role("button", name="Frage senden").click()
    expect(name).to_be_focused()
    name.fill("Ida Renner")
    page.get_by_label("An wen richtet sich die Frage?").select_option(SPEAKER)
    page.reload()
    expect(receipts(page)).to_contain_text("Und wer hilft?")
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label(TEXT)).to_have_value("Noch nicht fer")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ida Renner")
    expect(page.get_by_label("An wen richtet sich die Frage?")).to_have_value(SPEAKER)
    page.get_by_role("button", name="EN English").click()
    expect(page.get_by_role("button", name="Send question")).to_be_visible()
    page.get_by_role("button", name="Appearance").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.get_by_role("button", name="Send question")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")


def test_receipts_go_on_after_a_day_on_the_same_device(room: Room, open_page: Open) -> None:
    page = open_page("about:blank")
    page.clock.install()
    page.goto(room.attend)
    ask(page, "Und wer hilft?")
    expect(receipts(page)).to_contain_text("Eingegangen")
    page.goto("about:blank")
    page.clock.fast_forward("25:00:00")
    with room.moderator() as moderator:
        moderator.do("decline", question=1, reason="off_topic", note="Morgen ist das Thema dran.")
    page.goto(room.attend)
    expect(receipts(page)).to_contain_text("Nicht übernommen: passt nicht zum Thema")
    expect(receipts(page)).to_contain_text("Morgen ist das Thema dran.")
    with room.moderator() as moderator:
        moderator.do("approve", question=1)
    expect(receipts(page)).to_contain_text("Freigegeben und für alle sichtbar")


def test_roles_survive_a_reload_and_leave_the_address_bar(room: Room, open_page: Open) -> None:
    room.ask("Eins?")
    shown = {room.moderate: "Eins?", room.prompt: "Noch keine Frage für Sie", room.studio: "Kamera einschalten"}
    for address, text in shown.items():
        page = open_page(address)
        expect(page.get_by_text(text)).to_be_visible()
        assert page.url == address.partition("#")[0]
        page.reload()
        expect(page.get_by_text(text)).to_be_visible()


def test_a_question_too_long_or_empty_is_kept_and_the_fault_stands_at_its_field(room: Room, open_page: Open) -> None:
    page = open_page(room.attend)
    text = page.get_by_label(TEXT)
    page.get_by_role("button", name="Frage senden").click()
    expect(text).to_be_focused()
    expect(text).to_have_accessible_description(re.compile("Bitte schreiben Sie Ihre Frage."))
    text.fill("x" * 603)
    page.get_by_role("button", name="Frage senden").click()
    expect(text).to_be_focused()
    expect(text).to_have_accessible_description(re.compile("Bitte kürzen Sie um 3 Zeichen."))
    expect(text).to_have_value("x" * 603)
    text.fill("x\u0007y")
    page.get_by_role("button", name="Frage senden").click()
    expect(text).to_have_accessible_description(re.compile("unsichtbare Steuerzeichen"))
    expect(text).to_have_value("x\u0007y")


def test_with_one_thumb_from_the_inbox_to_answered(room: Room, open_page: Open) -> None:
    room.ask("Eins?", "Zwei?", addressee=SPEAKER)
    page = open_page(room.moderate, viewport=PHONE, has_touch=True, is_mobile=True)
    sections = page.locator(".desk > nav")

    def show(section: str) -> None:
        sections.get_by_role("button", name=section).tap()

    row = page.get_by_role("listitem", name="Frage 1", exact=True).locator("visible=true")
    row.get_by_role("button", name="Freigeben").tap()
    expect(row).to_have_count(0)
    show("Freigegeben")
    row.get_by_role("button", name="Einreihen", exact=True).tap()
    row.get_by_role("button", name="Einreihen bei Prof. Dr. Ziemer").tap()
    show("Reihen")
    row.get_by_role("button", name="Auf die Bühne").tap()
    show("Bühne")
    stage = page.get_by_role("region", name="Auf der Bühne")
    expect(stage).to_contain_text("Eins?")
    stage.get_by_role("button", name="Beantwortet").tap()
    expect(page.get_by_text("Gerade ist keine Frage auf der Bühne.")).to_be_visible()
    show("Erledigt")
    expect(row).to_contain_text("Eins?")


def test_the_asker_reads_reason_and_sentence_of_a_decline(room: Room, open_page: Open) -> None:
    asker = open_page(room.attend)
    ask(asker, "Was gibt es zu essen?")
    page = open_page(room.moderate)
    page.get_by_role("listitem", name="Frage 1").get_by_role("button", name="Ablehnen").click()
    dialog = page.get_by_role("dialog")
    with room.moderator() as colleague:
        colleague.do("enqueue", question=1, queue=SPEAKER)
    expect(receipts(asker)).to_contain_text("Eingereiht für Prof. Dr. Ziemer")
    expect(dialog.get_by_role("status")).to_have_text("Inzwischen: Eingereiht")  # whoever goes on overrules knowingly
    dialog.get_by_label("passt nicht zum Thema").check()
    dialog.get_by_label("Ein Satz an die fragende Person").fill("Das Programm sagt es.")
    dialog.get_by_role("button", name="Ablehnen").click()
    expect(receipts(asker)).to_contain_text("Nicht übernommen: passt nicht zum Thema")
    expect(receipts(asker)).to_contain_text("Das Programm sagt es.")
    expect(receipts(asker)).to_contain_text("Eingereiht")
    expect(receipts(asker)).not_to_contain_text("Eingereiht für")  # for nobody any more, and never for the whole panel
    expect(open_page(room.attend).get_by_text("Das Programm sagt es.")).to_have_count(0)


def test_a_question_is_dragged_into_a_queue_and_within_it(room: Room, open_page: Open) -> None:
    first, second = room.ask("Wann?", "Wo?")
    page = open_page(room.moderate)
    inbox, queue = (page.get_by_role("region", name=name) for name in ("Eingang", "Prof. Dr. Ziemer"))

    def row(around: Locator, number: int) -> Locator:
        return around.get_by_role("listitem", name=f"Frage {number}", exact=True)

    for number in (first, second):
        # what dragging needs is loaded after the page
        expect(row(inbox, number)).to_have_attribute("draggable", "true")
        row(inbox, number).locator(".handle").drag_to(queue.locator(".queue-head"))
        expect(row(queue, number)).to_be_visible()
        expect(row(inbox, number)).to_have_count(0)
    expect(row(queue, second)).to_have_attribute("draggable", "true")
    row(queue, second).locator(".handle").hover()
    page.mouse.down()
    for height in (20, 4):
        row(queue, first).hover(position={"x": 60, "y": height})
    page.mouse.up()
    expect(queue.get_by_role("listitem").first).to_have_attribute("data-number", str(second))
    # the hand goes to the keyboard, and the mouse stays where it is
    row(queue, second).focus()
    page.keyboard.press("i")
    expect(queue.get_by_role("listitem").first).to_have_attribute("data-number", str(first))

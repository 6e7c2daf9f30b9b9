"""The host's desk with real prompters beside it: steps, cues, clocks, requests, screens, scripts, the notice to all."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.e2e.rooms import SPEAKER, Room
from tests.e2e.stage import give_speech, touch

Open = Callable[..., Page]

NAME = "Prof. Dr. Ziemer"
STILL = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 720}}
SCROLLED = """element => new Promise((resolve) => {
  const look = () => element.scrollTop > 0 ? resolve(element.scrollTop) : requestAnimationFrame(look);
  look();
})"""
"""How far the text has gone, once it has gone."""
SCROLLED_TO = """async (element, place) => {
  const late = performance.now() + 20_000;
  while (Math.abs(element.scrollTop - place) > 2) {
    if (performance.now() > late) throw new Error(`stands at ${element.scrollTop}`);
    await new Promise(requestAnimationFrame);
  }
}"""
AGREEMENT = 200
"""Milliseconds by which the clocks of two screens may differ."""

# When a prompter's clock showed which text, by the time of the one machine that all of them run on.
WATCH_CLOCK = """() => {
  const clock = document.querySelector(".clock-own .clock-time");
  window.turned = {};
  new MutationObserver(() => { window.turned[clock.textContent] ??= window.trueNow(); })
    .observe(clock, { characterData: true, childList: true, subtree: true });
}"""
TURNED = """() => new Promise((resolve, reject) => {
  const late = performance.now() + 20_000;
  const look = () => {
    if (Object.keys(window.turned).length >= 4) resolve(window.turned);
    else if (performance.now() > late) reject(new Error("the clock stands still"));
    else setTimeout(look, 50);
  };
  look();
})"""


def queued(room: Room, *texts: str, queue: str = SPEAKER) -> list[int]:
    """Questions that wait in a running order."""
    numbers = room.ask(*texts)
    with room.moderator() as moderator:
        for number in numbers:
            moderator.do("enqueue", question=number, queue=queue)
    return numbers


def stage_of(desk: Page) -> Locator:
    return desk.get_by_role("region", name="Auf der Bühne")


def step(desk: Page, name: str) -> Locator:
    return desk.locator(".steps").get_by_role("button", name=name)


def test_a_question_is_taken_answered_brought_back_followed_by_the_next_and_given_a_note(
    room: Room, open_page: Open
) -> None:
    queued(room, "Wie lange noch?", "Und dann?")
    desk, prompter = open_page(room.host), open_page(room.prompt)
    row = desk.locator(f".queue[data-place={SPEAKER}]")
    row.get_by_role("button", name="Auf die Bühne: Frage 1").click()
    expect(stage_of(desk)).to_contain_text("Wie lange noch?")
    expect(prompter.locator(".fitted-text")).to_have_text("Wie lange noch?")
    step(desk, "Beantwortet").click()
    expect(stage_of(desk)).to_contain_text("Gerade ist keine Frage")
    expect(prompter.locator(".fitted-text")).to_have_count(0)
    step(desk, "Zurück").click()
    expect(prompter.locator(".fitted-text")).to_have_text("Wie lange noch?")
    step(desk, "Weiter").click()
    expect(prompter.locator(".fitted-text")).to_have_text("Und dann?")
    step(desk, "Zurück").click()
    expect(prompter.locator(".fitted-text")).to_have_text("Wie lange noch?")
    expect(row).to_contain_text("Und dann?")
    stage_of(desk).get_by_role("button", name="Notiz zu Frage 1").click()
    desk.get_by_role("dialog").get_by_label("Notiz").fill("Bitte kurz")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(prompter.get_by_text("Bitte kurz")).to_be_visible()
    expect(stage_of(desk)).to_contain_text("Bitte kurz")


def test_every_step_has_a_key_that_rests_while_somebody_types(room: Room, open_page: Open) -> None:
    queued(room, "Wie lange noch?", "Und dann?")
    desk = open_page(room.host)
    stage = stage_of(desk)
    expect(stage).to_be_visible()
    for key, said in (
        ("2", "Wie lange noch?"),
        ("n", "Und dann?"),
        ("z", "Wie lange noch?"),
        ("e", "Gerade ist keine Frage"),
    ):
        desk.keyboard.press(key)
        expect(stage).to_contain_text(said)
        # a step rests until the one before is confirmed
        expect(stage.locator("[aria-busy]")).to_have_count(0)
    desk.keyboard.press("c")
    own = desk.get_by_label("Eigener Text")
    expect(own).to_be_focused()
    desk.keyboard.type("nz")
    expect(own).to_have_value("nz")
    desk.keyboard.press("Tab")
    desk.get_by_role("button", name="Tastatur").click()
    desk.get_by_role("switch", name="Tastenkürzel verwenden").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("n")
    desk.get_by_role("button", name="Tastatur").click()
    desk.get_by_role("switch", name="Tastenkürzel verwenden").check()
    desk.keyboard.press("Escape")
    expect(stage).to_contain_text("Gerade ist keine Frage")
    desk.keyboard.press("n")
    expect(stage).to_contain_text("Und dann?")


def test_the_host_sees_how_far_a_cue_has_come_withdraws_one_and_marks_one_read(room: Room, open_page: Open) -> None:
    desk = open_page(room.host)
    cues = desk.get_by_role("region", name="Hinweise an die Anzeigen")
    only = cues.get_by_role("checkbox", name=NAME)
    only.check()
    cues.get_by_role("button", name="Bitte kürzer").click()
    sent = cues.locator(".cue-sent").first
    expect(sent.locator(".mark")).to_have_count(1)
    expect(sent.locator(".mark")).to_have_attribute("data-mark", "sent")
    prompter = open_page(room.prompt)
    expect(sent.locator(".mark")).to_have_attribute("data-mark", "shown")
    prompter.get_by_role("button", name="Bitte kürzer").click()
    expect(sent.locator(".mark")).to_have_attribute("data-mark", "read")
    expect(sent).to_contain_text(re.compile(r"gelesen\s+\d\d:\d\d:\d\d"))
    expect(desk.locator(f".place[data-place={SPEAKER}]")).to_contain_text("Bitte kürzer,")

    only.uncheck()
    desk.get_by_label("Eigener Text").fill("Bitte zur Kamera")
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("Eigener Text")).to_have_value("")
    cue = prompter.locator(".cue")
    expect(cue).to_contain_text("Bitte zur Kamera")
    expect(sent).to_contain_text("Bitte zur Kamera")
    sent.get_by_role("button", name="Zurücknehmen").click()
    expect(cue).to_have_count(0)
    expect(sent).to_contain_text("zurückgenommen")
    cues.get_by_role("group", name="Vorlagen").get_by_role("button", name="Bitte lauter").click()
    expect(cue).to_contain_text("Bitte lauter")
    cues.get_by_role("button", name=f"Für {NAME} als gelesen melden").click()
    expect(cue).to_have_count(0)
    # in the language of whoever is on stage, whatever the page speaks
    cues.get_by_role("button", name="Sprache der Vorlagen EN").click()
    cues.get_by_role("button", name="Louder, please").click()
    expect(prompter.locator(".cue")).to_contain_text("Louder, please")


def test_a_clock_that_the_host_starts_is_the_same_on_all_screens_whatever_their_clocks_say(
    room: Room, open_page: Open
) -> None:
    desk = open_page(room.host)
    screens = []
    for wrong in (0, 95_000):
        screens.append(open_page("about:blank"))
        screens[-1].add_init_script(
            f"globalThis.trueNow = Date.now; const right = Date.now; Date.now = () => right() + {wrong};"
        )
        screens[-1].goto(room.prompt)
    row = desk.locator(f"[data-clock={SPEAKER}]")
    row.get_by_role("button", name=f"{NAME}: 2 min").click()
    for screen in screens:
        expect(screen.locator(".clock-own")).to_be_visible()
        screen.evaluate(WATCH_CLOCK)
    first, second = (screen.evaluate(TURNED) for screen in screens)
    apart = sorted(abs(first[text] - second[text]) for text in first.keys() & second.keys())
    assert len(apart) >= 3
    assert apart[-1] <= AGREEMENT, apart
    row.get_by_role("button", name="+1 min").click()
    expect(screens[0].locator(".clock-own")).to_contain_text("2:")
    row.get_by_role("button", name="Anhalten").click()
    expect(screens[1].locator(".clock-own")).to_contain_text("angehalten")
    row.get_by_role("button", name="Keine Uhr").click()
    for screen in screens:
        expect(screen.locator(".clock-own")).to_have_count(0)

    # of any length, and one that counts up
    prompter = screens[1]
    session = desk.locator("[data-clock=session]")
    other = session.get_by_role("button", name="Andere Zeit für Sitzung")
    other.click()
    session.get_by_role("textbox", name="Minuten").fill("7")
    session.get_by_role("button", name="Starten").first.click()
    expect(prompter.locator(".clock")).to_contain_text(re.compile("7:00|6:5"))
    session.get_by_role("button", name="Keine Uhr").click()
    other.click()
    session.get_by_role("button", name="Aufwärts zählen").click()
    expect(prompter.locator(".clock")).to_contain_text("0:0")


def test_a_speakers_wish_is_granted_with_time_or_with_the_step_it_leads_to(room: Room, open_page: Open) -> None:
    queued(room, "Wie lange noch?")
    with room.directed() as director:
        director.do("air", question=1, instead=None)
        director.do("startclock", clock=SPEAKER, duration=60_000)
    desk, prompter = open_page(room.host), open_page(room.prompt)
    wishes = desk.get_by_role("region", name="Bitten vom Podium")
    touch(prompter)
    prompter.get_by_role("button", name="30 Sekunden mehr").click()
    wishes.get_by_role("button", name="Gewähren, Uhr +30 s").click()
    expect(prompter.locator(".clock-own")).to_contain_text("1:")
    expect(prompter.get_by_text("ist in Ordnung")).to_be_visible()
    prompter.get_by_role("button", name="Weitergeben").click()
    prompter.get_by_role("button", name="Vertretung der Stadt Ulm").click()
    wishes.get_by_role("button", name="Gewähren").click()
    expect(stage_of(desk)).to_contain_text(f"an {NAME}")
    wishes.get_by_role("button", name="Jetzt an Vertretung der Stadt Ulm geben").click()
    expect(stage_of(desk)).to_contain_text("an Vertretung der Stadt Ulm")
    expect(wishes).to_contain_text("Keine offenen Bitten.")
    expect(prompter.get_by_text("Gerade läuft eine andere Frage")).to_be_visible()


def test_the_host_finds_a_screen_and_sees_when_it_falls_silent_before_its_speaker_does(
    room: Room, open_page: Open
) -> None:
    desk = open_page(room.host)
    quiet: list[bool] = []

    def pass_until_quiet(route: WebSocketRoute) -> None:
        if quiet:
            route.close()
            return
        server = route.connect_to_server()
        route.on_message(lambda message: None if quiet else server.send(message))
        server.on_message(lambda message: None if quiet else route.send(message))
        # where nothing gets through, no close does either
        route.on_close(lambda code, reason: None if quiet else server.close(code=code, reason=reason))

    prompter = open_page("about:blank", viewport={"width": 1280, "height": 720})
    prompter.route_web_socket("**/ws", pass_until_quiet)
    prompter.goto(room.prompter(SPEAKER, "?name=Laptop vorn links"))
    screen = desk.locator(f".place[data-place={SPEAKER}] .screen")
    expect(screen).to_contain_text("Laptop vorn links")
    expect(screen).to_contain_text("verbunden")
    expect(screen).to_contain_text("1280 × 720")
    expect(screen).to_contain_text("Fragen")
    screen.get_by_role("button", name="Erkennen: Laptop vorn links").click()
    expect(prompter.get_by_role("alert")).to_contain_text("Laptop vorn links")
    quiet.append(True)
    expect(screen).to_contain_text("antwortet nicht seit", timeout=10_000)
    expect(prompter.get_by_text("Verbindung fehlt")).to_have_count(0)
    expect(prompter.get_by_text("Verbindung fehlt")).to_be_visible()
    prompter.close()
    expect(screen).to_contain_text("getrennt seit")


def test_the_preview_shows_what_the_screen_shows_and_is_never_mirrored(room: Room, open_page: Open) -> None:
    queued(room, "Wie lange noch?", "Und dann?")
    prompter = open_page(room.prompter(SPEAKER, "?mirror=h"), **STILL)
    desk = open_page(room.host)
    step(desk, "Auf die Bühne").click()
    preview = desk.locator(f".place[data-place={SPEAKER}] .preview")
    expect(preview).to_have_accessible_name(f"Vorschau: {NAME}, zeigt: Wie lange noch?")
    expect(preview.locator(".next-text")).to_have_text("Und dann?")
    lines = "element => getComputedStyle(element).fontSize"
    expect(prompter.locator(".fitted-text")).to_be_visible()
    expect(preview.locator(".preview-screen")).to_have_css("width", "1280px")
    assert preview.locator(".fitted-text").evaluate(lines) == prompter.locator(".fitted-text").evaluate(lines)
    # a notice, a cue, the clock, the ground; and the script where the speaker is in it, its marks read as headings
    with room.directed() as director:
        director.do("announce", kind="break", de="Weiter um vier", en=None)
        director.do("sendcue", text="Bitte kürzer", to=[SPEAKER])
        director.do("startclock", clock=SPEAKER, duration=60_000)
        give_speech(director)
    touch(prompter)
    prompter.get_by_role("button", name="Mein Text").click()
    expect(prompter.locator(".script-heading").first).to_be_visible()
    prompter.keyboard.press("PageDown")
    for shown in (prompter.locator(".prompt"), preview):
        expect(shown.locator(".surface-notice")).to_have_text("Weiter um vier")
        expect(shown.locator(".cue-text")).to_have_text("Bitte kürzer")
        expect(shown.locator(".clock-own")).to_be_visible()
        expect(shown.locator(".script-heading").first).to_have_text("Begrüßung")
        expect(shown.locator(".beside .fitted-text")).to_have_text("Wie lange noch?")
    place = prompter.locator(".script-window").evaluate(SCROLLED)
    preview.locator(".script-window").evaluate(SCROLLED_TO, place)
    matrix = preview.locator(".preview-screen").evaluate(
        "element => new DOMMatrix(getComputedStyle(element).transform).a"
    )
    assert 0 < matrix < 1


def test_a_script_that_the_host_edits_arrives_at_once_and_keeps_what_the_speaker_writes(
    room: Room, open_page: Open
) -> None:
    with room.directed() as director:
        lines = ["Guten Tag.", "", "Danke."]
        director.do("editscript", place=SPEAKER, revision=0, line=0, removed=0, inserted=lines)
        desk, prompter = open_page(room.host), open_page(room.prompter(SPEAKER, "?mode=script"))
        expect(prompter.get_by_text("Guten Tag.")).to_be_visible()
        desk.get_by_role("button", name=f"Text von {NAME}").click()
        text = desk.get_by_label("Sprechtext")
        text.fill("Guten Abend.\n\nDanke.")
        expect(prompter.get_by_text("Guten Abend.")).to_be_visible()
        expect(desk.get_by_text("Alles ist auf der Anzeige.")).to_be_visible()
        director.do("editscript", place=SPEAKER, revision=2, line=2, removed=1, inserted=["Vielen Dank."])
        expect(text).to_have_value("Guten Abend.\n\nVielen Dank.")


def test_the_host_sets_speed_and_place_of_a_running_script_from_afar_also_over_a_reload(
    room: Room, open_page: Open
) -> None:
    with room.directed() as director:
        give_speech(director, ["# Anfang", *["Wort " * 59 + "Ende.", ""] * 4, "# Schluss", "Wort " * 20 + "Danke."])
    desk, prompter = open_page(room.host), open_page(room.prompter(SPEAKER, "?mode=script"), **STILL)
    steering = desk.get_by_role("group", name=f"Text von {NAME} laufen lassen")
    left = prompter.locator(".script-left")
    expect(left).to_have_text("noch 02:11")
    for _ in range(2):
        steering.get_by_role("button", name="Schneller").click()
    desk.keyboard.press(".")
    expect(steering).to_contain_text("150 Wörter/min")
    expect(left).to_have_text("noch 01:45")
    expect(steering).to_contain_text("noch 01:45")
    steering.get_by_role("button", name="Nächster Absatz").click()
    expect(left).to_have_text("noch 01:44")
    for key, rest in (("j", "01:20"), ("k", "01:44")):
        desk.keyboard.press(key)
        expect(left).to_have_text(f"noch {rest}")
    desk.keyboard.press("r")
    touch(prompter)
    expect(prompter.get_by_role("button", name="Anhalten")).to_be_visible()
    prompter.reload()
    touch(prompter)
    expect(prompter.get_by_role("button", name="Anhalten")).to_be_visible()
    # the speaker's own hand is free: what was ordered before counts once
    prompter.get_by_role("slider", name="Tempo").fill("200")
    expect(steering).to_contain_text("200 Wörter/min")
    steering.get_by_role("button", name="Anhalten").click()
    expect(prompter.get_by_role("button", name="Laufen lassen")).to_be_visible()
    steering.get_by_role("button", name="Marke").click()
    desk.get_by_role("button", name="Schluss", exact=True).click()
    expect(left).to_have_text("noch 00:06")
    prompter.reload()
    expect(left).to_have_text("noch 00:06")
    expect(prompter).to_have_url(re.compile("speed=200"))


def test_a_notice_to_all_stands_on_every_page_until_it_is_ended(room: Room, open_page: Open) -> None:
    desk = open_page(room.host)
    others = [open_page(address) for address in (room.attend, room.moderate, room.studio, room.prompt)]
    announcement = desk.get_by_role("region", name="Ansage an alle")
    announcement.get_by_role("button", name="Technische Pause").click()
    for page in others:
        expect(page.locator(".room-notice, .surface-notice")).to_contain_text(
            "Technische Pause – gleich geht es weiter"
        )
    expect(others[0].get_by_role("status")).to_have_text("Technische Pause – gleich geht es weiter")
    announcement.get_by_text("Eigene Worte").click()
    announcement.get_by_role("button", name="Zeigen").click()
    expect(announcement).to_contain_text("Bitte in mindestens einer Sprache schreiben.")
    announcement.get_by_label("Deutsch").fill("Weiter um vier")
    announcement.get_by_role("button", name="Zeigen").click()
    for page in others:
        expect(page.locator(".room-notice, .surface-notice")).to_contain_text("Weiter um vier")
    announcement.get_by_role("button", name="Beenden").click()
    for page in others:
        expect(page.locator(".room-notice, .surface-notice")).to_have_count(0)

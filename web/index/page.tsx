import { messages } from "../lib/i18n";
import { LanguageSwitch, ThemeSwitch } from "../ui";

const words = messages(
  {
    title: "Podium",
    lead: "Ein Podium spricht, alle hören zu und fragen mit.",
    link: "Jede Veranstaltung hat ihren eigenen Link. Er steht in Ihrer Einladung oder auf der Seite der Veranstaltung.",
    lost: "Kein Link zur Hand? Fragen Sie bitte die Veranstalter.",
  },
  {
    title: "Podium",
    lead: "A panel speaks, everybody listens and asks.",
    link: "Every event has a link of its own. You find it in your invitation or on the event's page.",
    lost: "No link at hand? Please ask the organisers.",
  },
);

/** What somebody sees who came without a link. It names no event: links are given by organisers. */
export function Page() {
  return (
    <main id="main" class="front">
      <div class="front-tools">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <img class="front-mark" src="/assets/podium.svg" alt="" width="72" height="72" />
      <h1>{words().title}</h1>
      <p class="front-lead">{words().lead}</p>
      <p>{words().link}</p>
      <p class="muted">{words().lost}</p>
    </main>
  );
}

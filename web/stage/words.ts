import { messages } from "../lib/i18n";
import type { NoticeKind, RequestKind } from "../lib/wire.gen";

type OfNotices = Readonly<Record<NoticeKind, string>>;
type OfRequests = Readonly<Record<RequestKind, string>>;

export const german = {
  now: "Ihre Frage",
  nowPanel: "Frage an alle",
  nowFor: (name: string) => `Frage an ${name}`,
  next: "Als Nächstes",
  nextFor: (name: string) => `Als Nächstes für ${name}`,
  more: (n: number) => (n === 1 ? "danach noch 1" : `danach noch ${n}`),
  soon: "Gleich kommt eine Frage",
  none: "Noch keine Frage für Sie",
  noneText: "Sobald eine kommt, steht sie hier.",
  elsewhere: "Gerade läuft eine andere Frage",
  goesOn: "Weiterlesen",
  fromTheStart: "Von vorn",
  asked: (name: string) => `Gerade gefragt: ${name}`,
  others: "Auch Fragen an",
  anonymous: "ohne Namen",
  cueTap: "Gelesen",
  cueMore: (n: number) => (n === 1 ? "1 weiterer" : `${n} weitere`),
  script: "Mein Text",
  left: (time: string) => `noch ${time}`,
  noScript: "Hier steht Ihr Text, sobald Sie ihn unter „Einstellungen“ einfügen oder die Regie ihn schickt.",
  briefing: "Hinweis",
  session: "Sitzung",
  own: "Ihre Zeit",
  over: "abgelaufen",
  paused: "angehalten",
  intake: { paused: "Fragen sind gerade pausiert", closed: "Es werden keine Fragen mehr angenommen" },
  notice: {
    starting_soon: "Es geht gleich los",
    break: "Pause",
    technical_pause: "Technische Pause – gleich geht es weiter",
    thank_you: "Vielen Dank, dass Sie dabei waren",
    other: "Hinweis",
  } satisfies OfNotices,
  request: {
    take: "Ich nehme die Frage",
    pass_on: "Weitergeben",
    more_time: "30 Sekunden mehr",
    skip: "Überspringen",
    repeat: "Noch einmal vorlesen",
  } satisfies OfRequests,
};

export const words = messages(german, () => import("./words.en"));

import type { ComponentChildren } from "preact";
import { languageName, messages } from "../lib/i18n";
import { stateName } from "../lib/sentences";
import type { Flag, StaffQuestionView } from "../lib/wire.gen";
import { Badge, StateBadge } from "../ui";
import type { Desk } from "./desk";

const words = messages(
  {
    flags: {
      link: "enthält einen Link",
      phone_number: "enthält eine Telefonnummer",
      email_address: "enthält eine E-Mail-Adresse",
      watched_word: "auffälliges Wort",
      repeated_text: "wiederholter Text",
    } satisfies Record<Flag, string>,
    burst: (n: number) => `${n} neue Stimmen in 10 Sekunden`,
    hall: "aus dem Saal",
    early: "vorab gefragt",
    redacted: "geschwärzt",
    blocked: (n: number) => `Gerät ${n} gesperrt`,
  },
  {
    flags: {
      link: "contains a link",
      phone_number: "contains a phone number",
      email_address: "contains an e-mail address",
      watched_word: "word to look at twice",
      repeated_text: "repeated text",
    } satisfies Record<Flag, string>,
    burst: (n: number) => `${n} new votes in 10 seconds`,
    hall: "from the hall",
    early: "asked in advance",
    redacted: "redacted",
    blocked: (n: number) => `Device ${n} blocked`,
  },
);

interface MarksProps {
  desk: Desk;
  question: StaffQuestionView;
  /** The running order it stands in: its heading says for whom already. */
  queue: string | undefined;
  children: ComponentChildren;
}

/** What stands out about a question, each in a word. */
export function Marks({ desk, question, queue, children }: MarksProps) {
  const { addressee, language, state, flags, burst, origin, redacted, device } = question;
  const foreign = language !== "und" && language !== desk.podium.room.about.value?.language;
  const marks = [
    (state === "declined" || state === "withdrawn") && (
      <StateBadge state={state}>{stateName(state)}</StateBadge>
    ),
    addressee !== null && addressee !== queue && (
      <span class="question-addressee">
        <Badge tone="accent">{desk.toWhom(addressee)}</Badge>
      </span>
    ),
    ...flags.map((flag) => (
      <Badge key={flag} tone="warning" icon="flag">
        {words().flags[flag]}
      </Badge>
    )),
    burst !== null && (
      <Badge tone="warning" icon="vote">
        {words().burst(burst.votes)}
      </Badge>
    ),
    device !== null && desk.isBlocked(device) && (
      <Badge tone="danger" icon="decline">
        {words().blocked(device)}
      </Badge>
    ),
    foreign && <Badge icon="globe">{languageName(language)}</Badge>,
    origin !== "online" && <Badge icon={origin === "hall" ? "mic" : "wait"}>{words()[origin]}</Badge>,
    redacted && <Badge icon="redact">{words().redacted}</Badge>,
  ].filter(Boolean);
  if (marks.length === 0 && !children) return null;
  return (
    <div class="question-marks">
      {marks}
      {children}
    </div>
  );
}

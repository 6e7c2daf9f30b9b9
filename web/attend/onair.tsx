import { useSignalEffect } from "@preact/signals";
import { summarise } from "../lib/a11y";
import { formatTime } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { PANEL, type QuestionView } from "../lib/wire.gen";
import { Badge } from "../ui";
import { words } from "./words";

/** What is being answered now. */
export function OnAir({ podium }: { podium: Podium }) {
  const question = podium.room.onAir.value;
  useSignalEffect(() => {
    const aired = podium.room.onAir.value;
    if (aired) summarise("stage", words().onAir.announced(aired.number, aired.text));
  });
  return (
    <section class="on-air" aria-labelledby="on-air-title" data-empty={question ? undefined : ""}>
      <div class="on-air-head">
        <h2 id="on-air-title">{words().onAir.title}</h2>
        {question && (
          <Badge tone="live" icon="live">
            {words().number(question.number)}
          </Badge>
        )}
        {question && <span class="muted numeric">{words().onAir.since(formatTime(question.since))}</span>}
      </div>
      {question ? (
        <figure>
          <blockquote class="on-air-text" lang={question.language}>
            {question.text}
          </blockquote>
          <figcaption>
            <Asker podium={podium} question={question} />
          </figcaption>
        </figure>
      ) : (
        <p class="muted">{words().onAir.nobody}</p>
      )}
    </section>
  );
}

/** Who asks, and whom. */
export function Asker({ podium, question }: { podium: Podium; question: QuestionView }) {
  const { name, affiliation } = question;
  const asker = name ?? affiliation;
  const to = question.queue ?? question.addressee;
  return (
    <p class="asker">
      <span class="asker-name">
        {asker ? words().by(asker, name ? affiliation : null) : words().anonymous}
      </span>
      {to && to !== PANEL && <span class="asker-to">{words().to(podium.room.panellistName(to))}</span>}
    </p>
  );
}

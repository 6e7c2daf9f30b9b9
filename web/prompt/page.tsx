import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { announce } from "../lib/a11y";
import { formatTime } from "../lib/i18n";
import type { Podium } from "../lib/podium";
import { PANEL, type QuestionView } from "../lib/wire.gen";
import { IconButton } from "../ui/button";
import { LanguageSwitch } from "../ui/header";
import { Icon } from "../ui/icon";
import { second } from "../ui/second";
import { fitText } from "./fit";
import { ground, lostSince, mirror, stayAwake, toggleFullScreen, touched, turnMirror } from "./screen";
import { words } from "./words";

interface PageProps {
  podium: Podium;
  panellist: string;
}

export function Page({ podium, panellist }: PageProps) {
  const { room } = podium;
  const prompt = room.prompt.value;
  const onAir = prompt?.on_air ?? null;
  const name = room.panellistName(panellist);
  const title = room.about.value?.title ?? "";

  useEffect(stayAwake, []);
  useEffect(() => {
    document.title = `${name} · ${words().place} · ${title}`;
  });
  const number = onAir?.number;
  useEffect(() => {
    if (onAir) announce(`${words().now}: ${onAir.text}`);
  }, [number]);

  return (
    <div class="prompt" data-mirror={mirror.value || undefined}>
      <main id="main" class="surface">
        <h1 class="visually-hidden">{`${name}, ${title}`}</h1>
        <div class="surface-top">
          <p class="surface-label">{onAir ? <Label question={onAir} /> : name}</p>
          <Lost podium={podium} />
          <Clock podium={podium} />
        </div>
        {onAir ? <Question key={onAir.number} question={onAir} /> : <Waiting podium={podium} />}
        {prompt?.next && <Next question={prompt.next} waiting={prompt.waiting} />}
      </main>
      <Controls />
    </div>
  );
}

function Label({ question }: { question: QuestionView }) {
  return (
    <>
      <Icon name="live" />
      {question.queue === PANEL ? words().nowPanel : words().now}
      <span class="surface-number numeric"> #{question.number}</span>
    </>
  );
}

const asker = ({ name, affiliation }: QuestionView) => [name, affiliation].filter(Boolean).join(", ");
const spoken = (language: string) => (language === "und" ? undefined : language);

/** Text as large as the space between top and bottom can stand. */
function Fitted({
  text,
  language,
  children,
}: {
  text: string;
  language?: string | undefined;
  children?: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const paragraph = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => {
    if (!box.current || !content.current || !paragraph.current) return undefined;
    const [around, inner, letters] = [box.current, content.current, paragraph.current];
    const measure = () => fitText(around, inner, letters);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(around);
    document.fonts.addEventListener("loadingdone", measure);
    return () => {
      observer.disconnect();
      document.fonts.removeEventListener("loadingdone", measure);
    };
  }, [text]);
  return (
    <div class="fitted" ref={box}>
      <div class="fitted-content" ref={content}>
        <p class="fitted-text" ref={paragraph} lang={language}>
          {text}
        </p>
        {children}
      </div>
    </div>
  );
}

function Question({ question }: { question: QuestionView }) {
  return (
    <Fitted text={question.text} language={spoken(question.language)}>
      <p class="surface-asker">{asker(question) || words().anonymous}</p>
    </Fitted>
  );
}

function Waiting({ podium }: { podium: Podium }) {
  const someone = podium.room.stage.value?.on_air ?? null;
  const coming = podium.room.prompt.value?.next ?? null;
  const title = someone !== null ? words().elsewhere : coming ? words().soon : words().none;
  return (
    <div class="waiting">
      <p class="waiting-title">{title}</p>
      {someone === null && !coming && <p class="waiting-text">{words().noneText}</p>}
    </div>
  );
}

function Next({ question, waiting }: { question: QuestionView; waiting: number }) {
  return (
    <section class="next" aria-label={words().next}>
      <p class="next-label">
        {words().next}
        {waiting > 0 && <span class="next-more"> · {words().more(waiting)}</span>}
      </p>
      <p class="next-text" lang={spoken(question.language)}>
        {question.text}
      </p>
      {asker(question) && <p class="next-asker">{asker(question)}</p>}
    </section>
  );
}

function Clock({ podium }: { podium: Podium }) {
  second.value;
  return <p class="surface-clock numeric">{formatTime(podium.now())}</p>;
}

function Lost({ podium }: { podium: Podium }) {
  const since = useMemo(() => lostSince(podium.connection), [podium]).value;
  if (since === null) return null;
  return (
    <p class="surface-lost">
      <Icon name="signalOff" />
      {words().lost(formatTime(since))}
    </p>
  );
}

/** Out of sight until somebody touches the screen or reaches them by keyboard. Never mirrored. */
function Controls() {
  const dark = ground.value === "dark";
  return (
    <aside class="controls" aria-label={words().controls} data-shown={touched.value ? "" : undefined}>
      <IconButton
        icon="mirror"
        label={words().mirror[mirror.value]}
        aria-pressed={mirror.value !== ""}
        onClick={turnMirror}
      />
      <IconButton
        icon={dark ? "sun" : "moon"}
        label={dark ? words().light : words().dark}
        onClick={() => {
          ground.value = dark ? "light" : "dark";
        }}
      />
      <IconButton icon="fullscreen" label={words().fullscreen} onClick={toggleFullScreen} />
      <LanguageSwitch />
    </aside>
  );
}

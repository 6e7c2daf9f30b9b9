import { useSignal } from "@preact/signals";
import { noticeOf } from "../lib/stage";
import { type Commands, NOTE_LIMIT, type NoticeKind } from "../lib/wire.gen";
import { noticeText } from "../stage/roomnotice";
import { words as ofStage } from "../stage/words";
import { Button, Notice, TextField } from "../ui";
import type { Host } from "./host";
import { words } from "./words";

const KINDS = ["starting_soon", "break", "technical_pause", "thank_you"] as const satisfies NoticeKind[];

/** What everybody reads on every page, until the host ends it. */
export function Announcement({ host }: { host: Host }) {
  const notice = noticeOf(host.podium.room);
  const says = words().notice;
  const show = (body: Commands["announce"]) => host.perform("announce", body, words().said.noticed);
  return (
    <section class="panel" aria-labelledby="heading-notice">
      <h2 id="heading-notice">{says.title}</h2>
      {notice ? (
        <Notice
          icon="volume"
          action={
            <Button
              kind="primary"
              icon="close"
              onClick={() => void host.perform("announce", { kind: null }, words().said.unnoticed)}
            >
              {says.end}
            </Button>
          }
        >
          <p class="muted">{says.shown}</p>
          <p class="notice-said">{noticeText(notice)}</p>
        </Notice>
      ) : (
        <p class="field-hint">{says.hint}</p>
      )}
      <div class="presets">
        {KINDS.map((kind) => (
          <Button key={kind} aria-pressed={notice?.kind === kind} onClick={() => void show({ kind })}>
            {ofStage().notice[kind]}
          </Button>
        ))}
      </div>
      <Own show={show} />
    </section>
  );
}

function Own({ show }: { show: (body: Commands["announce"]) => Promise<boolean> }) {
  const de = useSignal("");
  const en = useSignal("");
  const isMissing = useSignal(false);
  const says = words().notice;
  const send = async () => {
    const [german, english] = [de.value.trim() || null, en.value.trim() || null];
    isMissing.value = german === null && english === null;
    if (isMissing.value) return;
    if (await show({ kind: "other", de: german, en: english })) de.value = en.value = "";
  };
  return (
    <details class="notice-own">
      <summary>{says.own}</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <TextField
          label={says.de}
          value={de.value}
          limit={NOTE_LIMIT}
          error={isMissing.value ? says.missing : undefined}
          onInput={(value) => {
            de.value = value;
          }}
        />
        <TextField
          label={says.en}
          value={en.value}
          limit={NOTE_LIMIT}
          onInput={(value) => {
            en.value = value;
          }}
        />
        <Button kind="primary" icon="volume" type="submit">
          {says.show}
        </Button>
      </form>
    </details>
  );
}

import { useSignal } from "@preact/signals";
import { announce } from "../lib/a11y";
import { Button, Icon, IconButton, Notice } from "../ui";
import { words } from "./words";

interface EncoderProps {
  room: string;
  feed: string;
  token: string;
}

/** Address and token for encoders. The token stays hidden until asked for: studio screens are filmed. */
export function Encoder({ room, feed, token }: EncoderProps) {
  const shown = useSignal(false);
  const url = `${location.origin}/whip/${encodeURIComponent(room)}/${encodeURIComponent(feed)}`;
  const command = (secret: string) =>
    `ffmpeg -re -i FILE -c:v libx264 -profile:v baseline -bf 0 -g 60 -c:a libopus -ar 48000 -ac 2 -f whip -authorization ${secret} ${url}`;
  const dots = "••••••••";
  return (
    <details class="card encoder">
      <summary>
        <h2>{words().encoder.title}</h2>
        <Icon name="chevron" />
      </summary>
      <div class="encoder-body">
        <p>{words().encoder.text}</p>
        <Copyable label={words().encoder.url} shown={url} value={url} />
        <Copyable label={words().encoder.token} shown={shown.value ? token : dots} value={token} />
        <Copyable
          label={words().encoder.command}
          shown={command(shown.value ? token : dots)}
          value={command(token)}
        />
        <Button
          icon="eye"
          size="s"
          aria-pressed={shown.value}
          onClick={() => {
            shown.value = !shown.value;
          }}
        >
          {shown.value ? words().encoder.hide : words().encoder.show}
        </Button>
        <Notice tone="warning">{words().encoder.secret}</Notice>
      </div>
    </details>
  );
}

function Copyable({ label, shown, value }: { label: string; shown: string; value: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    copied.value = true;
    announce(words().encoder.copied(label));
  };
  return (
    <div class="copyable">
      <p class="field-label">{label}</p>
      <code>{shown}</code>
      <IconButton
        icon={copied.value ? "answer" : "copy"}
        kind="secondary"
        label={words().encoder.copy(label)}
        onClick={() => void copy()}
      />
    </div>
  );
}

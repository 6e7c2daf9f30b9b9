import type { Publisher } from "../lib/media/whip";
import { Button, Notice } from "../ui";
import type { Capture } from "./capture";
import { words } from "./words";

export function Trouble({ capture }: { capture: Capture }) {
  const trouble = capture.trouble.value;
  if (trouble === null) return null;
  const retry = (
    <Button size="s" onClick={() => void capture.useCamera()}>
      {words().retry}
    </Button>
  );
  return (
    <Notice tone="danger" action={retry}>
      {words().trouble[trouble]}
    </Notice>
  );
}

export function Prepare({ capture }: { capture: Capture }) {
  return (
    <div class="prepare">
      <p class="muted">{words().prepare.text}</p>
      <div class="studio-controls">
        <Button kind="primary" size="l" icon="camera" onClick={() => void capture.useCamera()}>
          {words().prepare.camera}
        </Button>
        <Button size="l" icon="screen" onClick={() => void capture.useScreen()}>
          {words().prepare.screen}
        </Button>
      </div>
    </div>
  );
}

interface ControlsProps {
  capture: Capture;
  publisher: Publisher;
  stream: MediaStream;
  isOn: boolean;
}

export function Controls({ capture, publisher, stream, isOn }: ControlsProps) {
  const muted = capture.muted.value;
  const isScreen = capture.source.value === "screen";
  return (
    <div class="studio-controls">
      {isOn ? (
        <Button kind="danger" size="l" icon="stop" onClick={() => publisher.stop()}>
          {words().stop}
        </Button>
      ) : (
        <Button kind="primary" size="l" icon="live" onClick={() => publisher.start(stream)}>
          {words().start}
        </Button>
      )}
      <Button
        size="l"
        icon={muted ? "micOff" : "mic"}
        aria-pressed={muted}
        onClick={() => capture.mute(!muted)}
      >
        {muted ? words().unmute : words().mute}
      </Button>
      {isScreen ? (
        <Button size="l" icon="camera" onClick={() => void capture.useCamera()}>
          {words().prepare.backToCamera}
        </Button>
      ) : (
        <Button size="l" icon="screen" onClick={() => void capture.useScreen()}>
          {words().prepare.screen}
        </Button>
      )}
    </div>
  );
}

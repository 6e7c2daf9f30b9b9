import { Select } from "../ui";
import type { Capture } from "./capture";
import { Meter } from "./meter";
import { words } from "./words";

export function Devices({ capture, stream }: { capture: Capture; stream: MediaStream }) {
  const choices = (kind: "videoinput" | "audioinput") => [
    { value: "", label: words().standard },
    ...capture.devices(kind).map(({ id, label }) => ({ value: id, label })),
  ];
  return (
    <section class="card studio-devices" aria-labelledby="heading-devices">
      <h2 id="heading-devices">{words().devices}</h2>
      <Select
        label={words().camera}
        value={capture.camera.value}
        options={choices("videoinput")}
        onChange={(id) => void capture.chooseCamera(id)}
      />
      <Select
        label={words().microphone}
        value={capture.microphone.value}
        options={choices("audioinput")}
        onChange={(id) => void capture.chooseMicrophone(id)}
      />
      <Meter stream={stream} muted={capture.muted.value} />
    </section>
  );
}

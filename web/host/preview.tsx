import { useLayoutEffect, useRef } from "preact/hooks";
import { emphasised } from "../lib/script";
import type { ScreenView } from "../lib/wire.gen";
import { askedNow, Beside, Card, Label, Next, Waiting } from "../stage/card";
import { Clocks } from "../stage/clocks";
import type { Host } from "./host";
import { promptOf } from "./plan";
import { words } from "./words";

/** Where no screen says how large it is. */
const STANDARD = { width: 1280, height: 720 };
/** Lines of a script that say where it stands. */
const LINES = 12;

/** What the screen of a place shows, laid out at that screen's own size and then made small; never mirrored. */
export function Preview({ host, place, screen }: { host: Host; place: string; screen: ScreenView | null }) {
  const { room } = host.podium;
  const frame = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const { width, height } = screen && screen.width > 0 ? screen : STANDARD;
  useLayoutEffect(() => {
    if (!frame.current || !inner.current) return undefined;
    const [around, content] = [frame.current, inner.current];
    const observer = new ResizeObserver(() => {
      const scale = Math.min(around.clientWidth / width, around.clientHeight / height);
      content.style.transform = `translate(-50%, -50%) scale(${scale})`;
    });
    observer.observe(around);
    return () => observer.disconnect();
  }, [width, height]);
  const prompt = promptOf(room, place);
  const nameOf = (one: string) => host.placeName(one);
  const name = nameOf(place);
  const isScript = screen?.mode === "script";
  const said = prompt.on_air?.text ?? prompt.next?.text ?? "";
  const cue = host.stage.cues.value.find(
    ({ marks, withdrawn }) => !withdrawn && marks[place] && marks[place].mark !== "read",
  );
  return (
    <div
      class="preview"
      ref={frame}
      role="img"
      aria-label={`${words().screen.preview(name)}${said && `, ${words().screen.shows(said)}`}`}
    >
      <div class="preview-screen" ref={inner} style={{ width: `${width}px`, height: `${height}px` }} inert>
        <div class="surface">
          {cue && <p class="preview-cue">{cue.text}</p>}
          <div class="surface-top">
            <p class="surface-label">
              {prompt.on_air ? (
                <Label question={prompt.on_air} place={place} nameOf={nameOf} />
              ) : (
                (isScript && askedNow(prompt, nameOf)) || name
              )}
            </p>
            <Clocks
              own={host.stage.clock(place)}
              session={host.stage.session}
              now={() => host.podium.now()}
            />
          </div>
          {isScript ? (
            <>
              {prompt.on_air && <Beside question={prompt.on_air} briefing={prompt.briefing} />}
              <Text lines={host.stage.script(place).lines} />
            </>
          ) : prompt.on_air ? (
            <Card question={prompt.on_air} briefing={prompt.briefing} />
          ) : (
            <Waiting prompt={prompt} nameOf={nameOf} />
          )}
          {!isScript && <Next prompt={prompt} nameOf={nameOf} />}
        </div>
      </div>
    </div>
  );
}

/** A heading without its marks. */
const plain = (line: string) => line.replace(/^#+\s+/, "");

function Text({ lines }: { lines: readonly string[] }) {
  const parts = emphasised(lines.slice(0, LINES).map(plain).join("\n"));
  return <p class="preview-script">{parts.map(({ text }) => text).join("")}</p>;
}

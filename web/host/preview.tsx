import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { formatDuration } from "../lib/i18n";
import { blockAt, blocksOf } from "../lib/script";
import type { Reading, ScreenView } from "../lib/wire.gen";
import { Beside } from "../stage/beside";
import { asked, type Options, STANDARD } from "../stage/options";
import { READING_LINE, Speech } from "../stage/speech";
import { CueText, Surface } from "../stage/surface";
import { words as ofStage } from "../stage/words";
import type { Host } from "./host";
import { openCues, promptOf } from "./plan";
import { words } from "./words";

/** Where no screen says how large it is. */
const SIZE = { width: 1280, height: 720 };

/** What the screen of a place shows, laid out at that screen's own size and then made small; never mirrored. */
export function Preview({ host, place, screen }: { host: Host; place: string; screen: ScreenView | null }) {
  const { room } = host.podium;
  const frame = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const { width, height } = screen && screen.width > 0 ? screen : SIZE;
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
  const look: Options = { ...STANDARD, ...asked(screen?.look ?? "") };
  const nameOf = (one: string) => host.placeName(one);
  const said = prompt.on_air?.text ?? prompt.next?.text ?? "";
  const [cue, ...more] = openCues(host.stage.cues.value, place);
  return (
    <div
      class="preview"
      ref={frame}
      role="img"
      aria-label={`${words().screen.preview(nameOf(place))}${said && `, ${words().screen.shows(said)}`}`}
    >
      <div
        class="preview-screen"
        ref={inner}
        style={{ width: `${width}px`, height: `${height}px` }}
        data-ground={look.ground}
        data-font={look.font}
        inert
      >
        <div class="surface" data-mode={look.mode}>
          <Surface
            room={room}
            stage={host.stage}
            place={place}
            prompt={prompt}
            mode={look.mode}
            nameOf={nameOf}
            now={() => host.podium.now()}
            cue={
              cue && (
                <p class="cue">
                  <CueText text={cue.text} more={more.length} />
                </p>
              )
            }
            script={
              <>
                {prompt.on_air && <Beside question={prompt.on_air} briefing={prompt.briefing} />}
                <Text lines={host.stage.script(place).lines} look={look} reading={screen?.reading ?? null} />
              </>
            }
          />
        </div>
      </div>
    </div>
  );
}

interface TextProps {
  lines: readonly string[];
  look: Options;
  reading: Reading | null;
}

/** The script where the screen is in it, as the screen said last. */
function Text({ lines, look, reading }: TextProps) {
  const window = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const blocks = useMemo(() => blocksOf(lines), [lines]);
  const { line = 0, share = 0 } = reading ?? {};
  useLayoutEffect(() => {
    const { current: outer } = window;
    if (!outer) return undefined;
    const scroll = () => {
      const part = text.current?.children[blockAt(blocks, line)];
      if (part instanceof HTMLElement)
        outer.scrollTop = part.offsetTop + share * part.offsetHeight - READING_LINE * outer.clientHeight;
    };
    const observer = new ResizeObserver(scroll);
    observer.observe(outer);
    scroll();
    return () => observer.disconnect();
  });
  return (
    <Speech
      blocks={blocks}
      look={look}
      window={window}
      text={text}
      left={reading ? ofStage().left(formatDuration(reading.left)) : ""}
    />
  );
}

import { effect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { formatDuration } from "../lib/i18n";
import { blockAt, blocksOf } from "../lib/script";
import { lasting, tab } from "../lib/storage";
import type { OrdersView, PromptView, ScriptView } from "../lib/wire.gen";
import { Beside } from "../stage/beside";
import { Speech } from "../stage/speech";
import { words } from "../stage/words";
import { ordersAfter } from "./orders";
import { link, options, reading, set } from "./screen";
import { scroller } from "./scroller";

const KEY = `script/${link.room}/${link.panellist ?? ""}`;
const FOLLOWED = `${KEY}/followed`;
const RUNNING = `${KEY}/running`;

interface ScriptProps {
  prompt: PromptView | null;
  script: ScriptView;
  orders: OrdersView | null;
}

/** The speaker's own text, scrolling under a reading line at the speaker's pace, or at the host's. */
export default function Script({ prompt, script, orders }: ScriptProps) {
  const window = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  // read once: another window of the same screen follows by itself
  const followed = useRef(lasting.get(FOLLOWED));
  const { size, measure, spacing } = options.value;
  const blocks = useMemo(() => blocksOf(script.lines), [script.lines]);
  const isEmpty = blocks.length === 0;

  // before the first picture: nothing jumps, and a clicker is heard as soon as there is something to read
  useLayoutEffect(() => {
    const { current: outer } = window;
    const { current: inner } = text;
    if (!outer || !inner) return undefined;
    const detach = scroller.attach(outer, inner, lasting, KEY);
    // a text that ran before a reload goes on running
    scroller.run(tab.get(RUNNING) !== null);
    const stop = effect(() => {
      if (scroller.running.value) tab.set(RUNNING, "1");
      else tab.remove(RUNNING);
    });
    return () => {
      detach();
      stop();
    };
  }, [isEmpty]);
  // what is read stays under the reading line, whatever is written above it and however large it is
  useLayoutEffect(() => scroller.measure(blocks), [blocks, size, measure, spacing]);
  useLayoutEffect(() => {
    const key = (event: KeyboardEvent) => scroller.key(event, options.peek().keys);
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, []);
  useLayoutEffect(() => {
    if (isEmpty) return;
    const { number, speed, run, line } = ordersAfter(orders, followed.current);
    if (speed !== null) set({ speed });
    if (line !== null) scroller.jump(blockAt(blocks, line));
    if (run !== null) scroller.run(run);
    followed.current = String(number);
    lasting.set(FOLLOWED, followed.current);
  }, [orders, isEmpty]);
  // the host sees where the reading is
  useEffect(
    () =>
      effect(() => {
        const at = scroller.reading.value;
        reading.value = at && {
          line: blocks[at.block]?.line ?? 0,
          share: Math.min(1, Math.max(0, at.share)),
          speed: Math.round(options.value.speed),
          running: scroller.running.value,
          left: Math.round(scroller.left.value),
        };
      }),
    [blocks],
  );
  useEffect(
    () => () => {
      reading.value = null;
    },
    [],
  );

  return (
    <>
      {prompt?.on_air && <Beside question={prompt.on_air} briefing={prompt.briefing} />}
      <Speech
        blocks={blocks}
        look={options.value}
        window={window}
        text={text}
        left={words().left(formatDuration(scroller.left.value))}
      />
    </>
  );
}

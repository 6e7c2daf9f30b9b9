import { useEffect, useMemo, useRef } from "preact/hooks";
import { Player } from "../lib/media/whep";
import { words } from "./words";

/** The programme, small and silent, for a speaker who is not in the hall. */
export default function Picture({ room, feed }: { room: string; feed: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const player = useMemo(() => new Player({ room, feed }), [room, feed]);
  useEffect(() => {
    player.attach(video.current, null);
    player.start();
    return () => player.stop();
  }, [player]);
  return <video class="picture" ref={video} muted playsInline aria-label={words().picture} />;
}

import { signal } from "@preact/signals";

/** Whether something of this page fills the screen. */
export const isFullscreen = signal(false);

document.addEventListener("fullscreenchange", () => {
  isFullscreen.value = document.fullscreenElement !== null;
});

/** On iPhones only the video itself can fill the screen, by a call of its own. */
interface OldVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

/** Fills the screen with the frame, controls included, or leaves it. */
export function toggleFullscreen(frame: HTMLElement | null, video: OldVideo | null): void {
  // a refusal leaves everything as it is, which everybody sees
  if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
  else if (frame?.requestFullscreen) frame.requestFullscreen().catch(() => undefined);
  else video?.webkitEnterFullscreen?.();
}

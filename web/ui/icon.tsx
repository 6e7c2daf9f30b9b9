const PATHS = {
  answer: "M20 6 9 17l-5-5",
  back: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  camera: "M3 7h11a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H3zM16 11l5-3v8l-5-3",
  chevron: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  decline: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12",
  download: "M12 4v11M7 10l5 5 5-5M4 20h16",
  down: "M12 5v14M6 13l6 6 6-6",
  edit: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  door: "M6 21V3h9v18M15 5l4 1v14l-4 1M4 21h11M12 12h.01",
  filter: "M4 6h16M7 12h10M10 18h4",
  flag: "M5 21V4h13l-3 4 3 4H5",
  first: "M6 4h12M12 20V8M7 13l5-5 5 5",
  fullscreen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.5v.4M12 17h.01",
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5l1 3h4l1-3h5",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8h.01",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  live: "M12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7.8 16.2a6 6 0 0 1 0-8.4M16.2 7.8a6 6 0 0 1 0 8.4M5 19a10 10 0 0 1 0-14M19 5a10 10 0 0 1 0 14",
  menu: "M4 7h16M4 12h16M4 17h16",
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  micOff:
    "M9 9v2a3 3 0 0 0 4.5 2.6M15 11V6a3 3 0 0 0-5.7-1.3M6 11a6 6 0 0 0 9 5.2M18 11v.5M12 17v4M4 4l16 16",
  mirror: "M12 3v18M8 7l-5 5 5 5zM16 7l5 5-5 5z",
  moon: "M20 14A8.5 8.5 0 0 1 10 4a8 8 0 1 0 10 10z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  panel:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4a3.5 3.5 0 0 1 0 7M18 14c2.5.6 4 2.5 4 6",
  pause: "M8 5v14M16 5v14",
  play: "M7 4l12 8-12 8z",
  plus: "M12 5v14M5 12h14",
  question: "M4 4h16v12H10l-4 4v-4H4z",
  queue: "M10 6h10M10 12h10M10 18h10M4 6h.01M4 12h.01M4 18h.01",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  redact: "M4 7h16v10H4zM8 12h8",
  scales: "M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
  screen: "M3 4h18v12H3zM8 20h8M12 16v4",
  send: "M4 12 20 4l-5 16-3-7z",
  signal: "M5 12.5a10 10 0 0 1 14 0M8 16a6 6 0 0 1 8 0M12 19.5h.01M2 9a14 14 0 0 1 20 0",
  signalOff:
    "M4 4l16 16M8 16a6 6 0 0 1 6.6-1.3M12 19.5h.01M5 12.5a10 10 0 0 1 4-2.5M13 9.5c2.2.2 4.3 1.2 6 3M2 9a14 14 0 0 1 3.5-2.5M10 5.2A14 14 0 0 1 22 9",
  stop: "M6 6h12v12H6z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5",
  system: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  team: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 21c0-4 3-6 7-6s7 2 7 6",
  up: "M12 19V5M6 11l6-6 6 6",
  volume: "M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  volumeOff: "M4 9v6h4l5 4V5L8 9zM17 9l5 6M22 9l-5 6",
  vote: "M12 4l8 9h-5v7H9v-7H4z",
  wait: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
  warning: "M12 3 2 20h20zM12 10v4M12 17h.01",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words: never the only carrier of a meaning, so hidden from assistive technology. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

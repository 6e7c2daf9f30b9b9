import { formatNumber, messages } from "../i18n";
import type { FeedWarning } from "./reports";

/** What a publisher is told about a feed: what people at home notice, and what helps. */
export interface Advice {
  readonly title: string;
  readonly help: string;
}

const words = messages(
  {
    no_picture: (n: string) => `Seit ${n} Sekunden kommt kein Bild an`,
    no_pictureHelp: "Prüfen Sie Kamera, Encoder und Netz.",
    no_sound: (n: string) => `Seit ${n} Sekunden kommt kein Ton an`,
    no_soundHelp: "Prüfen Sie Mikrofon, Encoder und Netz.",
    silent: (n: string) => `Seit ${n} Sekunden ist nichts zu hören`,
    silentHelp: "Ist das Mikrofon stumm, oder das falsche gewählt?",
    loss: (n: string) => `${n} % der Sendung gehen unterwegs verloren`,
    lossHelp: "Ein Kabel statt WLAN oder eine kleinere Datenrate hilft.",
    low_frame_rate: (n: string) => `Nur ${n} Bilder je Sekunde kommen an`,
    low_frame_rateHelp: "Das Bild ruckelt. Schließen Sie andere Programme oder senden Sie kleiner.",
    b_frames: "Der Encoder sendet B-Frames",
    b_framesHelp:
      "In vielen Browsern springt oder steht das Bild dann. Stellen Sie B-Frames auf 0; statt SVT-AV1 nehmen Sie H.264.",
    profile_mismatch: (profile: string) => `Der Encoder sendet H.264 ${profile} und kündigt etwas anderes an`,
    profile_mismatchHelp: "Manche Geräte zeigen dann kein Bild. Wählen Sie das Profil „baseline“.",
    no_key_frame: (n: string) => `Seit ${n} Sekunden kam kein Schlüsselbild`,
    no_key_frameHelp:
      "Wer neu dazukommt, wartet so lange auf ein Bild. Stellen Sie den Abstand auf 2 Sekunden.",
  },
  {
    no_picture: (n: string) => `No picture has arrived for ${n} seconds`,
    no_pictureHelp: "Check camera, encoder and network.",
    no_sound: (n: string) => `No sound has arrived for ${n} seconds`,
    no_soundHelp: "Check microphone, encoder and network.",
    silent: (n: string) => `Nothing to be heard for ${n} seconds`,
    silentHelp: "Is the microphone muted, or the wrong one chosen?",
    loss: (n: string) => `${n} % of the broadcast gets lost on the way`,
    lossHelp: "A cable instead of Wi-Fi or a lower data rate helps.",
    low_frame_rate: (n: string) => `Only ${n} frames per second arrive`,
    low_frame_rateHelp: "The picture stutters. Close other programs or send a smaller picture.",
    b_frames: "The encoder sends B-frames",
    b_framesHelp:
      "The picture jumps or stands in many browsers then. Set B-frames to 0; instead of SVT-AV1 take H.264.",
    profile_mismatch: (profile: string) => `The encoder sends H.264 ${profile} and announces something else`,
    profile_mismatchHelp: "Some devices show no picture then. Choose the profile “baseline”.",
    no_key_frame: (n: string) => `No key frame has come for ${n} seconds`,
    no_key_frameHelp: "Who joins now waits that long for a picture. Set the interval to 2 seconds.",
  },
);

/** The sentences for a warning, in the language of the page. */
export function advise({ code, value }: FeedWarning): Advice {
  const said = words();
  const number = typeof value === "number" ? value : 0;
  const share = code === "loss" ? Math.max(1, number * 100) : number;
  const title = said[code];
  const shown = typeof value === "string" ? value : formatNumber(Math.round(share));
  return { title: typeof title === "string" ? title : title(shown), help: said[`${code}Help`] };
}

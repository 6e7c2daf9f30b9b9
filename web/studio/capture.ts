import { type ReadonlySignal, signal } from "@preact/signals";
import { remembered } from "../lib/storage";

export type Source = "camera" | "screen";

/** Why there is no picture or sound. denied: the person or the browser said no. busy: another program holds it. */
export type Trouble = "denied" | "missing" | "busy" | "insecure" | "unplugged";

export interface Device {
  readonly id: string;
  readonly label: string;
}

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const SCREEN = { frameRate: { ideal: 15, max: 30 } };

/** What goes out: a camera or the screen, and a microphone. */
export class Capture {
  readonly camera = remembered<string>("studio.camera", "");
  readonly microphone = remembered<string>("studio.microphone", "");
  readonly muted = signal(false);
  readonly #stream = signal<MediaStream | null>(null);
  readonly #source = signal<Source>("camera");
  readonly #trouble = signal<Trouble | null>(null);
  readonly #devices = signal<readonly MediaDeviceInfo[]>([]);

  readonly stream: ReadonlySignal<MediaStream | null> = this.#stream;
  readonly source: ReadonlySignal<Source> = this.#source;
  readonly trouble: ReadonlySignal<Trouble | null> = this.#trouble;

  constructor() {
    navigator.mediaDevices?.addEventListener("devicechange", this.#list);
  }

  devices(kind: "videoinput" | "audioinput"): readonly Device[] {
    const found = this.#devices.value.filter((device) => device.kind === kind && device.deviceId !== "");
    return found.map(({ deviceId, label }, index) => ({ id: deviceId, label: label || `${index + 1}` }));
  }

  async useCamera(): Promise<void> {
    await this.#take("camera", () => this.#ask());
  }

  async useScreen(): Promise<void> {
    await this.#take("screen", async () => {
      const screen = await navigator.mediaDevices.getDisplayMedia({ video: SCREEN, audio: true });
      for (const track of screen.getVideoTracks()) track.contentHint = "detail";
      // who speaks is heard; the sound of the screen only where there is no microphone
      const spoken = this.#stream.peek()?.getAudioTracks() ?? [];
      const heard = spoken.length > 0 ? spoken.map((track) => track.clone()) : screen.getAudioTracks();
      return new MediaStream([...screen.getVideoTracks(), ...heard]);
    });
  }

  /** Another camera; while the screen is shown, the one to come back to. */
  async chooseCamera(id: string): Promise<void> {
    this.camera.value = id;
    if (this.#source.peek() === "camera") await this.useCamera();
  }

  /** Another microphone beside the same picture: a camera comes into sight only when somebody wants it to. */
  async chooseMicrophone(id: string): Promise<void> {
    this.microphone.value = id;
    const shown = this.#stream.peek();
    if (this.#source.peek() === "camera" || !shown) return this.useCamera();
    await this.#take("screen", async () => {
      const heard = await navigator.mediaDevices.getUserMedia({ audio: chosen(id) });
      return new MediaStream([...shown.getVideoTracks(), ...heard.getAudioTracks()]);
    });
  }

  /** Let go of camera, screen and microphone: their lights go out. */
  stop(): void {
    for (const track of this.#stream.peek()?.getTracks() ?? []) track.stop();
    this.#stream.value = null;
    navigator.mediaDevices?.removeEventListener("devicechange", this.#list);
  }

  mute(muted: boolean): void {
    this.muted.value = muted;
    for (const track of this.#stream.peek()?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  async #take(source: Source, ask: () => Promise<MediaStream>): Promise<void> {
    if (!navigator.mediaDevices) {
      this.#trouble.value = "insecure";
      return;
    }
    try {
      const stream = await ask();
      const before = this.#stream.peek();
      this.#source.value = source;
      this.#stream.value = stream;
      this.#trouble.value = null;
      this.mute(this.muted.peek());
      for (const track of stream.getVideoTracks()) track.addEventListener("ended", () => this.#ended(stream));
      const goesOn = new Set(stream.getTracks());
      for (const track of before?.getTracks() ?? []) if (!goesOn.has(track)) track.stop();
      await this.#list();
    } catch (error) {
      const kind = troubleOf(error);
      // somebody who closes the choice of screens only changed their mind
      if (source === "camera" || kind !== "denied") this.#trouble.value = kind;
    }
  }

  /** Camera and microphone; where one of them is missing, the other alone. */
  async #ask(): Promise<MediaStream> {
    const video = { ...PICTURE, ...chosen(this.camera.peek()) };
    const audio = { ...chosen(this.microphone.peek()) };
    try {
      return await navigator.mediaDevices.getUserMedia({ video, audio });
    } catch (error) {
      if (troubleOf(error) !== "missing") throw error;
      const devices = await navigator.mediaDevices.enumerateDevices();
      const has = (kind: MediaDeviceKind) => devices.some((device) => device.kind === kind);
      if (!has("videoinput") && !has("audioinput")) throw error;
      return navigator.mediaDevices.getUserMedia({
        video: has("videoinput") && PICTURE,
        audio: has("audioinput"),
      });
    }
  }

  #ended(stream: MediaStream): void {
    if (this.#stream.peek() !== stream) return;
    if (this.#source.peek() === "screen") void this.useCamera();
    else this.#trouble.value = "unplugged";
  }

  readonly #list = async (): Promise<void> => {
    this.#devices.value = await navigator.mediaDevices.enumerateDevices();
  };
}

function chosen(id: string): MediaTrackConstraints {
  return id ? { deviceId: { ideal: id } } : {};
}

/** What an error of getUserMedia means to a person (W3C Media Capture and Streams, section 10.2). */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return name === "TypeError" ? "insecure" : "denied";
}

/** Layers double their width: of those below twice the frame's, the widest fills it sharply, and the next were only dear. */
const MARGIN = 2;
/** Smaller changes are not worth a word, and a window that is being dragged is told about when it rests. */
const WORTH = 0.1;
const REST = 500;
/** Somebody who looks into another tab is often back at once. */
const AWAY = 5_000;
/** Narrower than any picture: of several the smallest will do for one that nobody sees. */
const UNSEEN = 1;

/** Tells how wide a picture may be at most, once it arrives larger than anybody can see it: in the page, the full screen or a window of its own. */
export class Sight {
  readonly #video: HTMLVideoElement;
  readonly #tell: (maxWidth: number) => void;
  readonly #end = new AbortController();
  readonly #frame = new ResizeObserver(() => this.#changed());
  #window: PictureInPictureWindow | null = null;
  #told: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(video: HTMLVideoElement, tell: (maxWidth: number) => void) {
    this.#video = video;
    this.#tell = tell;
    const { signal } = this.#end;
    const changed = () => this.#changed();
    this.#frame.observe(video);
    video.addEventListener("resize", changed, { signal });
    document.addEventListener("visibilitychange", changed, { signal });
    video.addEventListener(
      "enterpictureinpicture",
      ({ pictureInPictureWindow }) => {
        this.#window = pictureInPictureWindow;
        pictureInPictureWindow.addEventListener("resize", changed, { signal });
        this.#changed();
      },
      { signal },
    );
    video.addEventListener(
      "leavepictureinpicture",
      () => {
        this.#window = null;
        this.#changed();
      },
      { signal },
    );
  }

  /** A new session knows nothing yet. */
  begin(): void {
    this.#told = null;
    this.#changed();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#frame.disconnect();
    this.#end.abort();
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#consider(), this.#isHidden() ? AWAY : REST);
  }

  #isHidden(): boolean {
    return document.visibilityState === "hidden" && this.#window === null;
  }

  #consider(): void {
    const width = this.#window?.width ?? this.#video.clientWidth;
    const isHidden = this.#isHidden();
    const wanted = isHidden ? UNSEEN : Math.ceil(width * devicePixelRatio * MARGIN);
    if (wanted === 0 || (this.#told === null && wanted >= this.#video.videoWidth)) return;
    if (this.#told !== null && Math.abs(wanted - this.#told) <= WORTH * this.#told) return;
    this.#told = wanted;
    this.#tell(wanted);
  }
}

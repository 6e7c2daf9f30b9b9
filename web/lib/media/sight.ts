/** A picture a little larger than its frame is sharp; one much larger is only dear. */
const MARGIN = 1.5;
/** Smaller changes are not worth a word, and a window that is being dragged is told about when it rests. */
const WORTH = 0.1;
const REST = 500;

interface Picture {
  /** As shown, in CSS pixels, and as it arrives, in its own. */
  readonly clientWidth: number;
  readonly videoWidth: number;
}

/** Tells how large a picture may be at most, once it arrives larger than anybody can see it. */
export class Sight {
  readonly #picture: Picture;
  readonly #tell: (maxWidth: number) => void;
  #told: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(picture: Picture, tell: (maxWidth: number) => void) {
    this.#picture = picture;
    this.#tell = tell;
  }

  /** A new session knows nothing yet. */
  begin(): void {
    this.#told = null;
    this.changed();
  }

  /** The frame or the picture may have another size. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#consider(), REST);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #consider(): void {
    const { clientWidth, videoWidth } = this.#picture;
    const wanted = Math.ceil(clientWidth * devicePixelRatio * MARGIN);
    if (wanted === 0 || (this.#told === null && wanted >= videoWidth)) return;
    if (this.#told !== null && Math.abs(wanted - this.#told) <= WORTH * this.#told) return;
    this.#told = wanted;
    this.#tell(wanted);
  }
}

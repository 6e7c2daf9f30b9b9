/** The loudest a bar shows and the softest, in decibels below full scale. */
export const FLOOR = -60;

/** Below this nobody hears anything; a quiet room with an open microphone is louder. */
const SILENT = -55;
const SILENT_FOR = 5_000;

/** The peak of samples between -1 and 1, in decibels below full scale, at least FLOOR. */
export function peak(samples: Float32Array): number {
  let loudest = 0;
  for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
  return loudest === 0 ? FLOOR : Math.max(FLOOR, Math.min(0, 20 * Math.log10(loudest)));
}

/** How far a bar reaches, 0 to 1. */
export function reach(decibels: number): number {
  return 1 - decibels / FLOOR;
}

/** Notices when nothing was heard for some seconds. */
export class SilenceWatch {
  #heardAt: number;

  constructor(now: number) {
    this.#heardAt = now;
  }

  /** Whether it has been silent for long; level in decibels, now in milliseconds. */
  hear(level: number, now: number): boolean {
    if (level > SILENT) this.#heardAt = now;
    return now - this.#heardAt >= SILENT_FOR;
  }
}

import { SMALLEST } from "./fit";

interface Space {
  readonly width: number;
  readonly height: number;
}

/** Of the shorter side of a screen: letters that tired eyes read across a stage; a question beside a text wants them. */
const COMFORT = 0.08;
/** What a letter covers on average, of the square of its size: about half as wide as high, some space left at line ends. */
const COVERED = 0.62;
/** What a question beside a text takes at least, what it may take to stand comfortably, and what to stand at all. */
const SHARES = { least: 0.36, comfortable: 0.58, most: 0.74 };

/**
 * How much of the space a question takes beside the speaker's own text, so that it stands comfortably large or, where it
 * is too long for that, whole. Estimated, so that neither of the two has to be laid out over and over.
 *
 * space: what both have together, CSS pixels. stacked: the question stands above the text. foot: what stands below it.
 */
export function shareOf(text: string, space: Space, stacked: boolean, foot: number): number {
  const { width, height } = space;
  const comfortable = Math.max(SMALLEST, COMFORT * Math.min(width, height));
  const longest = Math.max(...text.split(/\s+/).map((word) => word.length));
  const share = (size: number) => {
    const area = text.length * COVERED * size * size;
    if (stacked) return (area / width + foot) / height;
    return Math.max(area / Math.max(1, height - foot), longest * COVERED * size) / width;
  };
  const { least, comfortable: enough, most } = SHARES;
  const wanted = Math.max(Math.min(share(comfortable), enough), share(SMALLEST));
  return Math.min(most, Math.max(least, wanted));
}

/**
 * The largest whole number from low to high that fits, found by halving; low where nothing does. What fits at some
 * size must fit at every smaller one.
 */
export function largest(low: number, high: number, fits: (size: number) => boolean): number {
  let [fitting, tooLarge] = [Math.floor(low), Math.floor(high) + 1];
  while (tooLarge - fitting > 1) {
    const middle = Math.floor((fitting + tooLarge) / 2);
    if (fits(middle)) fitting = middle;
    else tooLarge = middle;
  }
  return fitting;
}

/** Letters of a question are never smaller, CSS pixels. */
export const SMALLEST = 16;

/** The smallest and largest size of a text in a box of this size, CSS pixels: short questions need not shout. */
export function limits(width: number, height: number): { low: number; high: number } {
  const high = Math.max(18, Math.min(width / 8, height / 4));
  return { low: Math.min(SMALLEST, high), high };
}

/**
 * Sets the text as large as its box can stand together with the rest of the content, without breaking a word.
 * Measured, before anything is painted. Only where even the smallest size is too large for a word may it break.
 */
export function fitText(box: HTMLElement, content: HTMLElement, text: HTMLElement): void {
  const { clientWidth, clientHeight } = box;
  if (clientWidth === 0 || clientHeight === 0) return;
  const { low, high } = limits(clientWidth, clientHeight);
  const fits = (size: number) => {
    text.style.fontSize = `${size}px`;
    // what stands below is never larger than what it belongs to
    content.style.setProperty("--letters", `${size}px`);
    return text.scrollWidth <= clientWidth && content.offsetHeight <= clientHeight;
  };
  text.classList.remove("may-break");
  const size = largest(low, high, fits);
  text.classList.toggle("may-break", !fits(size));
}

export const MIRRORS = ["", "h", "v", "hv"] as const;

/** How the inner surface is turned for glass: not, left to right, upside down, both. */
export type Mirror = (typeof MIRRORS)[number];

export const MIRRORS = ["", "h", "v", "hv"] as const;

/** How the inner surface is turned for glass: not, left to right, upside down, both. */
export type Mirror = (typeof MIRRORS)[number];

/** From the query of the address, `?mirror=h`; anything else is no mirror. */
export function mirrorOf(search: string): Mirror {
  const asked = new URLSearchParams(search).get("mirror");
  return MIRRORS.find((mirror) => mirror === asked) ?? "";
}

/** The address with another mirror in its query and everything else as it was. */
export function withMirror(
  address: { pathname: string; search: string; hash: string },
  mirror: Mirror,
): string {
  const query = new URLSearchParams(address.search);
  if (mirror) query.set("mirror", mirror);
  else query.delete("mirror");
  const search = query.size > 0 ? `?${query}` : "";
  return address.pathname + search + address.hash;
}

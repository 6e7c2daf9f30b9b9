import { type Storage, tab } from "./storage";

/** What the address of a page says. */
export interface Link {
  readonly page: string;
  readonly room: string;
  readonly panellist: string | null;
  /** Of a role link; null for everybody's pages. */
  readonly token: string | null;
}

interface Address {
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

/**
 * Reads `/PAGE/ROOM[/PANELLIST]#TOKEN`. The token moves from the address into the tab's storage: skip links use the
 * fragment too, and a shared screen shows the address bar.
 */
export function readLink(
  address: Address = location,
  storage: Storage = tab,
  replace: (path: string) => void = (path) => history.replaceState(history.state, "", path),
): Link {
  const [page = "", room = "", panellist] = address.pathname
    .split("/")
    .filter(Boolean)
    .map(decodeURIComponent);
  const key = `token${address.pathname}`;
  if (address.hash.length > MIN_TOKEN) {
    storage.set(key, address.hash.slice(1));
    replace(address.pathname + address.search);
  }
  return { page, room, panellist: panellist ?? null, token: storage.get(key) };
}

/** Tokens are signed and long; anything shorter is the fragment of a skip link. */
const MIN_TOKEN = 40;

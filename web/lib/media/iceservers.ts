const LINK = /<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s",;]+))*)/g;
const ATTRIBUTE = /;\s*([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s",;]+))/g;
/** Their credentials are good for some hours more. */
const FRESH = 3_600_000;

interface Told {
  readonly servers: RTCIceServer[];
  readonly at: number;
}

/** Per endpoint, the STUN and TURN servers that its last answer named (RFC 9725 section 4.6). */
const told = new Map<string, Told>();

/** Those to begin a session with: the answer names them, but the offer is made before it. */
export function iceServers(endpoint: string): RTCIceServer[] {
  const last = told.get(endpoint);
  return last && Date.now() - last.at < FRESH ? last.servers : [];
}

/** Reads the Link headers of an answer. Whether it names any. */
export function learnIceServers(endpoint: string, header: string | null): boolean {
  const servers = [...(header ?? "").matchAll(LINK)].flatMap(([, urls = "", attributes = ""]) => {
    const { rel, username, credential } = read(attributes);
    if (rel !== "ice-server") return [];
    if (urls.startsWith("stun:")) return [{ urls }];
    return /^turns?:/.test(urls) && username && credential ? [{ urls, username, credential }] : [];
  });
  told.set(endpoint, { servers, at: Date.now() });
  return servers.length > 0;
}

function read(attributes: string): Partial<Record<string, string>> {
  const found = [...attributes.matchAll(ATTRIBUTE)];
  return Object.fromEntries(
    found.map(([, name = "", quoted, plain]) => [
      name.toLowerCase(),
      quoted?.replace(/\\(.)/g, "$1") ?? plain,
    ]),
  );
}

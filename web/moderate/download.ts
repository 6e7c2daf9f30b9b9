import type { Link } from "../lib/link";

export type Version = "full" | "public";

/** A file that the server makes for moderators: docs/PROTOCOL.md section 3. */
export interface RecordFile {
  readonly version: Version;
  readonly file: string;
}

/** Asks for a file. The token goes in a header: an address is logged, kept and shown. Throws when there is no file. */
export async function fetchRecord(
  link: Link,
  { version, file }: RecordFile,
  ask: typeof fetch = fetch,
): Promise<File> {
  const address = `/export/${encodeURIComponent(link.room)}/${version}/${file}`;
  const answer = await ask(address, {
    headers: { Authorization: `Bearer ${link.token ?? ""}` },
    cache: "no-store",
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new File([await answer.blob()], nameIn(answer) ?? `${link.room}-${version}-${file}`);
}

/** The name the server gave the file: it says at which number of the journal it was taken. */
function nameIn(answer: Response): string | undefined {
  return /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
}

/** Hands a file to the browser's downloads. */
export function save(file: File): void {
  const address = URL.createObjectURL(file);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = file.name;
  anchor.click();
  // the download has begun with the click; the next task is soon enough to let go
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

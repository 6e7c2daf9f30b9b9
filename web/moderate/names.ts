import type { PanellistView } from "../lib/wire.gen";

/** Short names for buttons: the last word of a name, the whole name where that would be ambiguous. */
export function shortNames(panellists: readonly PanellistView[]): ReadonlyMap<string, string> {
  const last = (name: string) => name.split(/\s+/).at(-1) ?? name;
  const count = new Map<string, number>();
  for (const { name } of panellists) count.set(last(name), (count.get(last(name)) ?? 0) + 1);
  return new Map(panellists.map(({ id, name }) => [id, count.get(last(name)) === 1 ? last(name) : name]));
}

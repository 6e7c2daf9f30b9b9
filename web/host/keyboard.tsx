import { KeyMap } from "../ui/keymap";
import type { Host } from "./host";
import { KEYS } from "./keys";
import { words } from "./words";

/** The map of the keys, and the switch. */
export function Keyboard({ host }: { host: Host }) {
  const { title, on, hint } = words().keys;
  const names = Object.keys(KEYS) as (keyof typeof KEYS)[];
  const keys = names.map((name) => {
    const { [name]: meaning } = words().keys;
    return [
      KEYS[name],
      name === "take"
        ? `${meaning} ${host.stage.places.map((place) => host.placeName(place)).join(", ")}`
        : meaning,
    ] as const;
  });
  return <KeyMap title={title} on={on} hint={hint} shortcuts={host.shortcuts} keys={keys} />;
}

/** The key of a control, on the control, while keys are on. */
export function Key({ host, name }: { host: Host; name: string }) {
  return host.shortcuts.value ? <span class="key" aria-hidden="true" data-key={name} /> : null;
}

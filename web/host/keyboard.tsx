import { Popover, Toggle } from "../ui";
import type { Host } from "./host";
import { KEYS } from "./keys";
import { words } from "./words";

/** The map of the keys, and the switch. */
export function Keyboard({ host }: { host: Host }) {
  const places = host.stage.places.map((place) => host.placeName(place)).join(", ");
  return (
    <Popover compact icon="keyboard" label={words().keys.title}>
      <div class="keys">
        <h2>{words().keys.title}</h2>
        <Toggle
          label={words().keys.on}
          checked={host.shortcuts.value}
          onChange={(checked) => {
            host.shortcuts.value = checked;
          }}
        />
        <dl>
          {(Object.keys(KEYS) as (keyof typeof KEYS)[]).map((name) => (
            <div key={name}>
              <dt>
                <kbd>{KEYS[name]}</kbd>
              </dt>
              <dd>
                {words().keys[name]}
                {name === "take" && ` ${places}`}
              </dd>
            </div>
          ))}
        </dl>
        <p class="field-hint">{words().keys.hint}</p>
      </div>
    </Popover>
  );
}

/** The key of a control, on the control, while keys are on. */
export function Key({ host, name }: { host: Host; name: string }) {
  return host.shortcuts.value ? <span class="key" aria-hidden="true" data-key={name} /> : null;
}

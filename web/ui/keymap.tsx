import type { Signal } from "@preact/signals";
import { Toggle } from "./field";
import { Popover } from "./overlay";

interface KeyMapProps {
  title: string;
  /** What the switch says, by which single keys are switched off (WCAG 2.1.4). */
  on: string;
  hint: string;
  shortcuts: Signal<boolean>;
  /** Shows its icon alone. */
  compact?: boolean;
  /** Key and what it does. */
  keys: readonly (readonly [key: string, meaning: string])[];
}

/** The map of a page's keys, and the switch. */
export function KeyMap({ title, on, hint, shortcuts, keys, compact = true }: KeyMapProps) {
  return (
    <Popover compact={compact} size="s" icon="keyboard" label={title}>
      <div class="keys">
        <h2>{title}</h2>
        <Toggle
          label={on}
          checked={shortcuts.value}
          onChange={(checked) => {
            shortcuts.value = checked;
          }}
        />
        <dl>
          {keys.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <p class="field-hint">{hint}</p>
      </div>
    </Popover>
  );
}

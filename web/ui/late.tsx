import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";

/** A part of a page that is fetched when it is shown first, and only once. Nothing stands in its place until then. */
export function late<Props>(
  fetch: () => Promise<{ readonly default: FunctionComponent<Props> }>,
): FunctionComponent<Props> {
  const loaded = signal<FunctionComponent<Props> | null>(null);
  let asked = false;
  const load = () => {
    if (asked) return;
    asked = true;
    fetch().then(
      (module) => {
        loaded.value = module.default;
      },
      // without a network; the next one who shows it tries again
      () => {
        asked = false;
      },
    );
  };
  return (props) => {
    useEffect(load, []);
    const Part = loaded.value;
    return Part && <Part {...(props as Props & object)} />;
  };
}

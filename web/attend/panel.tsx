import type { Podium } from "../lib/podium";
import { words } from "./words";

/** Who speaks: their name cards. */
export function Panel({ podium }: { podium: Podium }) {
  const panellists = podium.room.about.value?.panellists ?? [];
  if (panellists.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="panel-title">
      <h2 id="panel-title">{words().panel.title}</h2>
      <ul class="panel-cards">
        {panellists.map(({ id, name, role }) => (
          <li key={id} class="panel-card">
            <span class="panel-name">{name}</span>
            <span class="panel-role">{role}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

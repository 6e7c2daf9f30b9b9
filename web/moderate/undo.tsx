import { Button, IconButton } from "../ui";
import type { Desk } from "./desk";
import { words } from "./words";

/** What was done last here, and the way back. It stands below the lists, so that no row moves. */
export function UndoBar({ desk }: { desk: Desk }) {
  const last = desk.last.value;
  if (last === null) return null;
  return (
    <section class="undo" aria-label={words().undo.label}>
      <span class="undo-text">{last.said}</span>
      <Button size="s" icon="back" data-action="undo" onClick={() => desk.undoLast()}>
        {words().undo.button}
      </Button>
      <IconButton
        size="s"
        icon="close"
        label={words().dismiss}
        onClick={() => {
          desk.last.value = null;
        }}
      />
    </section>
  );
}

import { Cues } from "../stage/cueing";
import { words } from "../stage/cuewords";
import { Dialog, Notice } from "../ui";
import type { Desk } from "./desk";

/** Private messages to the speakers' screens; it stays open to show what becomes of them. */
export function CuesDialog({ desk }: { desk: Desk }) {
  const { house } = desk;
  return (
    <Dialog
      open={house.open.value === "cues"}
      title={words().title}
      onClose={() => {
        house.open.value = null;
      }}
    >
      {house.refusal.value && <Notice tone="warning">{house.refusal.value}</Notice>}
      <Cues sender={house} />
    </Dialog>
  );
}

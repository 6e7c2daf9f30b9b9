import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "./button";
import { Icon, type IconName } from "./icon";
import { words } from "./words";

interface DialogProps {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A native modal dialog: Escape closes it, the focus stays inside and returns to where it was. */
export function Dialog({ open, title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // at once: keys pressed right after it was opened are for the dialog
  useLayoutEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={heading} onClose={onClose}>
      {open && (
        <div class="dialog-inner">
          <div class="dialog-head">
            <h2 id={heading}>{title}</h2>
            <IconButton icon="close" label={words().close} onClick={() => dialog.current?.close()} />
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}

interface PopoverProps {
  label: string;
  icon?: IconName;
  /** Shows the icon alone; the label is its name. */
  compact?: boolean;
  kind?: "secondary" | "quiet";
  size?: "s" | "m";
  /** Stands on the button where the label, which is then its name, says more than there is room for. */
  short?: string;
  children: ComponentChildren;
}

const GAP = 8;

function place(panel: HTMLElement, opener: HTMLElement) {
  const around = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const { clientWidth, clientHeight } = document.documentElement;
  const left = Math.min(Math.max(GAP, around.right - width), Math.max(GAP, clientWidth - width - GAP));
  const below = around.bottom + GAP;
  const top = below + height > clientHeight - GAP ? Math.max(GAP, around.top - height - GAP) : below;
  panel.style.left = `${left}px`;
  panel.style.top = `${top}px`;
}

/** A native popover beside its button: light dismiss, Escape, focus returns by itself. */
export function Popover({
  label,
  icon,
  compact = false,
  kind = "quiet",
  size = "m",
  short,
  children,
}: PopoverProps) {
  const id = useId();
  const opener = useRef<HTMLSpanElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const attributes = { popovertarget: id, "aria-haspopup": "true" } as const;
  return (
    <span class="popover-anchor" ref={opener}>
      {compact && icon ? (
        <IconButton {...attributes} kind={kind} icon={icon} label={label} />
      ) : (
        <Button
          {...attributes}
          kind={kind}
          size={size}
          {...(icon ? { icon } : {})}
          {...(short ? { "aria-label": label, title: label } : {})}
        >
          {short ?? label}
        </Button>
      )}
      <div
        ref={panel}
        id={id}
        class="popover"
        popover="auto"
        onToggle={(event) => {
          if (event.newState === "open" && panel.current && opener.current)
            place(panel.current, opener.current);
        }}
      >
        {children}
      </div>
    </span>
  );
}

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** Given for a choice among the items: says which one holds. */
  chosen?: boolean;
  onSelect: () => void;
}

/** Buttons in a popover. Choosing one closes it. */
export function Menu({ items, ...rest }: Omit<PopoverProps, "children"> & { items: readonly MenuItem[] }) {
  return (
    <Popover {...rest}>
      <ul class="menu">
        {items.map((item) => (
          <li key={item.label}>
            <button
              type="button"
              class="menu-item"
              aria-pressed={item.chosen}
              onClick={(event) => {
                event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
                item.onSelect();
              }}
            >
              {item.icon && <Icon name={item.icon} />}
              <span>{item.label}</span>
              {item.chosen && <Icon name="answer" />}
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  );
}

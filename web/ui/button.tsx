import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

type NativeButton = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "size" | "icon" | "label" | "class">;

export interface ButtonProps extends NativeButton {
  kind?: "primary" | "secondary" | "quiet" | "danger";
  size?: "s" | "m" | "l";
  icon?: IconName;
  /** The command was sent and is not confirmed yet: the button stays where it is and cannot be pressed again. */
  pending?: boolean;
  class?: string;
  children?: ComponentChildren;
}

export function Button({
  kind = "secondary",
  size = "m",
  icon,
  pending = false,
  class: extra = "",
  onClick,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button button-${kind} button-${size} ${extra}`}
      aria-disabled={pending || rest.disabled || rest["aria-disabled"] ? true : undefined}
      aria-busy={pending || undefined}
      onClick={pending ? undefined : onClick}
    >
      {icon && <Icon name={icon} />}
      <span class="button-text">{children}</span>
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  icon: IconName;
  /** What it does, in words: its name for everybody who does not see the drawing, and its tooltip. */
  label: string;
}

export function IconButton({ label, class: extra = "", ...rest }: IconButtonProps) {
  return (
    <Button kind="quiet" {...rest} class={`button-icon ${extra}`} aria-label={label} title={label}>
      {null}
    </Button>
  );
}

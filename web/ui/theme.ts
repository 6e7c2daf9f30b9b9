import { effect } from "@preact/signals";
import { remembered } from "../lib/storage";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** What the person chose on this device; "system" follows the operating system. */
export const theme = remembered<Theme>("theme", "system");

effect(() => {
  const root = document.documentElement;
  if (theme.value === "light" || theme.value === "dark") root.dataset["kernTheme"] = theme.value;
  else delete root.dataset["kernTheme"];
});

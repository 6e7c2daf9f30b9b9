export { Badge, STATE_LOOKS, StateBadge, type Tone } from "./badge";
export { Button, IconButton } from "./button";
export { Choice, Select, TextField, Toggle } from "./field";
export { ConnectionNotice, Gate } from "./gate";
export {
  type Connection,
  ConnectionMark,
  connectionOf,
  PageHeader,
  ThemeSwitch,
} from "./header";
export { Icon, type IconName } from "./icon";
export { LanguageSwitch, Languages } from "./language";
export { Dialog, Menu, Popover } from "./overlay";
export { Card, EmptyState, Notice, Timeline } from "./surface";

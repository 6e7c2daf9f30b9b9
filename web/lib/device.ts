import { lasting, type Storage } from "./storage";

/** The signed token of this device: no account, only "the same browser as before". */
export interface DeviceStore {
  read(): string | null;
  keep(token: string): void;
  forget(): void;
}

/** The token under its key; one for all rooms of this server. */
export function deviceStore(storage: Storage = lasting): DeviceStore {
  return {
    read: () => storage.get("device"),
    keep: (token) => storage.set("device", token),
    forget: () => storage.remove("device"),
  };
}

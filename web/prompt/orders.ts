import type { OrdersView } from "../lib/wire.gen";

interface Following {
  /** The highest that this screen has followed. */
  readonly number: number;
  /** What it has to do now; null for nothing. */
  readonly speed: number | null;
  readonly run: boolean | null;
  readonly line: number | null;
}

/**
 * What of the host's orders this screen has not followed yet: each counts once, so that the speaker's own hand is free
 * afterwards. A screen that follows for the first time takes speed and place over, and never runs off by itself.
 */
export function ordersAfter(orders: OrdersView | null, followed: string | null): Following {
  const last = Number(followed ?? 0);
  const fresh = (order: OrdersView[keyof OrdersView] | undefined) =>
    order && order.number > last ? order.value : null;
  const all = [orders?.speed, orders?.run, orders?.line].map((order) => order?.number ?? 0);
  const run = followed === null ? null : fresh(orders?.run);
  return {
    number: Math.max(last, ...all),
    speed: fresh(orders?.speed),
    run: run === null ? null : run === 1,
    line: fresh(orders?.line),
  };
}

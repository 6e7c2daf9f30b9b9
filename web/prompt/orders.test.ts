import { expect, test } from "vitest";
import type { OrdersView } from "../lib/wire.gen";
import { ordersAfter } from "./orders";

const ORDERS: OrdersView = {
  speed: { number: 4, value: 90 },
  run: { number: 6, value: 1 },
  line: { number: 5, value: 12 },
};

test("each order is followed once, whatever was missed meanwhile", () => {
  expect(ordersAfter(ORDERS, "4")).toEqual({ number: 6, speed: null, run: true, line: 12 });
  expect(ordersAfter(ORDERS, "0")).toEqual({ number: 6, speed: 90, run: true, line: 12 });
  expect(ordersAfter(ORDERS, "6")).toEqual({ number: 6, speed: null, run: null, line: null });
  expect(ordersAfter(null, "6")).toEqual({ number: 6, speed: null, run: null, line: null });
});

test("a screen that comes new takes speed and place over and does not run off", () => {
  expect(ordersAfter(ORDERS, null)).toEqual({ number: 6, speed: 90, run: null, line: 12 });
  expect(ordersAfter(null, null)).toEqual({ number: 0, speed: null, run: null, line: null });
});

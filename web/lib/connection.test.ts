import { describe, expect, it } from "vitest";
import { ALERT, Connection } from "./connection";
import type { Hello, ServerFrame, Welcome } from "./wire.gen";

const WELCOME: Welcome = {
  type: "welcome",
  room: "digitales-podium",
  role: "attendee",
  panellist: null,
  now: 1_000_000,
  seq: 7,
  complete: true,
  entities: {},
  drop: [],
  votes: {},
  voted: [],
  attending: 1,
  viewers: {},
  limits: {
    frame: 16_384,
    frames: 10,
    text: 600,
    name: 80,
    affiliation: 120,
    device_questions: 4,
    room_questions: 600,
    window: 60_000,
  },
  desk: null,
};

const text = (frame: ServerFrame) => JSON.stringify(frame);
const kinds = (effects: readonly { do: string }[]) => effects.map((effect) => effect.do);

function connection(hello: Omit<Hello, "type"> = { room: "digitales-podium" }) {
  return new Connection(
    () => hello,
    () => 1,
  );
}

function joined(hello?: Omit<Hello, "type">) {
  const joined = connection(hello);
  joined.start(0);
  joined.opened(0);
  joined.received(text(WELCOME), 0);
  return joined;
}

describe("joining", () => {
  it("says hello as soon as the socket is open", () => {
    const fresh = connection({ room: "digitales-podium", since: 4 });
    expect(fresh.start(0)).toEqual([{ do: "open" }]);
    expect(fresh.opened(1)).toEqual([
      { do: "send", frame: { type: "hello", room: "digitales-podium", since: 4 } },
    ]);
    expect(fresh.state).toEqual({ kind: "connecting" });
  });

  it("does not claim for ever that it is about to connect", () => {
    const blocked = connection();
    blocked.start(0);
    const said = [0, 20_000, 40_000].map((at) => {
      blocked.closed(at);
      const { kind } = blocked.state;
      blocked.woke(at + 19_000);
      return kind;
    });
    expect(said).toEqual(["connecting", "connecting", "stale"]);
    expect(blocked.state.kind).toBe("stale");
  });

  it("is live with the welcome and measures the clock once", () => {
    const fresh = connection();
    fresh.start(0);
    fresh.opened(1);
    expect(fresh.received(text(WELCOME), 2)).toEqual([
      { do: "tell", frame: WELCOME },
      { do: "send", frame: { type: "ping", mark: 2 } },
    ]);
    expect(fresh.state).toEqual({ kind: "live" });
    fresh.received(text({ type: "pong", mark: 2, now: 5_000 }), 102);
    expect(fresh.offset).toBe(5_000 + 50 - 102);
  });

  it("measures again when a clock was set, and not because an answer was slow", () => {
    const fresh = connection();
    fresh.start(0);
    fresh.opened(0);
    fresh.received(text(WELCOME), 0);
    fresh.received(text({ type: "pong", mark: 0, now: 5_010 }), 20);
    expect(fresh.offset).toBe(5_000);
    fresh.received(text({ type: "pong", mark: 1_000, now: 6_180 }), 1_200);
    expect(fresh.offset).toBe(5_000);
    // the device's clock went a minute forward
    fresh.received(text({ type: "pong", mark: 62_000, now: 7_030 }), 62_060);
    expect(fresh.offset).toBe(7_030 + 30 - 62_060);
  });

  it("gives up on a server that does not answer, and comes again", () => {
    const fresh = connection();
    fresh.start(0);
    expect(fresh.wakeAt).toBe(10_000);
    expect(fresh.woke(10_000)).toEqual([{ do: "close" }]);
    expect(fresh.woke(fresh.wakeAt ?? 0)).toEqual([{ do: "open" }]);
  });

  it("a fresh snapshot for a slow page is no second joining", () => {
    expect(kinds(joined().received(text(WELCOME), 50))).toEqual(["tell"]);
  });
});

describe("coming back", () => {
  it("is stale, not gone, while it tries again with growing pauses", () => {
    const cut = joined();
    const pauses = [];
    let now = 1_000;
    for (let attempt = 0; attempt < 8; attempt += 1) {
      cut.closed(now);
      expect(cut.state).toEqual({ kind: "stale", retryAt: cut.wakeAt });
      pauses.push((cut.wakeAt ?? 0) - now);
      now = cut.wakeAt ?? 0;
      expect(cut.woke(now)).toEqual([{ do: "open" }]);
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it("is soon back after a connection that lasted", () => {
    const cut = joined();
    cut.closed(0);
    cut.start(500);
    cut.opened(500);
    cut.received(text(WELCOME), 500);
    cut.closed(60_500);
    expect(cut.wakeAt).toBe(61_000);
  });

  it("spreads a thousand pages over half the pause", () => {
    const eager = new Connection(
      () => ({ room: "digitales-podium" }),
      () => 0,
    );
    eager.start(0);
    eager.closed(0);
    expect(eager.wakeAt).toBe(250);
  });

  it("waits as long as the server asks, also when somebody looks", () => {
    const sent = joined();
    expect(sent.received(text({ type: "bye", code: "shutting_down", retry_after: 4_000 }), 0)).toEqual([
      { do: "close" },
    ]);
    sent.closed(0);
    expect(sent.wakeAt).toBe(4_500);
    expect(sent.visible(3_999)).toEqual([]);
    expect(sent.visible(4_000)).toEqual([{ do: "open" }]);
  });

  it("ends where coming again is of no use", () => {
    const sent = joined();
    sent.received(text({ type: "bye", code: "token_revoked" }), 0);
    sent.closed(0);
    expect(sent.state).toEqual({ kind: "ended", code: "token_revoked" });
    expect(sent.wakeAt).toBeNull();
    expect(sent.visible(1_000)).toEqual([]);
  });

  it("forgets a device token that the server no longer knows, and comes again without", () => {
    const known = joined({ room: "digitales-podium", device: "old" });
    expect(known.received(text({ type: "bye", code: "token_invalid" }), 0)).toEqual([
      { do: "device", token: null },
      { do: "close" },
    ]);
    known.closed(0);
    expect(known.state.kind).toBe("stale");
  });
});

describe("silence", () => {
  it("is broken by a ping, and by leaving when nothing comes back", () => {
    const silent = joined();
    expect(silent.wakeAt).toBe(15_000);
    expect(silent.woke(15_000)).toEqual([{ do: "send", frame: { type: "ping", mark: 15_000 } }]);
    expect(silent.woke(20_000)).toEqual([{ do: "close" }]);
    expect(silent.state.kind).toBe("stale");
  });

  it("any frame counts as a sign of life", () => {
    const busy = joined();
    busy.received(text({ type: "tick", seq: 8, now: 1, attending: 2 }), 14_000);
    expect(busy.wakeAt).toBe(29_000);
  });
});

describe("network and attention", () => {
  it("comes at once when the network is back", () => {
    const away = joined();
    away.closed(0);
    away.network(false, 10);
    expect(away.state).toEqual({ kind: "offline" });
    expect(away.network(true, 20)).toEqual([{ do: "open" }]);
  });

  it("checks a live connection when the browser says offline, for browsers err", () => {
    const live = joined();
    expect(kinds(live.network(false, 1_000))).toEqual(["send"]);
    expect(live.state).toEqual({ kind: "live" });
    expect(live.wakeAt).toBe(6_000);
  });

  it("checks the connection when somebody looks again", () => {
    expect(kinds(joined().visible(60_000))).toEqual(["send"]);
  });
});

it("understands nothing in what is no frame", () => {
  const live = joined();
  for (const data of ["", "{", "null", "[]", "7", '{"seq":1}', '{"type":"later"}', new ArrayBuffer(4)])
    expect(live.received(data, 1)).toEqual([]);
  expect(live.state).toEqual({ kind: "live" });
});

describe("an alert page", () => {
  it("asks after two silent seconds, and is lost when nobody answers", () => {
    const alert = new Connection(
      () => ({ room: "digitales-podium" }),
      () => 1,
      ALERT,
    );
    alert.start(0);
    alert.opened(0);
    alert.received(text(WELCOME), 0);
    expect(alert.wakeAt).toBe(2_000);
    expect(alert.woke(2_000)).toEqual([{ do: "send", frame: { type: "ping", mark: 2_000 } }]);
    alert.received(text({ type: "pong", mark: 2_000, now: 1_002_010 }), 2_030);
    expect(alert.roundTrip).toBe(30);
    expect(alert.heardAt).toBe(2_030);
    alert.woke(4_030);
    expect(kinds(alert.woke(6_530))).toEqual(["close"]);
    expect(alert.state.kind).toBe("stale");
  });

  it("tries again every two and a half seconds, however long the server is away", () => {
    const alert = new Connection(
      () => ({ room: "digitales-podium" }),
      () => 1,
      ALERT,
    );
    alert.start(0);
    alert.opened(0);
    alert.received(text(WELCOME), 0);
    let now = 0;
    const waited = Array.from({ length: 5 }, () => {
      alert.closed(now);
      const at = alert.wakeAt ?? 0;
      const pause = at - now;
      now = at;
      alert.woke(now);
      return pause;
    });
    expect(waited).toEqual([500, 1_000, 2_000, 2_500, 2_500]);
  });
});

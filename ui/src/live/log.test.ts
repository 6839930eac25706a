import { cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { announceLogged, type Done, useLogged } from "@/live/log";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function listen(...beginnings: string[]) {
  const told: boolean[] = [];
  const { unmount } = renderHook(() =>
    useLogged((done: Done) => told.push(done.some(...beginnings))),
  );
  return { told, unmount };
}

it("tells once of what was done at about the same time, and leaves nothing out", () => {
  const { told } = listen("tenant", "token.");
  announceLogged({ actions: ["flag.update"] });
  announceLogged({ actions: ["tenants.import", "flag.update"] });
  expect(told).toEqual([]);
  vi.runAllTimers();
  expect(told).toEqual([true]);
  announceLogged({ actions: ["targeting.update"] });
  vi.runAllTimers();
  expect(told).toEqual([true, false]);
});

it("takes no actions for any", () => {
  const { told } = listen("environment.");
  announceLogged({ actions: ["flag.update"] });
  announceLogged({ actions: [] });
  vi.runAllTimers();
  expect(told).toEqual([true]);
});

it("tells what was named apart from what may have been", () => {
  const named: boolean[] = [];
  renderHook(() => useLogged((done) => named.push(done.named("flag."))));
  announceLogged({ actions: [] });
  vi.runAllTimers();
  announceLogged({ actions: ["flag.update"] });
  vi.runAllTimers();
  expect(named).toEqual([false, true]);
});

it("tells nobody who is gone", () => {
  const { told, unmount } = listen("flag");
  announceLogged({ actions: ["flag.update"] });
  unmount();
  vi.runAllTimers();
  expect(told).toEqual([]);
});

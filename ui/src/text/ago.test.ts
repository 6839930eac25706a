import { describe, expect, it } from "vitest";
import { ago, duration } from "@/text/ago";

const now = new Date("2026-11-23T12:00:00Z");

describe("ago", () => {
  it.each([
    ["2026-11-23T11:59:50Z", "just now"],
    ["2026-11-23T12:00:05Z", "just now"],
    ["2026-11-23T11:59:15Z", "45 seconds ago"],
    ["2026-11-23T11:58:50Z", "1 minute ago"],
    ["2026-11-23T09:30:00Z", "2 hours ago"],
    ["2026-11-22T11:00:00Z", "yesterday"],
    ["2026-11-13T12:00:00Z", "10 days ago"],
    ["2026-11-01T12:00:00Z", "3 weeks ago"],
    ["2026-08-20T12:00:00Z", "3 months ago"],
    ["2024-08-20T12:00:00Z", "2 years ago"],
    ["2026-11-23T15:10:00Z", "in 3 hours"],
  ])("%s is %s", (instant, expected) => {
    expect(ago(instant, now)).toBe(expected);
  });
});

describe("duration", () => {
  it.each([
    [-3, "0 s"],
    [90, "90 s"],
    [150, "2 min"],
    [7_300, "2 h"],
    [200_000, "2 d"],
  ])("%i is %s", (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });
});

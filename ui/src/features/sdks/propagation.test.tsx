import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Propagation } from "@/features/sdks/propagation";
import { json, renderWith } from "@/testing/render";

const since = new Date(Date.now() - 30.5 * 60_000).toISOString();
const sdk = {
  instance: "a1",
  token: "billing",
  sdk: "tenantry-rust/0.1.0",
  revision: 6,
  connected: true,
  connected_at: since,
  silent_since: since,
};
const show = (body: object) =>
  renderWith(<Propagation project="default" environment="production" revision={7} />, async () =>
    json({ revision: 7, committed_at: since, items: [], ...body }),
  );

it("counts who has confirmed, and names who has not", async () => {
  show({ sdks: 43, confirmed: 42, silent: 1, items: [sdk] });
  await screen.findByText("42 of 43 SDKs confirmed it, 1 silent for up to 30 min.");
  expect(screen.getByText("connected, owes an answer for 30 min")).toBeDefined();
});

it("says when all have confirmed, and when nobody is there to", async () => {
  show({ sdks: 2, confirmed: 2, silent: 0 });
  await screen.findByText("All 2 SDKs confirmed it.");
  show({ sdks: 0, confirmed: 0, silent: 0 });
  await screen.findByText(/No SDK is connected/);
});

import { cleanup, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FlagsPage } from "@/features/flags/flags-page";
import { json, renderWith } from "@/testing/render";
import { commonText } from "@/text/common";
import { errorsText } from "@/text/errors";
import { flagsText } from "@/text/flags";

const production = { key: "production", name: "Production", revision: 1, created_at: "" };

function show(answer: () => Promise<Response>, search = "") {
  renderWith(
    <FlagsPage
      project="default"
      environments={[production]}
      environment={production}
      view={{ search, filter: "active" }}
      onView={vi.fn()}
      onAddress={vi.fn()}
      address={{}}
    />,
    // The debt is another matter, and takes its time here.
    (request) => (request.url.includes("/debt") ? new Promise(() => {}) : answer()),
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("the flags page without flags to show", () => {
  it("says that it is loading", () => {
    show(() => new Promise(() => {}));
    expect(screen.getByRole("status", { name: flagsText.loading })).toBeDefined();
  });

  it("offers to make the first flag", async () => {
    show(async () => json({ items: [] }));
    await screen.findByText(flagsText.noneTitle);
    expect(screen.getAllByRole("button", { name: flagsText.create })).toHaveLength(2);
  });

  it("offers to clear a search that finds nothing", async () => {
    show(async () => json({ items: [] }), "billing");
    await screen.findByRole("button", { name: flagsText.clearFilters });
  });

  it("says that the server is away, and offers another try", async () => {
    show(() => Promise.reject(new TypeError("fetch failed")));
    await screen.findByText(errorsText.unreachableTitle);
    expect(screen.getByRole("button", { name: commonText.retry })).toBeDefined();
  });

  it("says that the token may not see them, and offers no other try", async () => {
    show(async () => json({ code: "forbidden", detail: "no", status: 403 }, 403));
    await screen.findByText(errorsText.forbiddenTitle);
    expect(screen.queryByRole("button", { name: commonText.retry })).toBeNull();
  });

  it("passes on what the server said of its own fault, with the request's number", async () => {
    show(async () =>
      json({ code: "unavailable", detail: "the database is away", request_id: "r-17" }, 503),
    );
    await screen.findByText(/the database is away/);
    expect(screen.getByText(errorsText.requestId("r-17"))).toBeDefined();
  });

  it("does not take a proxy's page for an answer", async () => {
    show(async () => new Response("<html>Bad gateway</html>", { status: 502 }));
    await screen.findByText(/HTTP 502/);
  });
});

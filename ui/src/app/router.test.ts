import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { createAppRouter, navigation } from "@/app/router";

it("leads from each entry of the navigation to a page, by keys of its own", () => {
  const pages: Record<string, unknown> = createAppRouter(new QueryClient()).routesByPath;
  expect(navigation.map(({ to }) => to).filter((to) => pages[to] === undefined)).toEqual([]);
  expect(new Set(navigation.map(({ keys }) => keys)).size).toBe(navigation.length);
});

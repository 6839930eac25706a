import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { draftOf } from "@/features/flag/draft";
import { useDraft } from "@/features/flag/use-draft";

const version = (etag: string, threshold: number, on = false) => ({
  etag,
  draft: draftOf({ on, rollout: { threshold, salt: null } }),
});

function edit(first = version("1", 0)) {
  return renderHook(({ current, saving }) => useDraft(current, saving), {
    initialProps: { current: first, saving: false },
  });
}

it("follows the server while nothing is changed", () => {
  const { result, rerender } = edit();
  rerender({ current: version("2", 5_000), saving: false });
  expect(result.current.draft.rollout.threshold).toBe(5_000);
  expect(result.current.base.etag).toBe("2");
  expect(result.current.newer).toBeUndefined();
});

it("tells of a newer version instead of overwriting the draft", () => {
  const { result, rerender } = edit();
  act(() => result.current.edit({ on: true }));
  rerender({ current: version("2", 5_000), saving: false });
  expect(result.current.draft).toMatchObject({ on: true, rollout: { threshold: 0 } });
  expect(result.current.newer?.etag).toBe("2");

  act(() => result.current.keep());
  expect(result.current.draft).toMatchObject({ on: true, rollout: { threshold: 5_000 } });
  expect(result.current.base.etag).toBe("2");
  expect(result.current.newer).toBeUndefined();
});

it("drops the draft when asked to", () => {
  const { result, rerender } = edit();
  act(() => result.current.edit({ on: true }));
  rerender({ current: version("2", 5_000), saving: false });
  act(() => result.current.take());
  expect(result.current.draft.on).toBe(false);
  expect(result.current.changed).toEqual([]);
});

it("is not disturbed by its own save, and keeps what was changed beside it", () => {
  const { result, rerender } = edit();
  act(() => result.current.edit({ rollout: { threshold: 1_000, salt: null } }));
  rerender({ current: version("2", 0, true), saving: true });
  expect(result.current.newer).toBeUndefined();
  act(() => result.current.settle(version("2", 0, true)));
  rerender({ current: version("2", 0, true), saving: false });
  expect(result.current.draft).toMatchObject({ on: true, rollout: { threshold: 1_000 } });
  expect(result.current.changed).toEqual(["rollout"]);
  expect(result.current.newer).toBeUndefined();
});

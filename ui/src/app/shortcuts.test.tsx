import { fireEvent, render } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { useShortcuts } from "@/app/shortcuts";

const flags = vi.fn();
const onPalette = vi.fn();
const onHelp = vi.fn();

function Page() {
  useShortcuts({ sequences: { "g f": flags }, onPalette, onHelp });
  return <input aria-label="name" />;
}

beforeEach(() => vi.clearAllMocks());

const press = (target: Element, ...keys: string[]) => {
  for (const key of keys) {
    fireEvent.keyDown(target, { key });
  }
};

it("leads to a page by two keys, and by no others", () => {
  render(<Page />);
  press(document.body, "f", "g", "x", "f");
  expect(flags).not.toHaveBeenCalled();
  press(document.body, "g", "f");
  expect(flags).toHaveBeenCalledTimes(1);
  press(document.body, "f");
  expect(flags).toHaveBeenCalledTimes(1);
});

it("takes nothing from somebody who is typing, but for the palette", () => {
  const { getByLabelText } = render(<Page />);
  const input = getByLabelText("name");
  press(input, "g", "f", "?");
  expect(flags).not.toHaveBeenCalled();
  expect(onHelp).not.toHaveBeenCalled();
  fireEvent.keyDown(input, { key: "k", metaKey: true });
  expect(onPalette).toHaveBeenCalledTimes(1);
  press(document.body, "?");
  expect(onHelp).toHaveBeenCalledTimes(1);
});

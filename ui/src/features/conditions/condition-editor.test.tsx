import { fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, it } from "vitest";
import { ConditionEditor } from "@/features/conditions/condition-editor";
import type { Condition } from "@/features/conditions/operators";
import { json, renderWith } from "@/testing/render";

let current: Condition[] = [];

function Editor({ start }: { start: Condition[] }) {
  const [conditions, setConditions] = useState(start);
  current = conditions;
  return (
    <ConditionEditor
      conditions={conditions}
      onChange={setConditions}
      attributes={[{ name: "plan", values: ["team"] }]}
    />
  );
}
const show = (start: Condition[]) => renderWith(<Editor start={start} />, async () => json({}));

it("adds a condition, and leads to where it begins", () => {
  show([]);
  fireEvent.click(screen.getByRole("button", { name: "Add the first condition" }));
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Attribute");
  expect(current).toEqual([{ operator: "in", attribute: "", values: [] }]);
});

it("takes the one away that was meant, and keeps what the others say", () => {
  show([
    { operator: "in", attribute: "plan", values: ["team"] },
    { operator: "exists", attribute: "country" },
  ]);
  fireEvent.click(screen.getByRole("button", { name: "Remove condition 1" }));
  expect(current).toEqual([{ operator: "exists", attribute: "country" }]);
  expect(screen.getByDisplayValue("country")).toBeDefined();
});

it("says whether case counts", () => {
  show([{ operator: "in", attribute: "plan", values: ["team"] }]);
  const button = screen.getByRole("button", { name: "Ignore case" });
  fireEvent.click(button);
  expect(current[0]).toMatchObject({ ignore_case: true });
  fireEvent.click(button);
  expect(current[0]).not.toHaveProperty("ignore_case");
});

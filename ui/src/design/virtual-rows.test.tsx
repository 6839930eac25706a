import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { Cell, VirtualRows } from "@/design/virtual-rows";

const all = Array.from({ length: 10_000 }, (_, index) => `tenant-${index}`);
const columns = [{ key: "name", head: "Name", width: "1fr" }];

/** A list that is read a thousand rows at a time. */
function Paged({ onOpen = vi.fn() }: { onOpen?: (row: string) => void }) {
  const [shown, setShown] = useState(1_000);
  return (
    <VirtualRows
      label="Tenants"
      columns={columns}
      rows={all.slice(0, shown)}
      rowKey={(it) => it}
      onOpen={onOpen}
      more={{
        has: shown < all.length,
        loading: false,
        failed: false,
        load: () => setShown((it) => it + 1_000),
      }}
    >
      {(row) => <Cell>{row}</Cell>}
    </VirtualRows>
  );
}

const rowOf = (text: string) => screen.getByText(text).closest("[role=row]") as HTMLElement;

it("has few rows in the document, and says how many there are", () => {
  render(
    <VirtualRows label="Tenants" columns={columns} rows={all} rowKey={(it) => it}>
      {(row) => <Cell>{row}</Cell>}
    </VirtualRows>,
  );
  expect(screen.getByRole("grid", { name: "Tenants" }).getAttribute("aria-rowcount")).toBe("10001");
  expect(screen.getAllByRole("row").length).toBeLessThan(100);
  expect(rowOf("tenant-0").getAttribute("aria-rowindex")).toBe("2");
});

it("moves the focus row by row, and opens the row that has it", async () => {
  const onOpen = vi.fn();
  render(<Paged onOpen={onOpen} />);
  rowOf("tenant-0").focus();
  fireEvent.keyDown(rowOf("tenant-0"), { key: "j" });
  await waitFor(() => expect(document.activeElement).toBe(rowOf("tenant-1")));
  expect(rowOf("tenant-0").tabIndex).toBe(-1);
  expect(rowOf("tenant-1").tabIndex).toBe(0);
  fireEvent.keyDown(rowOf("tenant-1"), { key: "Enter" });
  expect(onOpen).toHaveBeenCalledWith("tenant-1");
});

it("reads the whole list on the way to its end", async () => {
  render(<Paged />);
  rowOf("tenant-0").focus();
  fireEvent.keyDown(rowOf("tenant-0"), { key: "End" });
  await waitFor(() => expect(document.activeElement).toBe(rowOf("tenant-9999")));
  expect(screen.getAllByRole("row").length).toBeLessThan(150);
});

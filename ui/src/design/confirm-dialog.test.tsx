import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { Unreachable } from "@/api/problem";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { renderWith } from "@/testing/render";
import { commonText } from "@/text/common";
import { errorsText } from "@/text/errors";

function ask(onConfirm: (reason: string) => Promise<unknown>, onClose = vi.fn()) {
  renderWith(
    <ConfirmDialog
      opened
      title="Archive?"
      confirm="Archive"
      reason="required"
      onConfirm={onConfirm}
      onClose={onClose}
    >
      It answers off from then on.
    </ConfirmDialog>,
    () => new Promise(() => {}),
  );
  return {
    onClose,
    button: screen.getByRole<HTMLButtonElement>("button", { name: "Archive" }),
    reason: screen.getByLabelText(new RegExp(commonText.reason)),
  };
}

it("asks for the reason before it goes on, and closes when it is done", async () => {
  const confirmed = vi.fn(async () => {});
  const { button, reason, onClose } = ask(confirmed);
  expect(button.disabled).toBe(true);
  fireEvent.change(reason, { target: { value: " done with it " } });
  fireEvent.click(button);
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(confirmed).toHaveBeenCalledWith("done with it");
});

it("stays open and says why, when it could not be done", async () => {
  const { button, reason, onClose } = ask(() => Promise.reject(new Unreachable("away")));
  fireEvent.change(reason, { target: { value: "done" } });
  fireEvent.click(button);
  await screen.findByText(errorsText.unreachableTitle);
  expect(onClose).not.toHaveBeenCalled();
});

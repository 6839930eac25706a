/** The short messages after a change: what is so now, with a way back, or why nothing changed. */
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { commonText } from "@/text/common";
import classes from "./changed-toast.module.css";

const SAVED_MS = 6_000;
const REFUSED_MS = 12_000;

/** `id` names the thing changed: its newest message takes the place of an older one. */
export function toastSaved(id: string, message: string, onUndo?: () => void): void {
  notifications.hide(id);
  notifications.show({
    id,
    autoClose: SAVED_MS,
    color: "pine",
    closeButtonProps: { "aria-label": commonText.close },
    message: (
      <span className={classes.message}>
        <span>{message}</span>
        {onUndo !== undefined && (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              notifications.hide(id);
              onUndo();
            }}
          >
            {commonText.undo}
          </Button>
        )}
      </span>
    ),
  });
}

export function toastRefused(id: string, message: string): void {
  notifications.hide(id);
  notifications.show({
    id,
    autoClose: REFUSED_MS,
    color: "red",
    closeButtonProps: { "aria-label": commonText.close },
    message,
  });
}

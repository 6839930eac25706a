/** The short messages after a change: what is so now, with a way back, or why nothing changed. */
import { Button } from "@mantine/core";
import { commonText } from "@/text/common";
import classes from "./changed-toast.module.css";

/** There by now, as a rule: `Toasts` fetches it once the page has come to rest. */
const library = () => import("@/design/toast-library");

type Library = Awaited<ReturnType<typeof library>>;

const SAVED_MS = 6_000;
const REFUSED_MS = 12_000;

/** `id` names the thing changed: its newest message takes the place of an older one. */
export function toastSaved(id: string, message: string, onUndo?: () => void): void {
  show({
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
              void library().then(({ notifications }) => notifications.hide(id));
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
  show({
    id,
    autoClose: REFUSED_MS,
    color: "red",
    closeButtonProps: { "aria-label": commonText.close },
    message,
  });
}

function show(message: Parameters<Library["notifications"]["show"]>[0] & { id: string }): void {
  library().then(
    ({ notifications }) => {
      notifications.hide(message.id);
      notifications.show(message);
    },
    // Without a server to fetch it from: that there is none is said at the top of the page.
    () => undefined,
  );
}

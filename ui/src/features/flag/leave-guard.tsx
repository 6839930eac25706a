/** Asks before a page with unsaved changes is left. */
import { ConfirmDialog } from "@/design/confirm-dialog";
import { flagText } from "@/text/flag";

interface LeaveGuardProps {
  blocked: boolean;
  onStay: () => void;
  onLeave: () => void;
}

const words = flagText.save;

export function LeaveGuard({ blocked, onStay, onLeave }: LeaveGuardProps) {
  return (
    <ConfirmDialog
      opened={blocked}
      danger
      title={words.leaveTitle}
      confirm={words.leaveConfirm}
      onConfirm={async () => onLeave()}
      onClose={() => undefined}
      onCancel={onStay}
    >
      {words.leave}
    </ConfirmDialog>
  );
}

/** The editor of a rollout, open at its button; fetched when it is about to be needed. */
import "@/app/library-later.css";
import { Popover } from "@mantine/core";
import type { RolloutControlProps } from "@/features/flags/rollout-control";
import { RolloutEditor } from "@/features/flags/rollout-editor";
import { flagsText } from "@/text/flags";
import classes from "./rollout-control.module.css";

interface RolloutPopoverProps extends Omit<RolloutControlProps, "tabIndex"> {
  onClose: () => void;
}

export function RolloutPopover({ onClose, ...props }: RolloutPopoverProps) {
  return (
    <Popover
      opened
      onChange={(opened) => !opened && onClose()}
      position="bottom-start"
      width={340}
      withRoles={false}
      shadow="md"
    >
      <Popover.Target>
        <span className={classes.anchor} />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={flagsText.change.rollout(props.flag)}>
        <RolloutEditor {...props} onDone={onClose} />
      </Popover.Dropdown>
    </Popover>
  );
}

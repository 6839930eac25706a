/** A box to tick in a list. The browser's own: a list shows hundreds of them. */
import classes from "./tick.module.css";

interface TickProps {
  checked: boolean;
  /** Some of what it stands for is ticked, and some is not. */
  mixed?: boolean;
  label: string;
  tabIndex?: 0 | -1;
  onChange: (checked: boolean) => void;
}

export function Tick({ checked, mixed = false, label, tabIndex, onChange }: TickProps) {
  return (
    <input
      type="checkbox"
      className={classes.tick}
      checked={checked}
      ref={(input) => {
        if (input !== null) {
          input.indeterminate = mixed;
        }
      }}
      aria-label={label}
      tabIndex={tabIndex}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

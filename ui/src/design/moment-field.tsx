/** A moment in the reader's own time, for an address that has instants. */
import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { localMoment, momentOf } from "@/design/moments";

interface MomentFieldProps {
  label: string;
  /** An instant, or nothing. */
  value: string | undefined;
  onChange: (instant: string | undefined) => void;
}

export function MomentField({ label, value, onChange }: MomentFieldProps) {
  const [typed, setTyped] = useState(localMoment(value));
  useEffect(() => setTyped(localMoment(value)), [value]);
  // A date is typed in parts, and each part changes it: only what stays is meant.
  const commit = () => {
    if (typed !== localMoment(value)) {
      onChange(momentOf(typed));
    }
  };
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}

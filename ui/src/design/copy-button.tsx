/** Copies a text, and says that it did. */
import { ActionIcon, CopyButton as CopyState, Tooltip, UnstyledButton } from "@mantine/core";
import { CheckIcon, CopyIcon } from "@/design/icons";
import { commonText } from "@/text/common";
import classes from "./copy-button.module.css";

interface CopyProps {
  value: string;
  /** What is copied, for those who cannot see the icon: "Copy the key new-billing". */
  label: string;
}

const SHOWN_MS = 1500;

/** An icon beside the text. */
export function CopyButton({ value, label }: CopyProps) {
  return (
    <CopyState value={value} timeout={SHOWN_MS}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? commonText.copied : label} closeDelay={copied ? SHOWN_MS : 0}>
          <ActionIcon variant="subtle" color="gray" size={28} onClick={copy} aria-label={label}>
            {copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
            <Said copied={copied} />
          </ActionIcon>
        </Tooltip>
      )}
    </CopyState>
  );
}

/** The text itself is the button; for keys. */
export function CopyText({ value, label, className }: CopyProps & { className?: string }) {
  return (
    <CopyState value={value} timeout={SHOWN_MS}>
      {({ copied, copy }) => (
        <Tooltip
          label={copied ? commonText.copied : commonText.copy}
          closeDelay={copied ? SHOWN_MS : 0}
        >
          <UnstyledButton
            className={`${classes.text} ${className ?? ""}`}
            onClick={copy}
            aria-label={label}
          >
            {value}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyState>
  );
}

function Said({ copied }: { copied: boolean }) {
  return (
    <span role="status" className="visually-hidden">
      {copied && commonText.copied}
    </span>
  );
}

/**
 * A secret, this once. Invariant: it lives in this component's props only; no query and no storage
 * keeps it, and nothing but the button closes it.
 */
import { Button, CopyButton, Modal } from "@mantine/core";
import type { NewToken } from "@/features/settings/settings";
import { formatMoment } from "@/text/format";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

interface SecretDialogProps {
  token: NewToken;
  how: "created" | "rotated";
  onClose: () => void;
}

const words = settingsText.tokens.secret;

export function SecretDialog({ token, how, onClose }: SecretDialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      centered
      size={560}
      title={how === "created" ? words.createdTitle(token.name) : words.rotatedTitle(token.name)}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <div className={classes.dialog}>
        <p className={classes.warning}>{words.once}</p>
        <CopyButton value={token.secret ?? ""} timeout={4_000}>
          {({ copied, copy }) => (
            // biome-ignore lint/a11y/useSemanticElements: a field set is for controls
            <div className={classes.secret} role="group" aria-label={words.secret}>
              <code data-secret>{token.secret}</code>
              <Button size="compact-md" onClick={copy} aria-label={words.copy} data-autofocus>
                {copied ? words.copied : words.copyButton}
              </Button>
              <span role="status" className="visually-hidden">
                {copied && words.copied}
              </span>
            </div>
          )}
        </CopyButton>
        {how === "rotated" && token.previous_until != null && (
          <span>
            {words.oldUntil} {formatMoment(token.previous_until)}.
          </span>
        )}
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            {words.close}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

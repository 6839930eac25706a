/** The kill switch: for everybody or for one tenant, with a reason; then who has heard of it. */
import { Button, Modal, Radio } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { ConfirmDialog } from "@/design/confirm-dialog";
import { killFlag, refreshFlag, type Where } from "@/features/flag/flag";
import { TenantInput } from "@/features/flag/tenant-input";
import { Propagation } from "@/features/sdks/propagation";
import { commonText } from "@/text/common";
import { flagText } from "@/text/flag";
import classes from "./kill-dialog.module.css";

interface KillDialogProps {
  where: Where;
  environment: string;
  onClose: () => void;
}

const words = flagText.kill;

export function KillDialog({ where, environment, onClose }: KillDialogProps) {
  const client = useQueryClient();
  const [scope, setScope] = useState("everybody");
  const [tenant, setTenant] = useState("");
  const [killed, setKilled] = useState<Schemas["KilledFlag"]>();
  const one = scope === "tenant" ? tenant.trim() : undefined;

  if (killed !== undefined) {
    return (
      <Modal
        opened
        centered
        onClose={onClose}
        title={one === undefined ? words.done(environment) : words.doneFor(one, environment)}
        closeButtonProps={{ "aria-label": commonText.close }}
      >
        <div className={classes.done}>
          {!killed.changed && <p>{words.unchanged}</p>}
          <Propagation
            project={where.project}
            environment={where.environment}
            revision={killed.revision}
          />
          <Button className={classes.close} variant="default" onClick={onClose} data-autofocus>
            {words.close}
          </Button>
        </div>
      </Modal>
    );
  }
  return (
    <ConfirmDialog
      opened
      danger
      title={words.title(where.flag)}
      confirm={words.confirm}
      reason="required"
      disabled={one === ""}
      onConfirm={async (reason) => {
        setKilled(await killFlag(where, reason, one));
        await refreshFlag(client, where);
      }}
      // It stays open to tell how far the news has come.
      onClose={() => undefined}
      onCancel={onClose}
    >
      <div className={classes.question}>
        <span>{words.help}</span>
        <Radio.Group label={words.scope} value={scope} onChange={setScope}>
          <div className={classes.scopes}>
            <Radio value="everybody" label={words.everybody} />
            <Radio value="tenant" label={words.oneTenant} />
          </div>
        </Radio.Group>
        {scope === "tenant" && (
          <TenantInput
            project={where.project}
            label={words.tenant}
            required
            value={tenant}
            onChange={setTenant}
          />
        )}
      </div>
    </ConfirmDialog>
  );
}

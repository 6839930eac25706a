/** Turns a flag off for one tenant, asks why, and then shows how far that has come. */
import { Button, Modal, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Refusal } from "@/design/refusal";
import type { Environment } from "@/features/projects/projects";
import { Propagation } from "@/features/sdks/propagation";
import { killForTenant } from "@/features/tenants/facts";
import { commonText } from "@/text/common";
import { tenantsText } from "@/text/tenants";
import classes from "./tenant-form.module.css";

interface KillForTenantProps {
  project: string;
  environment: Environment;
  flag: string;
  tenant: string;
  /** What people call the tenant. */
  name: string;
  onClose: () => void;
  onKilled: () => void;
}

const words = tenantsText.kill;
const MOST_REASON_BYTES = 1_024;

export function KillForTenant({
  project,
  environment,
  flag,
  tenant,
  name,
  onClose,
  onKilled,
}: KillForTenantProps) {
  const [reason, setReason] = useState("");
  const kill = useMutation({
    mutationFn: () => killForTenant(project, environment.key, flag, tenant, reason.trim()),
    onSuccess: onKilled,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      centered
      title={kill.isSuccess ? words.doneTitle(flag, name) : words.title(flag, name)}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      {kill.isSuccess ? (
        <div className={classes.form}>
          {!kill.data.changed && <span>{words.already}</span>}
          <Propagation
            project={project}
            environment={environment.key}
            revision={kill.data.revision}
          />
          <div className={classes.actions}>
            <Button onClick={onClose} data-autofocus>
              {words.close}
            </Button>
          </div>
        </div>
      ) : (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() !== "" && !kill.isPending) {
              kill.mutate();
            }
          }}
        >
          <span>{words.text(environment.name)}</span>
          <Textarea
            label={commonText.reason}
            description={commonText.reasonOptional}
            required
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            autosize
            minRows={2}
            maxLength={MOST_REASON_BYTES}
            data-autofocus
          />
          <Refusal error={kill.error} />
          <div className={classes.actions}>
            <Button variant="default" onClick={onClose}>
              {commonText.cancel}
            </Button>
            <Button
              type="submit"
              color="red"
              disabled={reason.trim() === ""}
              loading={kill.isPending}
            >
              {words.confirm}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

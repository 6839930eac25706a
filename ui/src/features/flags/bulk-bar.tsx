/** What is done with several flags at once; what became of each is told. */
import "@/app/library-later.css";
import { Button, Modal, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, call } from "@/api/client";
import { ConfirmDialog, whyNot } from "@/design/confirm-dialog";
import { CheckIcon, WarningIcon } from "@/design/icons";
import { type Flag, refreshLists } from "@/features/flags/flags";
import type { Environment } from "@/features/projects/projects";
import { bulkText } from "@/text/bulk";
import { commonText } from "@/text/common";
import classes from "./bulk-bar.module.css";

interface BulkBarProps {
  project: string;
  environment: Environment;
  flags: readonly Flag[];
  onClear: () => void;
}

type Action = "on" | "off" | "tag" | "archive";

interface Outcome {
  flag: string;
  /** Why it was refused; absent if it was done. */
  refused?: string;
}

const words = bulkText;
/** So many requests at a time. */
const AT_ONCE = 4;

export function BulkBar({ project, environment, flags, onClear }: BulkBarProps) {
  const client = useQueryClient();
  const [asking, setAsking] = useState<Action>();
  const [tag, setTag] = useState("");
  const [outcomes, setOutcomes] = useState<Outcome[]>();
  const refused = outcomes?.filter((it) => it.refused !== undefined) ?? [];

  const run = async (action: Action, reason: string) => {
    const done = await each(flags, (flag) =>
      change(action, { project, environment: environment.key, flag, tag: tag.trim(), reason }),
    );
    await refreshLists(client, project);
    setOutcomes(done);
  };

  return (
    <section className={classes.bar} aria-label={words.label}>
      <strong role="status">{words.selected(flags.length)}</strong>
      <span className={classes.actions}>
        {(["on", "off", "tag", "archive"] as const).map((action) => (
          <Button
            key={action}
            variant="default"
            size="xs"
            onClick={() => setAsking(action)}
            disabled={flags.length === 0}
          >
            {words.actions[action]}
          </Button>
        ))}
        <Button variant="subtle" color="gray" size="xs" onClick={onClear}>
          {words.clear}
        </Button>
      </span>
      {asking !== undefined && (
        <ConfirmDialog
          opened
          danger={asking === "archive" || asking === "off"}
          title={words.title(asking, flags.length, environment.name)}
          confirm={words.actions[asking]}
          {...(asking !== "tag" && { reason: "optional" as const })}
          disabled={asking === "tag" && tag.trim() === ""}
          onConfirm={(reason) => run(asking, reason)}
          onClose={() => setAsking(undefined)}
        >
          {words.help[asking]}
          <ul className={classes.keys}>
            {flags.slice(0, 8).map(({ key }) => (
              <li key={key}>{key}</li>
            ))}
            {flags.length > 8 && <li>{words.more(flags.length - 8)}</li>}
          </ul>
          {asking === "tag" && (
            <TextInput
              label={words.tag}
              value={tag}
              maxLength={64}
              onChange={(event) => setTag(event.currentTarget.value)}
              data-autofocus
            />
          )}
        </ConfirmDialog>
      )}
      <Modal
        opened={outcomes !== undefined && asking === undefined}
        onClose={() => {
          setOutcomes(undefined);
          onClear();
        }}
        title={words.done((outcomes?.length ?? 0) - refused.length, refused.length)}
        centered
        closeButtonProps={{ "aria-label": commonText.close }}
      >
        <ul className={classes.outcomes}>
          {/* What went wrong needs reading, the rest only being there. */}
          {[...refused, ...(outcomes ?? []).filter((it) => it.refused === undefined)].map((it) => (
            <li key={it.flag} data-refused={it.refused !== undefined || undefined}>
              {it.refused === undefined ? <CheckIcon size={14} /> : <WarningIcon size={14} />}
              <code>{it.flag}</code>
              <span>{it.refused ?? words.ok}</span>
            </li>
          ))}
        </ul>
      </Modal>
    </section>
  );
}

interface One {
  project: string;
  environment: string;
  flag: Flag;
  tag: string;
  reason: string;
}

async function change(action: Action, { project, environment, flag, tag, reason }: One) {
  const query = reason === "" ? {} : { reason };
  if (action === "archive") {
    const path = { project, flag: flag.key };
    const request = api.POST("/api/v1/projects/{project}/flags/{flag}/archive", {
      params: { path },
      body: { ...query, force: false, demote: false },
    });
    return call(request);
  }
  if (action === "tag") {
    const request = api.PATCH("/api/v1/projects/{project}/flags/{flag}", {
      params: { path: { project, flag: flag.key }, header: { "If-Match": "*" } },
      body: { tags: [...new Set([...flag.tags, tag])] },
    });
    return call(request);
  }
  return call(
    api.PATCH("/api/v1/projects/{project}/environments/{environment}/flags/{flag}/targeting", {
      params: {
        path: { project, environment, flag: flag.key },
        query,
        // Only the switch is sent: whatever else somebody has changed meanwhile stays.
        header: { "If-Match": "*" },
      },
      body: { on: action === "on" } as never,
    }),
  );
}

/** Goes through all, a few at a time, whatever becomes of each. */
async function each(
  flags: readonly Flag[],
  work: (flag: Flag) => Promise<unknown>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const rest = [...flags];
  const worker = async () => {
    for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
      try {
        await work(flag);
        outcomes.push({ flag: flag.key });
      } catch (error) {
        outcomes.push({
          flag: flag.key,
          refused: whyNot(error instanceof Error ? error : new Error(String(error))),
        });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
}

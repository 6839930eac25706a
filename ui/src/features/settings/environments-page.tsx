/** The project's environments: made and renamed here. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { Ago } from "@/design/ago";
import { PlusIcon } from "@/design/icons";
import { ListPanel, ListSkeleton } from "@/design/list-panel";
import { QueryError, StaleBanner } from "@/design/query-error";
import { Refusal } from "@/design/refusal";
import { Cell, VirtualRows } from "@/design/virtual-rows";
import { toastSaved } from "@/features/flags/changed-toast";
import { type Environment, environmentsQuery, inPathOrder } from "@/features/projects/projects";
import { RenameDialog } from "@/features/segments/rename-dialog";
import { segmentKeyFrom } from "@/features/segments/segments";
import { createEnvironment, renameEnvironment } from "@/features/settings/settings";
import { SettingsLayout } from "@/features/settings/settings-layout";
import { commonText } from "@/text/common";
import { formatCount } from "@/text/format";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

const words = settingsText.environments;
const KEY = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;

export function EnvironmentsPage({ project }: { project: string }) {
  const client = useQueryClient();
  const query = useQuery(environmentsQuery(project));
  const [creating, creation] = useDisclosure(false);
  const [renaming, setRenaming] = useState<Environment>();
  const refresh = () => client.invalidateQueries({ queryKey: environmentsQuery(project).queryKey });

  return (
    <SettingsLayout
      project={project}
      section="environments"
      help={words.help}
      actions={
        <Button leftSection={<PlusIcon />} onClick={creation.open}>
          {words.create}
        </Button>
      }
    >
      {query.isError && query.data !== undefined && <StaleBanner onRetry={query.refetch} />}
      <ListPanel label={settingsText.sections.environments}>
        {query.data === undefined &&
          (query.isError ? (
            <QueryError error={query.error} onRetry={query.refetch} />
          ) : (
            <ListSkeleton label={settingsText.loading} />
          ))}
        {query.data !== undefined && (
          <VirtualRows
            label={settingsText.sections.environments}
            rows={inPathOrder(query.data)}
            rowKey={({ key }) => key}
            rowProps={({ key }) => ({ "data-environment": key })}
            rowClassName={classes.row}
            estimate={53}
            columns={[
              { key: "name", head: words.columns.name, width: "minmax(12rem, 2fr)" },
              { key: "revision", head: words.columns.revision, width: "8rem", numeric: true },
              { key: "created", head: words.columns.created, width: "10rem" },
              {
                key: "actions",
                head: <span className="visually-hidden">{words.columns.actions}</span>,
                width: "7rem",
              },
            ]}
          >
            {(environment, { tabIndex }) => (
              <>
                <Cell className={classes.nameCell}>
                  <strong>{environment.name}</strong>
                  <span className={classes.key}>{environment.key}</span>
                </Cell>
                <Cell numeric label={words.columns.revision}>
                  {formatCount(environment.revision)}
                </Cell>
                <Cell className={classes.muted} label={words.columns.created}>
                  <Ago at={environment.created_at} />
                </Cell>
                <Cell className={classes.actions}>
                  <Button
                    variant="default"
                    size="compact-sm"
                    tabIndex={tabIndex}
                    aria-label={words.renameLabel(environment.name)}
                    onClick={() => setRenaming(environment)}
                  >
                    {words.rename}
                  </Button>
                </Cell>
              </>
            )}
          </VirtualRows>
        )}
      </ListPanel>
      {creating && <CreateDialog project={project} onClose={creation.close} onCreated={refresh} />}
      {renaming !== undefined && (
        <RenameDialog
          name={renaming.name}
          onClose={() => setRenaming(undefined)}
          onRename={async (name) => {
            await renameEnvironment(project, renaming.key, name);
            toastSaved(`environment/${renaming.key}`, words.renamed);
            await refresh();
          }}
        />
      )}
    </SettingsLayout>
  );
}

interface CreateDialogProps {
  project: string;
  onClose: () => void;
  onCreated: () => Promise<unknown>;
}

function CreateDialog({ project, onClose, onCreated }: CreateDialogProps) {
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [tried, setTried] = useState(false);
  const create = useMutation({
    mutationFn: () => createEnvironment(project, key, name.trim() === "" ? key : name.trim()),
    onSuccess: async (environment) => {
      toastSaved(`environment/${environment.key}`, words.done(environment.name));
      onClose();
      await onCreated();
    },
  });
  const taken = create.error instanceof ApiProblem && create.error.code === "already_exists";
  const valid = KEY.test(key);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.create}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <form
        className={classes.dialog}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (valid && !create.isPending) {
            create.mutate();
          }
        }}
      >
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => {
            const next = event.currentTarget.value;
            // The key follows the name until it is given one of its own.
            if (key === segmentKeyFrom(name).slice(0, 64)) {
              setKey(segmentKeyFrom(next).slice(0, 64));
            }
            setName(next);
          }}
          maxLength={128}
          data-autofocus
        />
        <TextInput
          label={words.key}
          description={words.keyHelp}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={(tried && !valid && words.wrongKey) || (taken && words.taken)}
          required
          maxLength={64}
          spellCheck={false}
          autoCapitalize="none"
        />
        {!taken && <Refusal error={create.error} />}
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            {commonText.cancel}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {words.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

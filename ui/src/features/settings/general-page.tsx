/** The project's name, and where its API is described. */
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Ago } from "@/design/ago";
import { CopyText } from "@/design/copy-button";
import { ListSkeleton } from "@/design/list-panel";
import { QueryError } from "@/design/query-error";
import { Refusal } from "@/design/refusal";
import { toastSaved } from "@/features/flags/changed-toast";
import { type Project, projectsQuery } from "@/features/projects/projects";
import { renameProject } from "@/features/settings/settings";
import { SettingsLayout } from "@/features/settings/settings-layout";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

const words = settingsText.general;

export function GeneralPage({ project: key }: { project: string }) {
  const client = useQueryClient();
  const query = useQuery(projectsQuery);
  const project = query.data?.find((it) => it.key === key);
  const refresh = () => client.invalidateQueries({ queryKey: projectsQuery.queryKey });
  return (
    <SettingsLayout project={key} section="general">
      {project === undefined &&
        (query.isError ? (
          <QueryError error={query.error} onRetry={query.refetch} />
        ) : (
          <ListSkeleton label={settingsText.loading} />
        ))}
      {project !== undefined && <NameForm project={project} onSaved={refresh} />}
      <section className={classes.section}>
        <h2>{words.reference}</h2>
        <p>{words.referenceHelp}</p>
        <div className={classes.links}>
          <a href="/docs">{words.docs}</a>
          <a href="/openapi.json">{words.openapi}</a>
        </div>
      </section>
    </SettingsLayout>
  );
}

function NameForm({ project, onSaved }: { project: Project; onSaved: () => Promise<unknown> }) {
  const [draft, setDraft] = useState<{ name: string; from: string }>();
  const name = draft?.name ?? project.name;
  const save = useMutation({
    mutationFn: () => renameProject(project.key, name.trim()),
    onSuccess: async () => {
      toastSaved("project", words.saved);
      await onSaved();
      setDraft(undefined);
    },
  });
  const overtaken = draft !== undefined && !save.isPending && draft.from !== project.name;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "" && !save.isPending) {
          save.mutate();
        }
      }}
    >
      {overtaken && (
        <div className={classes.other} role="alert">
          <span>{words.changedMeanwhile(project.name)}</span>
          <Button size="compact-sm" variant="default" onClick={() => setDraft(undefined)}>
            {words.showTheirs}
          </Button>
        </div>
      )}
      <TextInput
        label={words.name}
        description={words.nameHelp}
        value={name}
        onChange={(event) =>
          setDraft({ name: event.currentTarget.value, from: draft?.from ?? project.name })
        }
        error={name.trim() === "" ? words.needsName : undefined}
        maxLength={128}
      />
      <dl className={classes.facts}>
        <div>
          <dt>{words.key}</dt>
          <dd>
            <CopyText value={project.key} label={`${words.copyKey}: ${project.key}`} />
          </dd>
        </div>
        <div>
          <dt>{words.created}</dt>
          <dd>
            <Ago at={project.created_at} />
          </dd>
        </div>
      </dl>
      <Refusal error={save.error} />
      <Button
        type="submit"
        disabled={name.trim() === "" || name.trim() === project.name}
        loading={save.isPending}
      >
        {settingsText.save}
      </Button>
    </form>
  );
}

/**
 * First-run set-up, in place of an empty list: a flag, a token that is shown once, and a snippet to
 * paste; the page notices by itself that the flag was asked for.
 */
import "@/app/library-later.css";
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, call, type Schemas } from "@/api/client";
import { whyNot } from "@/design/confirm-dialog";
import { CopyButton } from "@/design/copy-button";
import { CheckIcon } from "@/design/icons";
import { Snippet } from "@/design/snippet";
import { snippetsOf } from "@/features/flag/snippets";
import { createFlag, refreshLists } from "@/features/flags/flags";
import type { Environment } from "@/features/projects/projects";
import { startText } from "@/text/start";
import classes from "./start-panel.module.css";

interface StartPanelProps {
  project: string;
  environment: Environment;
  /** Leaves the set-up for the list. */
  onDone: () => void;
}

const EVERY_MS = 1_500;

export function StartPanel({ project, environment, onDone }: StartPanelProps) {
  const client = useQueryClient();
  const [key, setKey] = useState("my-first-flag");
  const flag = useMutation({ mutationFn: () => createFlag(project, { key, tags: [] }) });
  const token = useMutation({ mutationFn: () => createToken(project, environment.key) });
  const made = flag.data?.key;
  const secret = token.data?.secret;
  const asked = useWasAsked(project, environment.key, made, token.data?.id);
  const leave = () => {
    void refreshLists(client, project);
    onDone();
  };
  return (
    <div className={classes.start}>
      <header className={classes.head}>
        <h2>{startText.title}</h2>
        <p>{startText.intro}</p>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={leave}>
          {startText.skip}
        </Button>
      </header>
      <ol className={classes.steps}>
        <Step title={startText.flag.title} done={made !== undefined}>
          {made === undefined ? (
            <form
              className={classes.line}
              onSubmit={(event: FormEvent) => {
                event.preventDefault();
                flag.mutate();
              }}
            >
              <TextInput
                aria-label={startText.flag.title}
                description={startText.flag.help}
                inputWrapperOrder={["input", "description", "error"]}
                value={key}
                onChange={(event) => setKey(event.currentTarget.value)}
                error={flag.isError && whyNot(flag.error)}
                spellCheck={false}
              />
              <Button type="submit" loading={flag.isPending} disabled={key.trim() === ""}>
                {startText.flag.submit}
              </Button>
            </form>
          ) : (
            <p role="status">{startText.flag.done(made)}</p>
          )}
        </Step>
        <Step title={startText.token.title} done={secret !== undefined}>
          <p>{startText.token.help(environment.name)}</p>
          {secret == null ? (
            <Button
              disabled={made === undefined}
              loading={token.isPending}
              onClick={() => token.mutate()}
            >
              {startText.token.submit}
            </Button>
          ) : (
            <>
              <p className={classes.secret}>
                <code>{secret}</code>
                <CopyButton value={secret} label={startText.token.copy} />
              </p>
              <p role="status">{startText.token.once}</p>
            </>
          )}
          {token.isError && (
            <p className={classes.error} role="alert">
              {whyNot(token.error)}
            </p>
          )}
        </Step>
        <Step title={startText.ask.title} done={asked}>
          {made !== undefined && secret != null && (
            <Ask project={project} environment={environment.key} flag={made} secret={secret} />
          )}
          {made !== undefined && secret != null && (
            <p className={classes.wait} role="status" data-asked={asked || undefined}>
              <span className={classes.dot} aria-hidden="true" />
              {asked ? startText.ask.asked : startText.ask.waiting}
            </p>
          )}
          {asked && made !== undefined && (
            <Link
              to="/projects/$project/environments/$environment/flags/$flag"
              params={{ project, environment: environment.key, flag: made }}
              className={classes.next}
            >
              {startText.ask.next}
            </Link>
          )}
        </Step>
      </ol>
    </div>
  );
}

interface AskProps {
  project: string;
  environment: string;
  flag: string;
  secret: string;
}

function Ask({ project, environment, flag, secret }: AskProps) {
  const { curl, rust } = snippetsOf(window.location.origin, project, environment, flag);
  const withToken = (code: string) => `export TENANTRY_TOKEN=${secret}\n\n${code}`;
  return (
    <>
      <p>{startText.ask.help}</p>
      <Snippet
        title={startText.ask.curl}
        code={withToken(curl)}
        label={startText.ask.copy(startText.ask.curl)}
      />
      <Snippet
        title={startText.ask.rust}
        code={rust}
        label={startText.ask.copy(startText.ask.rust)}
      />
    </>
  );
}

function Step({ title, done, children }: { title: string; done: boolean; children: ReactNode }) {
  return (
    <li className={classes.step} data-done={done || undefined}>
      <span className={classes.mark} aria-hidden="true">
        {done && <CheckIcon size={14} />}
      </span>
      <section className={classes.what} aria-label={title}>
        <h3>{title}</h3>
        {children}
      </section>
    </li>
  );
}

/** Whether the token was used, or a program has told that it asked for the flag. */
function useWasAsked(
  project: string,
  environment: string,
  flag: string | undefined,
  token: string | undefined,
): boolean {
  const { data = false } = useQuery({
    queryKey: ["project", project, "first-asked", environment, flag, token],
    queryFn: async ({ signal }) => {
      const tokens = await call(
        api.GET("/api/v1/projects/{project}/tokens", { params: { path: { project } }, signal }),
      );
      return tokens.data.items.some((it) => it.id === token && it.last_used_at != null);
    },
    enabled: token !== undefined,
    refetchInterval: ({ state }) => (state.data === true ? false : EVERY_MS),
  });
  return data;
}

async function createToken(project: string, environment: string): Promise<Schemas["NewToken"]> {
  const request = api.POST("/api/v1/projects/{project}/tokens", {
    params: { path: { project } },
    body: { type: "sdk", name: startText.token.name, environment },
  });
  return (await call(request)).data;
}

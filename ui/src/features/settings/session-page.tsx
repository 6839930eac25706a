/** Who is signed in, and what that opens. */
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "@/features/session/session";
import { SettingsLayout } from "@/features/settings/settings-layout";
import { settingsText } from "@/text/settings";
import { shellText } from "@/text/shell";
import classes from "./settings.module.css";

const words = settingsText.session;

export function SessionPage({ project }: { project: string }) {
  const { data: session } = useQuery(sessionQuery);
  return (
    <SettingsLayout project={project} section="session" help={words.help}>
      {session != null && (
        <dl className={classes.facts} style={{ marginTop: "1.25rem" }}>
          <div>
            <dt>{words.name}</dt>
            <dd>{session.name}</dd>
          </div>
          <div>
            <dt>{words.type}</dt>
            <dd>{shellText.tokenType(session.type)}</dd>
          </div>
          <div>
            <dt>{words.reach}</dt>
            <dd>
              {session.project == null ? words.everything : words.project(session.project)}
              {session.environment != null && words.environment(session.environment)}
            </dd>
          </div>
        </dl>
      )}
    </SettingsLayout>
  );
}

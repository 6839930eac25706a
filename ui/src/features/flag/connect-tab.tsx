/** The flag in code, to be copied: the SDK, plain HTTP, and a change of it. */

import { Snippet } from "@/design/snippet";
import type { Where } from "@/features/flag/flag";
import { snippetsOf } from "@/features/flag/snippets";
import { flagText } from "@/text/flag";
import classes from "./connect-tab.module.css";

const words = flagText.connect;

export function ConnectTab({ where }: { where: Where }) {
  const snippets = snippetsOf(window.location.origin, where.project, where.environment, where.flag);
  return (
    <div className={classes.connect}>
      <p className={classes.intro}>
        {words.intro} {words.token}
      </p>
      {(["rust", "curl", "admin"] as const).map((kind) => (
        <Snippet
          key={kind}
          title={words[kind]}
          code={snippets[kind]}
          label={words.copy(words[kind])}
        />
      ))}
    </div>
  );
}

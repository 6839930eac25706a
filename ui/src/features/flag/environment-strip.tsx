/** All environments' state of one flag, side by side, each a link to itself. */
import { Link } from "@tanstack/react-router";
import { useCurrentInView } from "@/design/use-current-in-view";
import type { Flag, Where } from "@/features/flag/flag";
import { type Environment, inPathOrder } from "@/features/projects/projects";
import { flagText } from "@/text/flag";
import { formatThreshold } from "@/text/format";
import classes from "./environment-strip.module.css";

interface EnvironmentStripProps {
  where: Where;
  flag: Flag;
  environments: readonly Environment[];
}

const words = flagText.strip;

export function EnvironmentStrip({ where, flag, environments }: EnvironmentStripProps) {
  const row = useCurrentInView<HTMLElement>(where.environment);
  return (
    <nav ref={row} className={classes.strip} aria-label={flagText.environments}>
      {inPathOrder(environments).map(({ key, name }) => {
        const it = flag.environments.find(({ environment }) => environment === key);
        const on = it?.on === true && flag.archived_at == null;
        return (
          <Link
            key={key}
            to="/projects/$project/environments/$environment/flags/$flag"
            params={{ ...where, environment: key }}
            search={true}
            className={classes.environment}
            data-on={on || undefined}
            aria-current={key === where.environment ? "page" : undefined}
          >
            <span className={classes.name}>{name}</span>
            <span className={classes.state}>
              <span className={classes.dot} aria-hidden="true" />
              {on ? words.on(formatThreshold(it?.threshold ?? 0)) : words.off}
            </span>
            <span className={classes.more}>
              {[
                it && it.rules > 0 ? words.rules(it.rules) : "",
                it && it.allow > 0 ? words.allow(it.allow) : "",
                it && it.block > 0 ? words.block(it.block) : "",
              ]
                .filter(Boolean)
                .join(", ")}
            </span>
          </Link>
        );
      })}
    </nav>
  );
}

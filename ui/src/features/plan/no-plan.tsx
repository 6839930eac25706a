/** A flag without a plan here: what a plan is good for, and what to begin with. */
import { UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { QueryError } from "@/design/query-error";
import type { Plan, Template } from "@/features/plan/plan";
import { templatesQuery } from "@/features/plan/plan";
import { StageStrip } from "@/features/plan/stage-strip";
import { planText } from "@/text/plan";
import classes from "./no-plan.module.css";

interface NoPlanProps {
  project: string;
  environmentName: string;
  onBegin: (template: string) => void;
}

const words = planText.none;

/** The template that is none: one stage, guarded. */
export const BLANK = "blank";

export const blankPlan: Plan = {
  stages: [{ name: "5 %", audience: { threshold: 5_000 }, bake_minutes: 60, advance: "automatic" }],
  guard: { metrics: ["errors", "latency"], alpha: 0.01, on_harm: "step_back", on_silence: "hold" },
};

export function NoPlan({ project, environmentName, onBegin }: NoPlanProps) {
  const templates = useQuery(templatesQuery(project));
  if (templates.isError) {
    return <QueryError error={templates.error} onRetry={() => templates.refetch()} />;
  }
  const blank: Template = {
    key: BLANK,
    description: words.blankText,
    segments: [],
    plan: blankPlan,
  };
  return (
    <section className={classes.none} aria-label={words.title}>
      <h2 className={classes.title}>{words.title}</h2>
      <p className={classes.text}>{words.text(environmentName)}</p>
      <h3 className={classes.subtitle}>{words.begin}</h3>
      <ul className={classes.templates}>
        {[...(templates.data ?? []), blank].map((template) => (
          <li key={template.key}>
            <UnstyledButton className={classes.template} onClick={() => onBegin(template.key)}>
              <strong>{nameOf(template)}</strong>
              <span className={classes.description}>{template.description}</span>
              <StageStrip stages={template.plan.stages} />
              {template.segments.length > 0 && (
                <span className={classes.needs}>{words.needs(template.segments)}</span>
              )}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

function nameOf({ key }: Template): string {
  return key === BLANK ? words.blank : (words.names[key] ?? key);
}

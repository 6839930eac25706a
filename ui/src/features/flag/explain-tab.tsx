/** Why a tenant has the flag or has not, step by step, now or at a moment of the past. */
import { Button, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { ApiProblem } from "@/api/problem";
import { whyNot } from "@/design/confirm-dialog";
import { SearchIcon } from "@/design/icons";
import { localMoment, momentOf } from "@/design/moments";
import { Notice } from "@/design/notice";
import { QueryError } from "@/design/query-error";
import { type Explanation, explanationQuery } from "@/features/flag/evidence";
import type { Where } from "@/features/flag/flag";
import { TenantInput } from "@/features/flag/tenant-input";
import { flagText } from "@/text/flag";
import { formatMoment, formatThreshold } from "@/text/format";
import classes from "./explain-tab.module.css";

interface ExplainTabProps {
  where: Where;
  /** From the address. */
  tenant: string;
  at: string | undefined;
  onAsk: (question: { tenant: string; at: string | undefined }) => void;
}

const words = flagText.explain;

export function ExplainTab({ where, tenant, at, onAsk }: ExplainTabProps) {
  const [typed, setTyped] = useState(tenant);
  const [moment, setMoment] = useState(localMoment(at));
  const [json, setJson] = useState("");
  const [attributes, setAttributes] = useState<Record<string, unknown>>({});
  useEffect(() => {
    setTyped(tenant);
    setMoment(localMoment(at));
  }, [tenant, at]);
  const read = attributesOf(json);
  const query = useQuery({
    ...explanationQuery(where, { tenant, at, attributes }),
    enabled: tenant !== "",
  });
  const ask = (wanted: string) => {
    if (wanted.trim() !== "" && read !== undefined) {
      setAttributes(read);
      onAsk({
        tenant: wanted.trim(),
        at: momentOf(moment),
      });
    }
  };
  return (
    <div className={classes.explain}>
      <form
        className={classes.question}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          ask(typed);
        }}
      >
        <TenantInput
          project={where.project}
          label={words.tenant}
          placeholder={words.tenantPlaceholder}
          value={typed}
          onChange={setTyped}
          onOptionSubmit={ask}
        />
        <TextInput
          type="datetime-local"
          label={words.at}
          description={words.atHelp}
          value={moment}
          onChange={(event) => setMoment(event.currentTarget.value)}
        />
        <Textarea
          label={words.attributes}
          description={words.attributesHelp}
          placeholder='{"plan": "enterprise"}'
          value={json}
          onChange={(event) => setJson(event.currentTarget.value)}
          error={read === undefined && words.badAttributes}
          autosize
          minRows={1}
          spellCheck={false}
        />
        <Button type="submit" disabled={typed.trim() === "" || read === undefined}>
          {words.ask}
        </Button>
      </form>
      <div className={classes.answer} aria-busy={query.isFetching}>
        {tenant === "" && (
          <Notice icon={<SearchIcon size={20} />} title={words.emptyTitle}>
            {words.empty}
          </Notice>
        )}
        {query.isError &&
          (query.error instanceof ApiProblem && query.error.status < 500 ? (
            <p className={classes.error} role="alert">
              {whyNot(query.error)}
            </p>
          ) : (
            <QueryError error={query.error} onRetry={query.refetch} />
          ))}
        {query.data !== undefined && !query.isError && tenant !== "" && (
          <Answer explanation={query.data} at={at} />
        )}
      </div>
    </div>
  );
}

function Answer({ explanation, at }: { explanation: Explanation; at: string | undefined }) {
  const { on, tenant, variant, steps, steps_left_out: leftOut = 0 } = explanation;
  return (
    <>
      <div className={classes.verdict} data-on={on || undefined} role="status">
        <strong>{on ? words.on(tenant) : words.off(tenant)}</strong>
        {variant != null && <span>{words.variant(variant.name)}</span>}
        {at !== undefined && <span className={classes.when}>{words.asOf(formatMoment(at))}</span>}
      </div>
      <ol className={classes.steps} aria-label={words.steps}>
        {steps.map((step, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the order is what identifies a step
            key={index}
            className={classes.step}
            data-outcome={step.outcome}
            style={{ marginLeft: `${step.depth * 1.25}rem` }}
          >
            <span className={classes.dot} aria-hidden="true" />
            <span className={classes.sentence}>
              {step.sentence}
              {step.rollout != null && (
                <span className={classes.figures}>
                  {words.bucket(
                    formatThreshold(step.rollout.bucket),
                    formatThreshold(step.rollout.threshold),
                  )}
                </span>
              )}
            </span>
            <span className={classes.outcome}>{words.outcome(step.outcome)}</span>
          </li>
        ))}
      </ol>
      {leftOut > 0 && <p className={classes.when}>{words.leftOut(leftOut)}</p>}
    </>
  );
}

/** `undefined` unless it is a JSON object; nothing typed is none. */
function attributesOf(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") {
    return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

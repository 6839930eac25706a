/** What a project calls debt. */
import { Button, NumberInput, Skeleton } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { whyNot } from "@/design/confirm-dialog";
import { PageHeader } from "@/design/page-header";
import { QueryError } from "@/design/query-error";
import { type Policy, policyQuery, refreshDebt, savePolicy } from "@/features/debt/debt";
import {
  LIFETIMES,
  type PolicyDraft,
  policyDraft,
  policyOf,
  problemsOf,
  USUAL,
} from "@/features/debt/policy-draft";
import { toastSaved } from "@/features/flags/changed-toast";
import { useLogged } from "@/live/log";
import { commonText } from "@/text/common";
import { debtText } from "@/text/debt";
import classes from "./policy-page.module.css";

const words = debtText.policy;

export function PolicyPage({ project }: { project: string }) {
  useDocumentTitle(commonText.pageTitle(words.title));
  const client = useQueryClient();
  const query = useQuery(policyQuery(project));
  useLogged(() => void client.invalidateQueries(policyQuery(project)));
  return (
    <>
      <PageHeader
        breadcrumbs={[
          <Link key="debt" to="/projects/$project/debt" params={{ project }}>
            {debtText.title}
          </Link>,
        ]}
        title={words.title}
        description={words.description}
      />
      {query.data === undefined ? (
        query.isError ? (
          <QueryError error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <Skeleton height={360} role="status" aria-label={words.loading} />
        )
      ) : (
        <PolicyForm project={project} policy={query.data} />
      )}
    </>
  );
}

function PolicyForm({ project, policy }: { project: string; policy: Policy }) {
  const client = useQueryClient();
  const [base, setBase] = useState(policy);
  const form = useForm<PolicyDraft>({ initialValues: policyDraft(policy), validate: problemsOf });
  const overtaken = JSON.stringify(base) !== JSON.stringify(policy);
  if (overtaken && !form.isDirty()) {
    // Nothing was written yet, so theirs is shown at once.
    setBase(policy);
    form.setInitialValues(policyDraft(policy));
    form.setValues(policyDraft(policy));
  }
  const { queryKey } = policyQuery(project);
  const save = useMutation({
    mutationFn: (draft: PolicyDraft) => savePolicy(project, policyOf(draft)),
    onSuccess: async (saved) => {
      setBase(saved);
      form.setInitialValues(policyDraft(saved));
      form.setValues(policyDraft(saved));
      client.setQueryData(queryKey, saved);
      toastSaved("debt-policy", words.saved);
      await refreshDebt(client, project);
    },
    onError: (error) => {
      if (error instanceof ApiProblem) {
        form.setErrors(Object.fromEntries(error.problems.map((it) => [it.path, it.message])));
      }
    },
  });
  const days = (name: keyof PolicyDraft, label: string, suffix: string = words.days) => (
    <NumberInput
      label={label}
      {...form.getInputProps(name)}
      min={0}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      suffix={suffix}
    />
  );
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit((draft) => save.mutate(draft))}
      aria-label={words.title}
    >
      {overtaken && form.isDirty() && (
        <div className={classes.notice} role="alert">
          {words.changed}
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              setBase(policy);
              form.setInitialValues(policyDraft(policy));
              form.setValues(policyDraft(policy));
            }}
          >
            {words.theirs}
          </Button>
        </div>
      )}
      <div className={classes.fields}>
        {days("notice_days", words.notice)}
        {days("grace_days", words.grace)}
        {days("ready_days", words.ready)}
        {days("unused_days", words.unused)}
        {days("max_extensions", words.extensions, "")}
      </div>
      <fieldset className={classes.lifetimes}>
        <legend>{words.lifetimes}</legend>
        <p className={classes.help}>
          {words.lifetimesHelp} {words.never}
        </p>
        <div className={classes.fields}>
          {LIFETIMES.map((kind) => (
            <div key={kind}>{days(`lifetime_days.${kind}` as keyof PolicyDraft, words[kind])}</div>
          ))}
        </div>
      </fieldset>
      <div className={classes.actions}>
        {save.isError && (
          <p className={classes.error} role="alert">
            {words.notSaved(whyNot(save.error))}
          </p>
        )}
        <Button variant="default" onClick={() => form.setValues(policyDraft(USUAL))}>
          {words.usual}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}

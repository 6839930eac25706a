/**
 * Adds a tenant to the roster, or changes what is known about one. A change carries the version
 * that the form was filled in with; if somebody else saves meanwhile, the form says so.
 */
import { ActionIcon, Button, Modal, Select, TagsInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { CrossIcon, PlusIcon, WarningIcon } from "@/design/icons";
import { Refusal } from "@/design/refusal";
import type { KnownAttribute } from "@/features/conditions/operators";
import { toastSaved } from "@/features/flags/changed-toast";
import {
  ATTRIBUTE_KINDS,
  type AttributeField,
  type AttributeKind,
  attributesOf,
  fieldsOf,
  invalidFields,
} from "@/features/tenants/attributes";
import {
  createTenant,
  replaceTenant,
  type TenantFacts,
  type VersionedTenant,
  whoChanged,
} from "@/features/tenants/tenants";
import { useLogged } from "@/live/log";
import { commonText } from "@/text/common";
import { tenantsText } from "@/text/tenants";
import classes from "./tenant-form.module.css";

interface TenantFormProps {
  project: string;
  /** Absent: a tenant to add. */
  current?: VersionedTenant;
  /** The key of a tenant to add that is asked for already. */
  newKey?: string;
  known: readonly KnownAttribute[];
  onClose: () => void;
  onSaved: () => void;
}

const words = tenantsText.form;
const EMPTY_FIELD: AttributeField = { name: "", kind: "text", text: "", list: [] };

export function TenantForm(props: TenantFormProps) {
  // Begins anew with the newest state when the reader asks for it.
  const [round, setRound] = useState(0);
  const title =
    props.current === undefined ? words.addTitle : words.editTitle(props.current.tenant.key);
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={title}
      size={640}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <Form key={round} {...props} onBeginAnew={() => setRound(round + 1)} />
    </Modal>
  );
}

function Form({
  project,
  current: newest,
  newKey = "",
  known,
  onClose,
  onSaved,
  onBeginAnew,
}: TenantFormProps & { onBeginAnew: () => void }) {
  // What the form was filled in with: news must not change the version under the reader's hands.
  const [current] = useState(newest);
  const [key, setKey] = useState(newKey);
  const [name, setName] = useState(nameOf(current));
  const [weight, setWeight] = useState(
    current?.tenant.weight_given === true ? String(current.tenant.weight) : "",
  );
  const [fields, setFields] = useState(() => fieldsOf(current?.tenant.attributes ?? {}));
  const [tried, setTried] = useState(false);
  const [other, setOther] = useState<string>();

  const save = useMutation({
    mutationFn: (demote: boolean) => {
      const facts: TenantFacts = {
        name: name.trim() === "" ? null : name.trim(),
        weight: weight.trim() === "" ? null : Number(weight),
        attributes: attributesOf(fields),
      };
      return current === undefined
        ? createTenant(project, key.trim(), facts, demote)
        : replaceTenant(project, current.tenant.key, current.etag, facts, demote);
    },
    onSuccess: () => {
      const saved = current?.tenant.key ?? key.trim();
      toastSaved(
        `tenant/${saved}`,
        current === undefined ? words.added(saved) : words.saved(saved),
      );
      onSaved();
    },
  });

  useLogged((done) => {
    if (current !== undefined && done.some("tenant") && !save.isPending) {
      // A read that fails leaves it to the version that is sent along when it is saved.
      whoChanged(project, current).then(setOther, () => {});
    }
  });

  const faults = invalidFields(fields);
  const badWeight = !/^\d{0,13}$/.test(weight.trim());
  const noKey = current === undefined && key.trim() === "";
  const invalid = faults.size > 0 || badWeight || noKey;
  const taken = save.error instanceof ApiProblem && save.error.code === "already_exists";
  const said = (path: string) =>
    save.error instanceof ApiProblem
      ? save.error.problems.find((it) => it.path === path)?.message
      : undefined;
  const keyError =
    (tried && noKey ? words.needsKey : undefined) ?? (taken ? words.taken : said("key"));
  const change = (index: number, part: Partial<AttributeField>) =>
    setFields(fields.map((field, it) => (it === index ? { ...field, ...part } : field)));

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!invalid && !save.isPending) {
          save.mutate(false);
        }
      }}
    >
      {other !== undefined && !save.isPending && (
        <div className={classes.other} role="alert">
          <WarningIcon />
          <span>{words.changedMeanwhile(other)}</span>
          <Button size="compact-sm" variant="default" onClick={onBeginAnew}>
            {words.showTheirs}
          </Button>
        </div>
      )}
      {current === undefined && (
        <TextInput
          label={words.key}
          description={words.keyHelp}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={keyError}
          required
          maxLength={256}
          spellCheck={false}
          autoCapitalize="none"
          data-autofocus
        />
      )}
      <div className={classes.pair}>
        <TextInput
          label={words.name}
          description={words.nameHelp}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={said("name")}
          maxLength={256}
          {...(current !== undefined && { "data-autofocus": true })}
        />
        <TextInput
          label={words.weight}
          description={words.weightHelp}
          value={weight}
          onChange={(event) => setWeight(event.currentTarget.value)}
          error={(badWeight && words.invalidWeight) || said("weight")}
          inputMode="numeric"
        />
      </div>
      <fieldset className={classes.attributes}>
        <legend>{words.attributes}</legend>
        <p>{words.attributesHelp}</p>
        {fields.map((field, index) => (
          <AttributeLine
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else of its own
            key={index}
            field={field}
            known={known}
            error={
              said(`attributes.${field.name.trim()}`) ??
              (tried && faults.has(index) ? words.faults[faults.get(index) ?? "name"] : undefined)
            }
            onChange={(part) => change(index, part)}
            onRemove={() => setFields(fields.toSpliced(index, 1))}
          />
        ))}
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon size={14} />}
          onClick={() => setFields([...fields, EMPTY_FIELD])}
        >
          {words.addAttribute}
        </Button>
      </fieldset>
      {!taken && (
        <Refusal
          error={save.error}
          shownElsewhere={(path) => ["key", "name", "weight"].includes(path)}
          onDemote={() => save.mutate(true)}
        />
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          {commonText.cancel}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {current === undefined ? words.add : words.save}
        </Button>
      </div>
    </form>
  );
}

interface AttributeLineProps {
  field: AttributeField;
  known: readonly KnownAttribute[];
  error: string | undefined;
  onChange: (part: Partial<AttributeField>) => void;
  onRemove: () => void;
}

function AttributeLine({ field, known, error, onChange, onRemove }: AttributeLineProps) {
  const { name, kind, text, list } = field;
  return (
    <div className={classes.attribute}>
      <TextInput
        aria-label={words.attributeName}
        placeholder={words.attributeName}
        value={name}
        onChange={(event) => {
          const next = event.currentTarget.value;
          const kindOfNext = known.find((it) => it.name === next)?.kind;
          onChange({ name: next, ...(kindOfNext && text === "" && { kind: kindOfNext }) });
        }}
        maxLength={256}
        spellCheck={false}
        autoCapitalize="none"
      />
      <Select
        aria-label={words.attributeKind}
        data={ATTRIBUTE_KINDS.map((value) => ({ value, label: words.kinds[value] }))}
        value={kind}
        onChange={(next) => next && onChange(converted(field, next as AttributeKind))}
        allowDeselect={false}
      />
      {kind === "boolean" && (
        <Select
          className={classes.value}
          aria-label={words.attributeValue}
          data={[
            { value: "true", label: words.yes },
            { value: "false", label: words.no },
          ]}
          value={text}
          onChange={(next) => next && onChange({ text: next })}
          allowDeselect={false}
        />
      )}
      {kind === "list" && (
        <TagsInput
          className={classes.value}
          aria-label={words.attributeValue}
          value={list}
          onChange={(next) => onChange({ list: next })}
          acceptValueOnBlur
          maxTags={100}
        />
      )}
      {(kind === "text" || kind === "number") && (
        <TextInput
          className={classes.value}
          aria-label={words.attributeValue}
          placeholder={words.attributeValue}
          value={text}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
          maxLength={1024}
          {...(kind === "number" && { inputMode: "decimal" as const })}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={words.removeAttribute(name)}
        onClick={onRemove}
      >
        <CrossIcon size={14} />
      </ActionIcon>
      {error !== undefined && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** Another kind keeps of the value what it can. */
function converted({ text, list }: AttributeField, kind: AttributeKind): Partial<AttributeField> {
  if (kind === "list") {
    return { kind, list: list.length > 0 || text === "" ? list : [text] };
  }
  if (kind === "boolean") {
    return { kind, text: text === "true" ? "true" : "false" };
  }
  return { kind, text: text === "" ? list.join(", ") : text };
}

/** A tenant without a name of its own has its key for one. */
function nameOf(current: VersionedTenant | undefined): string {
  const tenant = current?.tenant;
  return tenant === undefined || tenant.name === tenant.key ? "" : tenant.name;
}

/** Makes a token: what it is for, whose it is, where it opens, until when. */
import { Button, Modal, Radio, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { Refusal } from "@/design/refusal";
import { type Environment, firstEnvironment } from "@/features/projects/projects";
import {
  createToken,
  NEEDS_ENVIRONMENT,
  type NewToken,
  type TokenType,
} from "@/features/settings/settings";
import { commonText } from "@/text/common";
import { settingsText } from "@/text/settings";
import classes from "./settings.module.css";

interface TokenFormProps {
  project: string;
  environments: readonly Environment[];
  onClose: () => void;
  onCreated: (token: NewToken) => void;
}

const words = settingsText.tokens;
const DAY_MS = 86_400_000;

export function TokenForm(props: TokenFormProps) {
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={words.form.title}
      size={640}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form({ project, environments, onClose, onCreated }: TokenFormProps) {
  const [type, setType] = useState<TokenType>("sdk");
  const [name, setName] = useState("");
  const [environment, setEnvironment] = useState(firstEnvironment(environments)?.key ?? null);
  const [days, setDays] = useState<string>("never");
  const [tried, setTried] = useState(false);
  const bound = NEEDS_ENVIRONMENT.has(type);
  const create = useMutation({
    mutationFn: () =>
      createToken(project, {
        type,
        name: name.trim(),
        ...(bound && { environment }),
        ...(days !== "never" && {
          expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
        }),
      }),
    onSuccess: onCreated,
  });
  const said = (path: string) =>
    create.error instanceof ApiProblem
      ? create.error.problems.find((it) => it.path === path)?.message
      : undefined;

  return (
    <form
      className={classes.dialog}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (name.trim() !== "" && !create.isPending) {
          create.mutate();
        }
      }}
    >
      <Radio.Group
        value={type}
        onChange={(next) => setType(next as TokenType)}
        label={words.form.type}
      >
        <div className={classes.types}>
          {Object.entries(words.types).map(([value, { label, explain }]) => (
            <Radio.Card key={value} value={value} className={classes.type}>
              <Radio.Indicator size="xs" />
              <span>
                <strong>{label}</strong>
                <span>{explain}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <TextInput
        label={words.form.name}
        description={words.form.nameHelp}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={(tried && name.trim() === "" && words.form.needsName) || said("name")}
        required
        maxLength={128}
        data-autofocus
      />
      <div className={classes.pair}>
        {bound && (
          <Select
            label={words.form.environment}
            data={environments.map(({ key, name: label }) => ({ value: key, label }))}
            value={environment}
            onChange={setEnvironment}
            allowDeselect={false}
            error={said("environment")}
          />
        )}
        <Select
          label={words.form.expires}
          data={Object.entries(words.form.expiry).map(([value, label]) => ({ value, label }))}
          value={days}
          onChange={(next) => setDays(next ?? "never")}
          allowDeselect={false}
          error={said("expires_at")}
        />
      </div>
      <Refusal
        error={create.error}
        shownElsewhere={(path) => ["name", "environment", "expires_at"].includes(path)}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          {commonText.cancel}
        </Button>
        <Button type="submit" loading={create.isPending}>
          {words.form.submit}
        </Button>
      </div>
    </form>
  );
}

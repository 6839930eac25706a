/** Makes a segment: of listed tenants, who are added on its page, or by conditions. */
import { Button, Modal, Radio, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { Refusal } from "@/design/refusal";
import { ConditionEditor } from "@/features/conditions/condition-editor";
import { type Condition, EMPTY_CONDITION, isComplete } from "@/features/conditions/operators";
import { toastSaved } from "@/features/flags/changed-toast";
import { ConditionsPreview } from "@/features/segments/conditions-preview";
import {
  createSegment,
  SEGMENT_KEY,
  segmentKeyFrom,
  segmentsKey,
} from "@/features/segments/segments";
import { useKnownAttributes } from "@/features/segments/use-known-attributes";
import { commonText } from "@/text/common";
import { segmentsText } from "@/text/segments";
import classes from "./segments.module.css";

const words = segmentsText.form;
type Kind = keyof typeof words.kinds;

interface SegmentFormProps {
  project: string;
  onClose: () => void;
}

export function SegmentForm(props: SegmentFormProps) {
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={words.title}
      size={860}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form({ project, onClose }: SegmentFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const attributes = useKnownAttributes(project);
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const [kind, setKind] = useState<Kind>("listed");
  const [conditions, setConditions] = useState<Condition[]>([EMPTY_CONDITION]);
  const [tried, setTried] = useState(false);

  const create = useMutation({
    mutationFn: () =>
      createSegment(project, {
        key,
        name: name.trim() === "" ? null : name.trim(),
        conditions: kind === "conditions" ? conditions : null,
      }),
    onSuccess: async (segment) => {
      toastSaved(`segment/${segment.key}`, words.done(segment.key));
      await client.invalidateQueries({ queryKey: segmentsKey(project) });
      onClose();
      await navigate({
        to: "/projects/$project/segments/$segment",
        params: { project, segment: segment.key },
      });
    },
  });
  const problems = create.error instanceof ApiProblem ? create.error.problems : [];
  const taken = create.error instanceof ApiProblem && create.error.code === "already_exists";
  const wrongKey = key === "" ? words.needsKey : SEGMENT_KEY.test(key) ? undefined : words.wrongKey;
  const incomplete =
    kind === "conditions" && (conditions.length === 0 || !conditions.every(isComplete));

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (wrongKey === undefined && !incomplete && !create.isPending) {
          create.mutate();
        }
      }}
    >
      <div className={classes.pair}>
        <TextInput
          label={words.name}
          description={words.nameHelp}
          value={name}
          onChange={(event) => {
            const next = event.currentTarget.value;
            // The key follows the name until it is given one of its own.
            if (key === segmentKeyFrom(name)) {
              setKey(segmentKeyFrom(next));
            }
            setName(next);
          }}
          error={problems.find(({ path }) => path === "name")?.message}
          maxLength={128}
          data-autofocus
        />
        <TextInput
          label={words.key}
          description={words.keyHelp}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={(tried && wrongKey) || (taken && words.taken)}
          required
          maxLength={128}
          spellCheck={false}
          autoCapitalize="none"
        />
      </div>
      <Radio.Group value={kind} onChange={(next) => setKind(next as Kind)} label={words.kind}>
        <div className={classes.kinds}>
          {Object.entries(words.kinds).map(([value, { label, explain }]) => (
            <Radio.Card key={value} value={value} className={classes.kind}>
              <Radio.Indicator size="xs" />
              <span>
                <strong>{label}</strong>
                <span>{explain}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {kind === "conditions" && (
        <div>
          <ConditionEditor
            conditions={conditions}
            onChange={setConditions}
            attributes={attributes}
            problemOf={(index) =>
              problems.find(({ path }) => path.startsWith(`conditions[${index}]`))?.message
            }
          />
          <ConditionsPreview project={project} conditions={conditions} />
          {tried && incomplete && (
            <p className={classes.error} role="alert">
              {words.incomplete}
            </p>
          )}
        </div>
      )}
      {!taken && (
        <Refusal
          error={create.error}
          shownElsewhere={(path) => path === "name" || /^conditions\[\d/.test(path)}
        />
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          {commonText.cancel}
        </Button>
        <Button type="submit" loading={create.isPending}>
          {words.submit}
        </Button>
      </div>
    </form>
  );
}

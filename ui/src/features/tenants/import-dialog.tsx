/** Adds or changes many tenants at once, from a file or from what is pasted: all lines or none. */
import { Button, FileButton, Modal, SegmentedControl, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type DragEvent, useState } from "react";
import { ApiProblem, hasStatus } from "@/api/problem";
import { Refusal } from "@/design/refusal";
import { toastSaved } from "@/features/flags/changed-toast";
import { formatOf, type LineProblem, lineProblem, linesOf } from "@/features/tenants/import-file";
import { type ImportFormat, importTenants } from "@/features/tenants/tenants";
import { formatBytes } from "@/text/bytes";
import { commonText } from "@/text/common";
import { tenantsText } from "@/text/tenants";
import classes from "./import-dialog.module.css";

interface ImportDialogProps {
  project: string;
  onClose: () => void;
  onDone: () => void;
}

interface Chosen {
  file: File;
  format: ImportFormat;
}

const words = tenantsText.importing;
/** Enough to tell one format from the other. */
const BEGINNING_BYTES = 256;

export function ImportDialog(props: ImportDialogProps) {
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={words.title}
      size={760}
      closeButtonProps={{ "aria-label": commonText.close }}
    >
      <ImportForm {...props} />
    </Modal>
  );
}

function ImportForm({ project, onClose, onDone }: ImportDialogProps) {
  const [source, setSource] = useState<"paste" | "file">("paste");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Chosen>();
  const [tried, setTried] = useState(false);
  const pastedFormat = formatOf("", text);
  const isReady = source === "paste" ? text.trim() !== "" : chosen !== undefined;

  const submit = useMutation({
    mutationFn: (demote: boolean) =>
      source === "file" && chosen !== undefined
        ? importTenants(project, chosen.format, chosen.file, demote)
        : importTenants(project, pastedFormat, text, demote),
    onSuccess: ({ added, changed, unchanged }) => {
      toastSaved("roster", words.done(added, changed, unchanged));
      onDone();
      onClose();
    },
    onError: async () => {
      if (source === "file" && chosen !== undefined) {
        setFileText(await chosen.file.text());
      }
    },
  });
  const [fileText, setFileText] = useState("");
  const begin = () => {
    submit.reset();
    setTried(false);
  };

  const choose = async (file: File | null | undefined) => {
    if (file) {
      const beginning = await file.slice(0, BEGINNING_BYTES).text();
      begin();
      setChosen({ file, format: formatOf(file.name, beginning) });
    }
  };
  const problems =
    submit.error instanceof ApiProblem && submit.error.problems.length > 0
      ? submit.error.problems.map(lineProblem)
      : [];

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (isReady && !submit.isPending) {
          submit.mutate(false);
        }
      }}
    >
      <p className={classes.intro}>{words.intro}</p>
      <SegmentedControl
        aria-label={words.source}
        value={source}
        onChange={(value) => {
          begin();
          setSource(value as "paste" | "file");
        }}
        data={[
          { value: "paste", label: words.paste },
          { value: "file", label: words.file },
        ]}
      />
      {source === "paste" ? (
        <Textarea
          label={words.text}
          description={text.trim() === "" ? undefined : words.detected(words.formats[pastedFormat])}
          classNames={{ input: classes.text }}
          value={text}
          onChange={(event) => {
            begin();
            setText(event.currentTarget.value);
          }}
          placeholder={`${words.ndjsonExample}\n\n${words.csvExample}`}
          error={tried && !isReady ? words.empty : undefined}
          rows={10}
          spellCheck={false}
          data-autofocus
        />
      ) : (
        <DropZone
          chosen={chosen}
          onChoose={choose}
          onFormat={(format) => chosen && setChosen({ ...chosen, format })}
          error={tried && !isReady ? words.noFile : undefined}
        />
      )}
      {problems.length > 0 ? (
        <Faults problems={problems} text={source === "paste" ? text : fileText} />
      ) : (
        <Refusal
          error={hasStatus(submit.error, 413) ? new Error(words.tooLarge) : submit.error}
          onDemote={() => submit.mutate(true)}
        />
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          {commonText.cancel}
        </Button>
        <Button type="submit" loading={submit.isPending}>
          {words.submit}
        </Button>
      </div>
      <span role="status" className="visually-hidden">
        {submit.isPending && words.pending}
      </span>
    </form>
  );
}

interface DropZoneProps {
  chosen: Chosen | undefined;
  onChoose: (file: File | null | undefined) => void;
  onFormat: (format: ImportFormat) => void;
  error: string | undefined;
}

function DropZone({ chosen, onChoose, onFormat, error }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const onDrag = (event: DragEvent) => {
    event.preventDefault();
    setOver(event.type === "dragover");
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way beside the button
    <div
      className={classes.zone}
      data-over={over || undefined}
      onDragOver={onDrag}
      onDragLeave={onDrag}
      onDrop={(event) => {
        onDrag(event);
        onChoose(event.dataTransfer.files[0]);
      }}
    >
      {chosen !== undefined && (
        <>
          <strong>{words.chosen(chosen.file.name, formatBytes(chosen.file.size))}</strong>
          <SegmentedControl
            size="xs"
            aria-label={words.format}
            value={chosen.format}
            onChange={(value) => onFormat(value as ImportFormat)}
            data={Object.entries(words.formats).map(([value, label]) => ({ value, label }))}
          />
        </>
      )}
      <span>
        <FileButton onChange={onChoose} accept=".csv,.ndjson,.jsonl,.json,.txt,text/csv">
          {(props) => (
            <Button {...props} variant="default" size="compact-sm">
              {chosen === undefined ? words.choose : words.another}
            </Button>
          )}
        </FileButton>{" "}
        {words.drop}
      </span>
      {error !== undefined && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function Faults({ problems, text }: { problems: readonly LineProblem[]; text: string }) {
  const lines = linesOf(
    text,
    new Set(problems.map(({ line }) => line).filter((line) => line !== undefined)),
  );
  return (
    <div className={classes.faults}>
      <p role="alert">{words.faulty(problems.length)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled with the keyboard */}
      <ul aria-label={words.faults} tabIndex={0}>
        {problems.map(({ line, field, message }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is only ever replaced as a whole
          <li key={index}>
            <span className={classes.line}>
              {line === undefined ? words.whole : words.line(line)}
            </span>
            <span>
              {field !== "" && <code>{field}</code>} {message}
              {line !== undefined && lines.get(line) !== undefined && (
                <code className={classes.source}>{lines.get(line)}</code>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

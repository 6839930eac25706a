/** The export of what is filtered: read page by page, with a way to stop. */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { download } from "@/design/download";
import { reasonOf } from "@/design/refusal";
import { type AuditFilter, type ExportFormat, exportLog } from "@/features/audit/audit";
import { toastRefused, toastSaved } from "@/features/flags/changed-toast";
import { auditText } from "@/text/audit";
import classes from "./audit.module.css";

const TYPES = { csv: "text/csv", ndjson: "application/x-ndjson" } as const;
const words = auditText;

export interface Exporting {
  isPending: boolean;
  entries: number;
  begin: (format: ExportFormat) => void;
  cancel: () => void;
}

export function useExport(project: string, filter: AuditFilter): Exporting {
  const [entries, setEntries] = useState(0);
  const stop = useRef<AbortController>(undefined);
  const { mutate, isPending } = useMutation({
    mutationFn: async (format: ExportFormat) => {
      stop.current = new AbortController();
      setEntries(0);
      let count = 0;
      const parts = await exportLog(project, filter, format, stop.current.signal, (n) => {
        count = n;
        setEntries(n);
      });
      download(`${project}-audit.${format}`, TYPES[format], parts);
      return count;
    },
    onSuccess: (count) => toastSaved("export", words.exported(count)),
    onError: (error) => {
      if (stop.current?.signal.aborted !== true) {
        toastRefused("export", reasonOf(error));
      }
    },
  });
  return { isPending, entries, begin: mutate, cancel: () => stop.current?.abort() };
}

export function ExportProgress({ exporting }: { exporting: Exporting }) {
  if (!exporting.isPending) {
    return null;
  }
  return (
    <div className={classes.progress} role="status">
      <span>{words.exporting(exporting.entries)}</span>
      <Button size="compact-sm" variant="default" onClick={exporting.cancel}>
        {words.cancel}
      </Button>
    </div>
  );
}

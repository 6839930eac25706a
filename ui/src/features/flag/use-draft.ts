/**
 * The targeting that is being edited, beside what the server has.
 *
 * Invariants: an edit is never overwritten. As long as nothing is changed here the draft follows
 * the server; afterwards a newer version is only told of, until the reader keeps or drops theirs.
 */
import { useState } from "react";
import { changedFields, type Draft, type DraftField, rebase } from "@/features/flag/draft";
import type { VersionedDraft } from "@/features/flag/flag";

export interface DraftState {
  /** What the draft was made of: the version that a save names. */
  base: VersionedDraft;
  draft: Draft;
  changed: readonly DraftField[];
  /** What the server has by now, if that is another version and something is changed here. */
  newer: VersionedDraft | undefined;
  edit: (change: Partial<Draft>) => void;
  discard: () => void;
  /** Carries the changes over to the newer version. */
  keep: () => void;
  /** Drops the changes for the newer version. */
  take: () => void;
  /** A save of the reader's own made this version; what else is changed stays. */
  settle: (saved: VersionedDraft) => void;
}

/** `current` is the newest that the server told; `isSaving` while a save is under way. */
export function useDraft(current: VersionedDraft, isSaving: boolean): DraftState {
  const [base, setBase] = useState(current);
  const [draft, setDraft] = useState(current.draft);
  const changed = changedFields(base.draft, draft);
  const isOther = current.etag !== base.etag;

  if (isOther && !isSaving) {
    // A version that says the same is no change to be told of.
    const isSame = changedFields(base.draft, current.draft).length === 0;
    if (changed.length === 0 || isSame) {
      setBase(current);
      setDraft(changed.length === 0 ? current.draft : draft);
    }
  }

  return {
    base,
    draft,
    changed,
    newer: isOther && !isSaving && changed.length > 0 ? current : undefined,
    edit: (change) => setDraft((it) => ({ ...it, ...change })),
    discard: () => setDraft(base.draft),
    keep: () => {
      setBase(current);
      setDraft(rebase(base.draft, draft, current.draft).draft);
    },
    take: () => {
      setBase(current);
      setDraft(current.draft);
    },
    settle: (saved) => {
      setBase(saved);
      setDraft((it) => rebase(base.draft, it, saved.draft).draft);
    },
  };
}

/** A flag about to be made: what the form holds, what is wrong with it, what is sent. */
import type { Schemas } from "@/api/client";
import { flagsText } from "@/text/flags";

export interface NewFlag {
  name: string;
  key: string;
  description: string;
  kind: string;
  owner: string;
  tags: string[];
  /** A UTC date, or empty for a flag that stays. */
  expiresOn: string;
}

export const EMPTY_FLAG: NewFlag = {
  name: "",
  key: "",
  description: "",
  kind: "release",
  owner: "",
  tags: [],
  expiresOn: "",
};

/** The kinds that must have a day to go. */
export const TEMPORARY: ReadonlySet<string> = new Set(["release", "experiment"]);

const KEY = /^[A-Za-z0-9._~-]{1,128}$/;
const words = flagsText.createFlag;

/** The key that a name suggests: `New billing (v2)` gives `new-billing-v2`. */
export function keyFrom(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9._~]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 128);
}

/** What is wrong, by field. */
export function validateFlag(flag: NewFlag, today: string): Partial<Record<keyof NewFlag, string>> {
  const errors: Partial<Record<keyof NewFlag, string>> = {};
  if (flag.key === "") {
    errors.key = words.needsKey;
  } else if (!KEY.test(flag.key) || flag.key === "." || flag.key === "..") {
    errors.key = words.wrongKey;
  }
  if (flag.expiresOn === "" && TEMPORARY.has(flag.kind)) {
    errors.expiresOn = words.needsExpiry;
  } else if (flag.expiresOn !== "" && flag.expiresOn < today) {
    errors.expiresOn = words.pastExpiry;
  }
  return errors;
}

/** Leaves out what is empty: the server has its own idea of it. */
export function requestOf(flag: NewFlag): Schemas["CreateFlag"] {
  const name = flag.name.trim();
  const description = flag.description.trim();
  const owner = flag.owner.trim();
  return {
    key: flag.key,
    kind: flag.kind as Schemas["FlagKind"],
    ...(name !== "" && { name }),
    ...(description !== "" && { description }),
    ...(owner !== "" && { owner }),
    ...(flag.tags.length > 0 && { tags: flag.tags }),
    ...(flag.expiresOn !== "" && { expires_on: flag.expiresOn }),
  };
}

/** The form's field for a path in the request's body. */
export function fieldOf(path: string): keyof NewFlag | undefined {
  const [first] = path.split(/[.[]/);
  if (first === "expires_on") {
    return "expiresOn";
  }
  return first !== undefined && first in EMPTY_FLAG ? (first as keyof NewFlag) : undefined;
}

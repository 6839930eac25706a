/** What is done with several flags at once. */
import { plural } from "@/text/format";

export const bulkText = {
  label: "Several flags at once",
  selected: (n: number) => `${plural(n, "flag", "flags")} selected`,
  actions: { on: "Switch on", off: "Switch off", tag: "Add a tag", archive: "Archive" },
  clear: "Clear",
  title: (action: string, n: number, environment: string) => {
    const flags = plural(n, "flag", "flags");
    switch (action) {
      case "tag":
        return `Tag ${flags}`;
      case "archive":
        return `Archive ${flags}`;
      default:
        return `Switch ${flags} ${action} in ${environment}`;
    }
  },
  help: {
    on: "Each gets on as its own targeting says; nothing else of it changes.",
    off: "Off is off for everybody in this environment; the rest of the targeting stays.",
    tag: "Each keeps the tags it has.",
    archive:
      "They leave every environment. One that is still asked for, or that another waits for, is refused.",
  },
  tag: "Tag",
  more: (n: number) => `and ${n} more`,
  done: (done: number, refused: number) =>
    refused === 0
      ? `${plural(done, "flag", "flags")} changed`
      : `${plural(done, "flag", "flags")} changed, ${refused} refused`,
  ok: "Done",
} as const;

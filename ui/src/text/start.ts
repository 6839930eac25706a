/** The way from an empty project to the first flag that a program has asked for. */

export const startText = {
  title: "Set up",
  intro: "Three steps to the first flag that is asked for from your own terminal.",
  skip: "I know my way around",
  flag: {
    title: "Make a flag",
    help: "It starts off everywhere. You can delete it afterwards.",
    submit: "Make the flag",
    done: (key: string) => `The flag ${key} is there.`,
  },
  token: {
    title: "Make an SDK token",
    help: (environment: string) =>
      `Programs ask with a token of one environment. This one is of ${environment}.`,
    name: "first-run",
    submit: "Make a token",
    once: "This is the only time that it is shown. The snippets below have it in them.",
    copy: "Copy the token",
  },
  ask: {
    title: "Ask for it",
    help: "Paste this into your terminal.",
    curl: "curl (OFREP)",
    rust: "Rust",
    copy: (what: string) => `Copy the ${what} snippet`,
    waiting: "Waiting for the first question",
    asked: "Your terminal has asked. The flag answers.",
    next: "Now decide who gets it",
  },
} as const;

/** What went wrong, and what to do next. */
export const errorsText = {
  unreachableTitle: "The server cannot be reached",
  unreachable: "Check your network, or whether the server runs. Your flags go on as they are.",
  forbiddenTitle: "You may not see this",
  forbidden:
    "Your token has no permission for this page. Sign in with another, or ask an administrator for one.",
  notAllowed: "Your token may not do this.",
  missingTitle: "There is nothing here",
  missing: "This page does not exist, or your token does not reach it.",
  unexpectedTitle: "Something went wrong",
  unexpected: (detail: string) => `The server said: ${detail}`,
  crashed: "The page stopped working. Reload it; if it happens again, tell us what you did.",
  reload: "Reload",
  home: "Go to the flags",
  requestId: (id: string) => `Request ${id}`,
  noProjectTitle: "No project yet",
  noProject: "Your token reaches no project. An administrator can make one through the API.",
  noEnvironment: "This project has no environment yet. Make one through the API.",
  stale: "The server cannot be reached. What you see may be out of date.",
} as const;

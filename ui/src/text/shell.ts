/** What surrounds every page: navigation, the live connection, the account. */
export const shellText = {
  navigation: "Main",
  openNavigation: "Open the navigation",
  pages: {
    flags: "Flags",
    rollouts: "Rollouts",
    debt: "Debt",
    tenants: "Tenants",
    segments: "Segments",
    sdks: "SDKs",
    audit: "Audit",
    settings: "Settings",
  },
  palette: {
    button: "Search",
    keys: "Ctrl K",
    placeholder: "Search flags, tenants and pages",
    flags: "Flags",
    tenants: "Tenants",
    pages: "Pages",
    environments: "Environments",
    other: "More",
    switchTo: (environment: string) => `Switch to ${environment}`,
    light: "Light colours",
    dark: "Dark colours",
    asking: "Searching",
    nothing: "Nothing is called that.",
  },
  shortcuts: {
    title: "Keyboard shortcuts",
    palette: "Search everything",
    paletteKeys: "Ctrl K",
    search: "Search this page",
    goTo: (page: string) => `Go to ${page}`,
    rows: "Move through a list",
    open: "Open what has the focus",
  },
  groups: {
    flags: "Ship",
    tenants: "Audience",
    operate: "Operate",
  },
  project: "Project",
  apiReference: "API reference",
  colorScheme: {
    label: "Colour scheme",
    light: "Light",
    dark: "Dark",
    auto: "System",
  },
  account: (name: string) => `Signed in as ${name}`,
  signOut: "Sign out",
  tokenType: (type: string) => tokenTypes[type] ?? type,

  live: {
    connecting: "Connecting",
    live: "Live",
    reconnecting: "Reconnecting",
    offline: "Offline",
    explain: {
      connecting: "Opening the live connection.",
      live: "Changes by others appear here at once.",
      reconnecting:
        "The live connection was lost. What you see may be out of date. Press to try again at once.",
      offline:
        "This device has no network. What you see may be out of date. Press to try again at once.",
    },
  },
} as const;

const tokenTypes: Record<string, string> = {
  adm: "Administrator",
  usr: "Person",
  ci: "CI token",
  sdk: "SDK token",
  web: "Web token",
};

export const FLAGS = {
  newSearch: "new-search",
  nested: { export: 'export-v2' },
  "quoted-name": "quoted",
} as const;

export enum Flag {
  DarkMode = "dark-mode",
  Beta = "beta",
}

export class Keys {
  static readonly CHECKOUT = "checkout";
}

const hidden = "renamed-export";
export { hidden as shown };
export default "default-export";

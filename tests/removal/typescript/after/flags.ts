// The flags of the project shop, written by `tenantry codegen typescript`. Do not edit this
// file: run that again, and where code asks for a flag that is gone, it does not compile any more.

/** The keys of the flags. */
export const keys = {
  exportV3: "export-v3",
  newBilling: "new-billing",
} as const;

/** What is asked: a client of OpenFeature's server SDK, or anything like it. */
export interface FlagClient {
  getBooleanValue(key: string, fallback: boolean, context?: object): Promise<boolean>;
}

/** All flags whose type is known, as questions. */
export class Flags {
  readonly #client: FlagClient;

  constructor(client: FlagClient) {
    this.#client = client;
  }

  exportV3(tenant: string, fallback = false): Promise<boolean> {
    return this.#client.getBooleanValue("export-v3", fallback, { targetingKey: tenant });
  }

  newBilling(tenant: string, fallback = false): Promise<boolean> {
    return this.#client.getBooleanValue("new-billing", fallback, { targetingKey: tenant });
  }
}

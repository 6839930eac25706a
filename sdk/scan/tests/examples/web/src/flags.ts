// The flags of the project shop, written by `tenantry codegen typescript`. Do not edit this
// file: run that again, and where code asks for a flag that is gone, it does not compile any more.

/** The keys of the flags. */
export const keys = {
  newBilling: "new-billing",
  pageSize: "page-size",
} as const;

/** What is asked: a client of OpenFeature's server SDK, or anything like it. */
export interface FlagClient {
  getBooleanValue(key: string, fallback: boolean): Promise<boolean>;
  getNumberValue(key: string, fallback: number): Promise<number>;
}

/** All flags whose type is known, as questions. */
export class Flags {
  readonly #client: FlagClient;

  constructor(client: FlagClient) {
    this.#client = client;
  }

  newBilling(tenant: string, fallback = false): Promise<boolean> {
    return this.#client.getBooleanValue("new-billing", fallback, { targetingKey: tenant });
  }

  pageSize(tenant: string, fallback: number): Promise<number> {
    return this.#client.getNumberValue("page-size", fallback, { targetingKey: tenant });
  }
}

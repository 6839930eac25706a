/** What answers at once, as a client in a browser does. */
export interface Answers {
  getBooleanValue(key: string, fallback: boolean): boolean;
}

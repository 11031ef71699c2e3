/** What Node 24 has and TypeScript's library does not describe yet (proposal-json-parse-with-source). */
interface JSON {
  parse(text: string, reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
  rawJSON(text: string): object;
}

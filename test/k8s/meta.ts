/** What tests tell the summary of `npm run test:k8s` (scripts/k8s/check.mjs) beside pass and fail. */
declare module 'vitest' {
  interface TaskMeta {
    /** Program -> version, as they were asked or fetched. */
    versions?: Readonly<Record<string, string>>;
    overlay?: { readonly name: string; readonly objects: number };
  }
}
export {};

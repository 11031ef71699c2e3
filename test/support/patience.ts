/** For what happens soon, on a machine that may be busy with other tests. */
export const patience = { timeout: 4000, interval: 10 };

/** SIGTERM has it write its state, but not while a custom resource waits: then it does not even begin. */
const beginsWithinMs = 5_000;
/** Some seconds for thousands of records; what is cut off here is lost, and with it what the stacks of the next start rely on. */
const writesWithinMs = 60_000;
const lookEveryMs = 50;

/**
 * Waits for an emulator that was told to end.
 * @param process what can be seen of it; `wrote` is whether it has written anything of its state since it was told
 * @returns whether it has ended: else it has to be killed
 */
export const endsByItself = async (
  process: { readonly isAlive: () => boolean; readonly wrote: () => boolean },
  { now, sleep }: { readonly now: () => Date; readonly sleep: (milliseconds: number) => Promise<unknown> },
): Promise<boolean> => {
  const told = now().getTime();
  while (process.isAlive()) {
    const passed = now().getTime() - told;
    if (passed >= writesWithinMs || (passed >= beginsWithinMs && !process.wrote())) return false;
    await sleep(lookEveryMs);
  }
  return true;
};

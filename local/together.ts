/**
 * Runs works side by side. When one fails the others are told to end and waited for, so that nothing goes on behind the failure.
 * @throws the first failure
 */
export const together = async (signal: AbortSignal, works: readonly ((signal: AbortSignal) => Promise<void>)[]): Promise<void> => {
  const controller = new AbortController();
  const both = AbortSignal.any([signal, controller.signal]);
  await Promise.allSettled(
    works.map(async (work) => {
      try {
        await work(both);
      } catch (error) {
        controller.abort(error);
        throw error;
      }
    }),
  );
  signal.throwIfAborted();
  if (controller.signal.aborted) throw controller.signal.reason;
};

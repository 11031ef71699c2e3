const everyMs = 20;
const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/** The most that this process had of memory while that was running, and the heap's part of it. */
export const withPeakMemory = async <T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly rssMb: number; readonly heapMb: number }> => {
  let [rss, heap] = [0, 0];
  const look = () => {
    const usage = process.memoryUsage();
    rss = Math.max(rss, usage.rss);
    heap = Math.max(heap, usage.heapUsed);
  };
  look();
  const timer = setInterval(look, everyMs);
  try {
    const result = await work();
    look();
    return { result, rssMb: megabytes(rss), heapMb: megabytes(heap) };
  } finally {
    clearInterval(timer);
  }
};

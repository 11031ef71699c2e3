/**
 * For every client of AWS: a socket that hangs costs seconds and not the whole time of a function. AWS answers these calls
 * in milliseconds; the SDK tries twice more.
 */
export const clientDefaults = { maxAttempts: 3, requestHandler: { connectionTimeout: 1_000, socketTimeout: 3_000 } } as const;

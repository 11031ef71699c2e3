declare module 'asl-validator' {
  /** CommonJS without types of its own: the default import is `module.exports`. */
  const validate: (definition: unknown) => { isValid: boolean; errorsText: (separator?: string) => string };
  export default validate;
}

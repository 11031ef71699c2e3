/** Something that the operator can mend: its message, a line or a few, is all they need to see. */
export class CommandFailure extends Error {
  override name = 'CommandFailure';
}

/** Ctrl-C at a question. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

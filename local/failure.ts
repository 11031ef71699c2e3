/** Something that the person at the terminal can mend: its message is all they need to see. */
export class LocalFailure extends Error {
  override name = 'LocalFailure';
}

/** The person at the terminal, or whoever started us, wants us to end. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

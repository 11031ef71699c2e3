import { text } from 'node:stream/consumers';
import { ask, type Terminal } from './ask.ts';
import { CommandFailure } from './command-failure.ts';

// What is piped in is there at once; whoever forgot to pipe would not know what is waited for.
const hintAfterMs = 1_000;

/** Secrets one after the other: from the keyboard, where nothing shows them, or else a line each of standard input, read to its end. */
export class SecretReader {
  readonly #terminal: Terminal;
  readonly #what: string;
  #lines: Promise<string[]> | undefined;
  /** @param what all that will be asked for, such as `the AppSecret` */
  constructor(terminal: Terminal, what: string) {
    this.#terminal = terminal;
    this.#what = what;
  }

  /** Empty: nothing was typed, or there is no such line. @throws Interrupted at Ctrl-C */
  async next(question: string): Promise<string> {
    if (this.#terminal.input.isTTY) return ask(`${question} (it is not shown): `, this.#terminal, false);
    this.#lines ??= this.#readAll();
    return (await this.#lines).shift() ?? '';
  }

  /** @throws CommandFailure where standard input held more than was asked for: it may not be what it was taken for */
  async end(): Promise<void> {
    if ((await this.#lines)?.length) throw new CommandFailure(`Standard input has more lines than ${this.#what}: nothing was stored.`);
  }

  async #readAll(): Promise<string[]> {
    const { input, output } = this.#terminal;
    const hint = setTimeout(() => output.write(`Reading ${this.#what} from standard input, to its end.\n`), hintAfterMs);
    const all = await text(input).finally(() => clearTimeout(hint));
    return all.replace(/\r?\n$/, '').split(/\r?\n/);
  }
}

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandFailure, Interrupted } from './command-failure.ts';

/** Where questions are asked: standard input, and standard error, so that standard output holds results alone. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** One line. @throws Interrupted at Ctrl-C, CommandFailure when there is nobody to answer */
export const ask = (question: string, { input, output }: Terminal, echo = true): Promise<string> =>
  new Promise((resolve, reject) => {
    // readline echoes what is typed to its output, and leaves the terminal to the system where it is none.
    const shown = echo ? output : new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input, output: shown, terminal: input.isTTY === true, historySize: 0 });
    lines.once('SIGINT', () => reject(new Interrupted()));
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => {
      if (!echo) output.write('\n');
      reject(new CommandFailure('There was no answer: nothing was changed.'));
    });
    lines.question(echo ? question : '', (answer) => {
      resolve(answer);
      lines.close();
    });
    if (!echo) output.write(question);
  });

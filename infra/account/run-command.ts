import { add } from './add-command.ts';
import { check } from './check-command.ts';
import type { Command } from './command-line.ts';
import { list } from './list-command.ts';
import { openOperation, type Surroundings } from './operation.ts';
import { push } from './push-command.ts';
import { remove } from './remove-command.ts';

export type { Surroundings } from './operation.ts';

/** @throws CommandFailure, and what AWS throws */
export const runCommand = async (command: Exclude<Command, { readonly name: 'help' }>, surroundings: Surroundings): Promise<void> => {
  const operation = await openOperation(command.stage, surroundings);
  switch (command.name) {
    case 'add':
      return add(operation, command);
    case 'push':
      return push(operation, command);
    case 'check':
      await check(operation, command['account-id']);
      return;
    case 'list':
      return list(operation, command);
    case 'remove':
      return remove(operation, command);
  }
};

import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { readKeptSecret } from './kept-secret.ts';
import { type NewSecret, writeSecret } from './write-secret.ts';

const ticket = z.string().min(1);
const stored = z.union([
  z.object({ component_verify_ticket: ticket }).transform((kept) => kept.component_verify_ticket),
  z.object({ suite_ticket: ticket }).transform((kept) => kept.suite_ticket),
]);

/** WeChat's name of it: of a third-party platform, or of a suite of WeCom's. */
export type TicketName = 'component_verify_ticket' | 'suite_ticket';

export interface TicketReader {
  /** The ticket of a third-party platform or a suite that was kept last. Undefined: none has arrived yet. @throws TokenSecretUnusableError */
  read(accountId: string): Promise<string | undefined>;
}
export interface TicketWriter {
  /** @throws TokenSecretUnusableError */
  write(accountId: string, ticket: string, name?: TicketName): Promise<void>;
}

/**
 * Tickets in Secrets Manager, `waybill/<stage>/tickets/<account_id>`. Not by version: the one before serves as well, so a
 * copy that lags does no harm.
 */
export class SecretsManagerTickets implements TicketReader, TicketWriter {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;
  readonly #newSecret: NewSecret;
  constructor(client: SecretsManagerClient, prefix: string, newSecret: NewSecret = {}) {
    this.#client = client;
    this.#prefix = prefix;
    this.#newSecret = newSecret;
  }

  async read(accountId: string): Promise<string | undefined> {
    return readKeptSecret(this.#client, `${this.#prefix}${accountId}`, stored);
  }

  async write(accountId: string, ticket: string, name: TicketName = 'component_verify_ticket'): Promise<void> {
    const whose = name === 'suite_ticket' ? 'a suite' : 'a third-party platform';
    const description = `Ticket of ${whose}, as WeChat pushes it`;
    await writeSecret(this.#client, `${this.#prefix}${accountId}`, { [name]: ticket }, { ...this.#newSecret, description });
  }
}

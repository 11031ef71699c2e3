import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { readKeptSecret } from './kept-secret.ts';
import { type NewSecret, writeSecret } from './write-secret.ts';

const stored = z.object({ component_verify_ticket: z.string().min(1) });

export interface TicketReader {
  /** The ticket of a third-party platform that was kept last. Undefined: none has arrived yet. @throws TokenSecretUnusableError */
  read(platform: string): Promise<string | undefined>;
}
export interface TicketWriter {
  /** @throws TokenSecretUnusableError */
  write(platform: string, ticket: string): Promise<void>;
}

/**
 * Tickets in Secrets Manager, `waybill/<stage>/tickets/<account_id>`. Not by version: an older ticket serves as well, so a
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

  async read(platform: string): Promise<string | undefined> {
    return (await readKeptSecret(this.#client, `${this.#prefix}${platform}`, stored))?.component_verify_ticket;
  }

  async write(platform: string, ticket: string): Promise<void> {
    const content = { component_verify_ticket: ticket };
    const description = 'Ticket of a third-party platform, as WeChat pushes it';
    await writeSecret(this.#client, `${this.#prefix}${platform}`, content, { ...this.#newSecret, description });
  }
}

import * as z from 'zod';
import { eventSchemas } from '../shared/events/events.ts';
import { errcodesPage } from './errcodes.ts';
import { openApiDocument } from './openapi.ts';

/** The files that are made from code, by path. */
export const generated = async (): Promise<Record<string, string>> => {
  const events = Object.fromEntries(Object.entries(eventSchemas).map(([type, schema]) => [type, z.toJSONSchema(schema)]));
  return {
    'docs/openapi.json': `${JSON.stringify(await openApiDocument(), null, 2)}\n`,
    'docs/events.json': `${JSON.stringify(events, null, 2)}\n`,
    'docs/errcodes.md': errcodesPage(),
  };
};

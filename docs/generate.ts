import { writeFileSync } from 'node:fs';
import { generated } from './generated.ts';

// `npm run docs` writes what the code says about itself; a test fails when the files and the code differ.
for (const [path, content] of Object.entries(await generated())) {
  writeFileSync(path, content);
  console.log(`wrote ${path}`);
}

/** Imported first by every entry point: what follows needs Node 24, and says so better than a stack trace would. */
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Node 24 is needed and this is ${process.versions.node}: run it through npm (npm start), or install Node 24 where npm brings none.`,
  );
  process.exit(1);
}

// Loaded before every script, in JavaScript that old Nodes can read: they cannot even load the rest.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Waybill needs Node 24, and this is ${process.versions.node}: run it through npm (npm start, npm test, ...) after npm ci; on macOS install Node 24.`,
  );
  process.exit(1);
}

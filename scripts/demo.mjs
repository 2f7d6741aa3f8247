/** `npm run demo -- [options]`: installs and builds what is missing, then plays the demo. */
import { ensure } from './ensure.mjs';

await ensure();
const { runDemo } = await import('../demo/dist/main.js');
process.exit(await runDemo(process.argv.slice(2)));

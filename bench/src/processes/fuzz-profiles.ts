/** Reads damaged profiles, or one bomb, and says what became of them: `fuzz-profiles.js <first> <count>` or `<bomb>`. */
import { fuzzProfiles, readBomb } from '../profiles/fuzz.ts';

const [what = '', count] = process.argv.slice(2);
const tell = (done: number): void => {
  process.send?.({ done });
};
process.send?.({ report: count === undefined ? readBomb(what) : fuzzProfiles(Number(what), Number(count), tell) });

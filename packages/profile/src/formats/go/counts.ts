import { headOf, linesOf } from '../../text.ts';
import type { Format } from '../format.ts';
import { profileOfRecords } from './records-profile.ts';

const HEAD = /^(\S+) profile: total \d+\r?\n/;
const FORMAT = 'Go text profile';

/** `/debug/pprof/goroutine?debug=1`, and every other profile of Go that counts stacks: threadcreate, goroutineleak, own ones. */
export const goCounts: Format = {
  id: 'go-counts',
  sniff: (bytes) => HEAD.test(headOf(bytes)),
  parse(bytes) {
    const type = HEAD.exec(headOf(bytes))?.[1] ?? '';
    const sampleType = { type, unit: 'count' };
    const header = { sampleTypes: [sampleType], periodType: sampleType, period: 1n };
    const lines = linesOf(bytes, FORMAT);
    lines.next();
    return profileOfRecords(lines, FORMAT, header, (values) => (values.length === 1 ? values : undefined));
  },
};

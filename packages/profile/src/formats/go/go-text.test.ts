import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fixture, mustRead, namesOf, totals } from '../../testing/fixtures.ts';

const DUMP = `SIGQUIT: quit

goroutine 1 gp=0xc000002380 m=0 mp=0x61b1c0 [running]:
main.main()
\t/src/main.go:10 +0x1d fp=0xc000 sp=0xc000 pc=0x47

goroutine 18 [select, 5 minutes, locked to thread labels:{"route": "GET /a\\x00", "q": "\\"\\u00e9"}]:
main.(*pool[...]).take(0xc000, {0x1, 0x2}, (func()))
\t/src/with space/pool.go:62 +0x1f
...additional frames elided...
created by main.main.func1 in goroutine 1
\t/src/main.go:64 +0x2f
[originating from goroutine 1]:
main.other(...)
\t/src/main.go:1 +0x1

goroutine 19 [runnable]:
\tgoroutine running on other thread; stack unavailable

rax 0x0
`;

const HEAP = `heap profile: 2: 4096 [6: 12032] @ heap/8192
2: 4096 [5: 10240] @ 0x47cfcc 0x485001
#\t0x47cfcb\tmain.work+0x1b\t/src/main.go:62

0: 0 [1: 1792] @ 0x47d1a5

# runtime.MemStats
# Alloc = 1763192
`;

describe('Go text profiles', () => {
  it('debug=1 of heap is scaled from what was sampled, as go tool pprof scales it', () => {
    const profile = mustRead(HEAP);
    assert.deepEqual(
      profile.sampleTypes.map(({ type }) => type),
      ['alloc_objects', 'alloc_space', 'inuse_objects', 'inuse_space'],
    );
    assert.deepEqual([...profile.samples.values], [12n, 26024n, 5n, 10409n, 2n, 5057n, 0n, 0n]);
    assert.deepEqual(namesOf(profile, 0), ['main.work']);
    assert.equal(profile.period, 4096n);
    const unscaled = mustRead(HEAP.replace('heap/8192', 'heap/2'));
    assert.deepEqual(totals(unscaled), [6n, 12032n, 2n, 4096n]);
    const message = /broken Go heap text: "2: 4096 \[5\] @ 0x4", which is no stack, at line 2/;
    assert.throws(() => mustRead('heap profile: 0: 0 [0: 0] @ heap/8\n2: 4096 [5] @ 0x4\n'), { message });
  });

  it('knows profiles that a program made, whose names are paths', () => {
    assert.deepEqual(totals(mustRead('example.com/db.open profile: total 7\n7 @ 0x4c9110 0x4e1265\n')), [7n]);
  });

  it('debug=1 of goroutine has stacks, counts, labels', () => {
    const profile = mustRead(fixture('go/goroutine.1.txt'));
    assert.deepEqual(profile.sampleTypes, [{ type: 'goroutine', unit: 'count' }]);
    assert.deepEqual([...profile.samples.values], [3n, 1n, 1n]);
    assert.deepEqual(namesOf(profile, 0), ['runtime/pprof.Do', 'main.main.func2']);
    assert.deepEqual(profile.labelSets, [[], [{ key: 'route', value: 'POST /wait' }]]);
    const { file, line, address } = profile.frames[1] ?? {};
    assert.deepEqual([file, line, address], ['gen/main.go', 62, 0x4de49en]);
  });

  it('debug=1 of mutex and block agrees with the protobuf, cycles turned into nanoseconds', () => {
    for (const name of ['mutex', 'block']) {
      const text = mustRead(fixture(`go/${name}.1.txt`));
      const binary = mustRead(fixture(`go/${name}.pb.gz`));
      assert.deepEqual(text.sampleTypes, binary.sampleTypes);
      assert.deepEqual(totals(text), totals(binary));
      assert.deepEqual(namesOf(text, 0), namesOf(binary, 0));
    }
  });

  it('debug=2 of goroutine has one sample each, with its state', () => {
    const profile = mustRead(fixture('go/goroutine.2.txt'));
    assert.deepEqual(totals(profile), [5n]);
    assert.deepEqual(namesOf(profile, 1), ['runtime/pprof.Do', 'main.main.func2']);
    assert.deepEqual(profile.labelSets[profile.samples.labels[1] ?? 0], [
      { key: 'goroutine', value: 12n },
      { key: 'state', value: 'chan send' },
      { key: 'created_by', value: 'main.main' },
      { key: 'created_in', value: 1n },
    ]);
  });

  it('reads all that a dying process may say of a goroutine', () => {
    const profile = mustRead(DUMP);
    assert.deepEqual(
      [0, 1, 2].map((sample) => namesOf(profile, sample)),
      [['main.main'], ['...additional frames elided...', 'main.(*pool[...]).take'], []],
    );
    assert.deepEqual(profile.labelSets[2]?.slice(1), [
      { key: 'state', value: 'select' },
      { key: 'wait', value: 5n, unit: 'minutes' },
      { key: 'locked_to_thread', value: 'true' },
      { key: 'route', value: 'GET /a\0' },
      { key: 'q', value: '"é' },
      { key: 'created_by', value: 'main.main.func1' },
      { key: 'created_in', value: 1n },
    ]);
    assert.deepEqual(profile.comments, []);
  });

  it('says so when Go has cut the dump off', () => {
    const cut = mustRead('goroutine 7 [IO wait]:\nnet.read(0x1)\n\t/a.go:1 +0x1\nmain.ser');
    assert.deepEqual(cut.comments, ['The dump is cut off in goroutine 7.']);
    assert.deepEqual(namesOf(cut, 0), ['net.read']);
  });

  it('keeps the addresses of a stripped binary', () => {
    const profile = mustRead('threadcreate profile: total 1\n1 @ 0x47e2ee 0x41491c\n');
    assert.deepEqual(
      profile.frames.map(({ address }) => address),
      [0x41491cn, 0x47e2een],
    );
  });

  const damaged: readonly (readonly [string, RegExp])[] = [
    ['goroutine profile: total 1\n#\t0x1\tmain.main+0x1\t/a.go:1\n', /line 2; /],
    ['goroutine profile: total 1\n1 2 @ 0x1\n', /2 numbers before the @ at line 2/],
    ['goroutine profile: total 1\n1 @ 47e2ee\n', /"47e2ee", which is no address, at line 2/],
    ['goroutine profile: total 1\n1 @ 0x1\n#\t0x1\tmain.main\t/a.go:x\n', /which is no frame, at line 3/],
    ['goroutine profile: total 1\n1 @ 0x1\n# labels: {"a"}\n', /labels that Go did not write at line 3/],
    ['goroutine profile: total 1\n99999999999999999999 @ 0x1\n', /which is no stack, at line 2/],
    ['--- contention:\ncycles/second=0\n', /0 cycles per second at line 2/],
    ['--- mutex:\ncycles/second=x\n', /without a whole number at line 2/],
    ['goroutine 1 [running]:\n\t/a.go:1 +0x1\n', /without a function before it at line 2/],
    ['goroutine 1 [running]:\nmain.main()\n\tnowhere\n', /which is no file and line, at line 3/],
  ];
  for (const [text, expected] of damaged) {
    it(`refuses ${JSON.stringify(text.split('\n').slice(1, 3).join('|'))}`, () => {
      assert.throws(() => mustRead(text), { code: 'HOLDUP_PROFILE_BROKEN', message: expected });
    });
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chain, type Link } from './chain.ts';
import { Random } from './random.ts';

class Member implements Link<Member> {
  before: Member | undefined = undefined;
  after: Member | undefined = undefined;
  chained = false;
}

describe('Chain', () => {
  it('is a set in order of insertion, whatever leaves when', () => {
    const chain = new Chain<Member>();
    const model = new Set<Member>();
    const random = new Random();
    for (let step = 0; step < 2_000; step++) {
      const members = [...model];
      const member = members[Math.floor(random.next() * members.length * 1.5)];
      if (member === undefined) {
        const fresh = new Member();
        chain.add(fresh);
        model.add(fresh);
      } else {
        assert.equal(chain.delete(member), model.delete(member));
        assert.equal(chain.delete(member), false);
      }
      assert.equal(chain.size, model.size);
      assert.equal(chain.first, [...model][0]);
      if (step % 50 === 0) assert.deepEqual([...chain], [...model]);
    }
  });

  it('goes on when the member at hand leaves', () => {
    const chain = new Chain<Member>();
    for (let i = 0; i < 5; i++) chain.add(new Member());
    for (const member of chain) chain.delete(member);
    assert.equal(chain.size, 0);
    assert.equal(chain.first, undefined);
  });
});

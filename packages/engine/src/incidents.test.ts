import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Culprit } from '@holdup/model';
import { addSighting, type Incidents, type Sighting } from './incidents.ts';

function seen(atMs: number, more: Partial<Sighting<string>> = {}): Sighting<string> {
  const culprit: Culprit = { kind: 'route', name: 'POST /report' };
  return { route: 'GET /a', cause: 'db-pool-exhausted', culprit, atMs, wallMs: 800, verdict: `at ${atMs}`, ...more };
}

function all(...sightings: readonly Sighting<string>[]): Incidents<string> {
  return sightings.reduce<Incidents<string>>((incidents, sighting) => addSighting(incidents, sighting).incidents, []);
}

describe('incidents', () => {
  it('groups the same route, cause and culprit, and keeps the worst', () => {
    const [incident, ...others] = all(seen(0), seen(500, { wallMs: 1_200 }), seen(200));
    assert.deepEqual(others, []);
    assert.equal(incident?.count, 3);
    assert.deepEqual([incident?.firstAtMs, incident?.lastAtMs], [0, 500]);
    assert.deepEqual([incident?.worstMs, incident?.worst], [1_200, 'at 500']);
  });

  it('keeps routes, causes and culprits apart', () => {
    const other: Culprit = { kind: 'route', name: 'POST /other' };
    const incidents = all(
      seen(0),
      seen(1, { route: 'GET /b' }),
      seen(2, { cause: 'dns-slow' }),
      seen(3, { culprit: other }),
    );
    assert.deepEqual(
      incidents.map((incident) => incident.count),
      [1, 1, 1, 1],
    );
  });

  it('opens a new incident after a quiet minute', () => {
    const first = addSighting<string>([], seen(0));
    assert.equal(first.isNew, true);
    const near = addSighting(first.incidents, seen(60_000));
    assert.equal(near.isNew, false);
    const later = addSighting(near.incidents, seen(120_001));
    assert.equal(later.isNew, true);
    assert.equal(later.incidents.length, 2);
  });

  it('takes one without a culprit, and is a value', () => {
    const before = all(seen(0, { cause: 'undetermined', culprit: null }));
    addSighting(before, seen(1, { cause: 'undetermined', culprit: null }));
    assert.equal(before[0]?.count, 1);
    assert.equal('culprit' in (before[0] ?? {}), false);
  });

  it('stays bounded, whatever names come', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => seen(i, { route: `GET /${i}` }));
    const incidents = all(...many);
    assert.equal(incidents.length, 200);
    assert.equal(incidents.at(-1)?.route, 'GET /999');
  });
});

import { describe, expect, it } from 'vitest';
import { mergeRoles } from '../../../../src/cli/top/sources/merge-roles.js';

const at = (second: number) => new Date(second * 1_000);

describe('seconds of several roles', () => {
  it('add up by code and by bucket, since every role has a relay', () => {
    const merged = mergeRoles([
      { second: at(101), counts: { accepted: 5, published: 3 }, latency: { accept: { 8: 5 } } },
      { second: at(100), counts: { published: 1 }, latency: {} },
      {
        second: at(101),
        counts: { published: 2, confirmed: 4 },
        latency: { accept: { 8: 1, 12: 1 }, confirm: { 50: 4 } },
      },
    ]);
    expect(merged).toEqual([
      { second: 100, counts: { published: 1 }, latency: {} },
      {
        second: 101,
        counts: { accepted: 5, published: 5, confirmed: 4 },
        latency: { accept: { 8: 6, 12: 1 }, confirm: { 50: 4 } },
      },
    ]);
  });
});

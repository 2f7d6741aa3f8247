import { createServer } from 'node:http';

/** Keeps a rule check from blocking the loop: the rules run in slices. */
async function checkRules(rules: number, sliceMs: number): Promise<number> {
  let violations = 0;
  let until = performance.now() + sliceMs;
  for (let rule = 0; rule < rules; rule++) {
    violations += evaluate(rule);
    if (performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = performance.now() + sliceMs;
  }
  return violations;
}

function evaluate(rule: number): number {
  let hash = rule;
  for (let step = 0; step < 20_000; step++) hash = (Math.imul(hash, 31) + step) | 0;
  return hash % 1_000 === 0 ? 1 : 0;
}

createServer(async (req, res) => {
  const url = new URL(req.url ?? '/', 'http://localhost');
  if (url.pathname !== '/check') {
    res.end('rules');
    return;
  }
  const violations = await checkRules(Number(url.searchParams.get('rules')), 8);
  res.setHeader('content-type', 'application/json').end(JSON.stringify({ violations }));
}).listen(Number(process.env.PORT), '127.0.0.1');

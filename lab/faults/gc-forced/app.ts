import express from 'express';
import { request } from 'undici';

const profiles = process.env.PROFILES_URL ?? '';
const app = express();

interface Session {
  readonly id: number;
  readonly user: string;
  readonly rights: readonly string[];
}

const sessions: Session[] = [];
const STEP = 10_000;

function load(count: number): void {
  for (let left = Math.min(STEP, count - sessions.length); left > 0; left--) {
    const id = sessions.length;
    sessions.push({ id, user: `user ${id}`, rights: [`read ${id % 9}`, `write ${id % 5}`] });
  }
  if (sessions.length < count) setImmediate(load, count);
}

let passes = 1;
process.on('message', (settings: { sessions?: number; passes?: number }) => {
  passes = settings.passes ?? passes;
  if (settings.sessions !== undefined) load(settings.sessions);
});

// Called by a cron job, since memory never seemed to go down by itself, nor after a single pass.
app.post('/admin/trim', (_req, res) => {
  for (let pass = 0; pass < passes; pass++) global.gc?.();
  res.json({ sessions: sessions.length });
});

app.get('/profiles/:id', async (req, res) => {
  const { body } = await request(`${profiles}/profiles/${req.params.id}`);
  res.json(await body.json());
});

app.listen(Number(process.env.PORT), '127.0.0.1');

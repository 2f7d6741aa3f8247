import { pbkdf2, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import express from 'express';

const hash = promisify(pbkdf2);
const app = express();
app.use(express.json());

let rounds = 1_000;
process.on('message', (settings: { rounds: number }) => {
  rounds = settings.rounds;
});

app.post('/sessions', async (req, res) => {
  const key = await hash(String(req.body.password), randomBytes(16), rounds, 64, 'sha512');
  res.status(201).json({ token: key.toString('hex').slice(0, 16) });
});

app.get('/pages/:name', async (_req, res) => {
  const page = await readFile(new URL(import.meta.url), 'utf8');
  res.type('text').send(page);
});

app.get('/health', (_req, res) => {
  res.json({ up: true });
});

app.listen(Number(process.env.PORT), '127.0.0.1');

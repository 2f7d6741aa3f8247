import { pbkdf2Sync } from 'node:crypto';
import express from 'express';

const accounts = process.env.ACCOUNTS_URL ?? '';
const app = express();
app.use(express.json());

let rounds = 1_000;
process.on('message', (settings: { rounds: number }) => {
  rounds = settings.rounds;
});

function hashPassword(password: string): string {
  return pbkdf2Sync(password, 'pepper and salt', rounds, 64, 'sha512').toString('hex');
}

app.post('/login', async (req, res) => {
  const hash = hashPassword(String(req.body.password));
  res.json({ token: hash.slice(0, 16) });
});

app.get('/me', async (_req, res) => {
  const response = await fetch(`${accounts}/accounts/1`);
  res.json(await response.json());
});

app.listen(Number(process.env.PORT), '127.0.0.1');

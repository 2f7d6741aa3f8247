import { checkStyles } from '../testing/check-styles.ts';

/*
 * Rules that found nothing in ten projects, held to code as those projects write it: services with injection, stores that share a
 * client of another file, plugins, workers.
 */

checkStyles('nested-checkout', [
  [
    'a service that goes back to its pool inside its transaction',
    `// file: db/index.js
const { Pool } = require('pg');
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
module.exports = { pool };
// file: orders/order-service.js
const { pool } = require('../db');
class OrderService {
  async place(cart) {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const price = await this.priceOf(cart); // !
      await client.query('INSERT INTO orders (price) VALUES ($1)', [price]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }
  async priceOf(cart) {
    const { rows } = await pool.query('SELECT price FROM products WHERE id = $1', [cart.product]);
    return rows[0].price;
  }
}
module.exports = OrderService;`,
  ],
  [
    'a repository of its own in a transaction of Prisma, in NestJS',
    `import { Injectable } from '@nestjs/common';
import { PrismaClient } from '@prisma/client';
@Injectable()
export class Billing {
  constructor(private readonly prisma: PrismaClient) {}
  async charge(id: string) {
    return this.prisma.$transaction(async (tx) => {
      const invoice = await tx.invoice.findUniqueOrThrow({ where: { id } });
      const customer = await this.prisma.customer.findUnique({ where: { id: invoice.customerId } }); // !
      return tx.invoice.update({ where: { id }, data: { name: customer?.name } });
    });
  }
}`,
  ],
]);

checkStyles('floating-work', [
  [
    'work of another file that nobody waits for',
    `// file: mail.ts
import axios from 'axios';
const mail = axios.create({ baseURL: 'https://mail', timeout: 2000 });
export async function sendWelcome(to: string) {
  await mail.post('/send', { to });
}
export const remember = async (to: string) => {
  await mail.get('/seen/' + to);
};
// file: signup.ts
import express from 'express';
import { remember, sendWelcome } from './mail';
const app = express();
app.post('/signup', async (req, res) => {
  await remember(req.body.email);
  sendWelcome(req.body.email); // !
  res.sendStatus(201);
});`,
  ],
]);

checkStyles('unbounded-request', [
  [
    'workers of pages',
    `self.addEventListener('message', async (event) => {
  const words = await (await fetch('/words/' + event.data)).text();
  self.postMessage(words);
});`,
  ],
]);

checkStyles('sync-in-handler', [
  [
    'a page that is read once and kept',
    `import express from 'express';
import fs from 'node:fs';
const app = express();
let page: string | undefined;
function base(): string {
  if (page) {
    return page;
  }
  page = fs.readFileSync('index.html', 'utf8');
  return page;
}
app.get('/', (req, res) => res.send(base()));
app.get('/raw', (req, res) => {
  let raw = '';
  if (!raw) console.log('reading');
  raw = fs.readFileSync('raw.html', 'utf8'); // !
  res.send(raw);
});`,
  ],
]);

checkStyles('query-in-loop', [
  [
    'the first that fits is asked for, and then no more',
    `import { Pool } from 'pg';
const pool = new Pool();
export async function first(items: { id: string; fits: boolean }[]) {
  for (const item of items) {
    if (!item.fits) continue;
    await pool.query('select $1', [item.id]);
    break;
  }
  for (const item of items) {
    if (item.fits) break;
    await pool.query('select $1', [item.id]); // !
  }
}`,
  ],
]);

checkStyles('unbounded-query', [
  [
    'a connection of a pool that was handed in: its limits are not known',
    `import type { Pool } from 'pg';
export class Moves {
  constructor(private readonly pool: Pool) {}
  async move(a: string) {
    const client = await this.pool.connect();
    try {
      await client.query('UPDATE x SET a = $1', [a]);
    } finally {
      client.release();
    }
  }
}`,
  ],
]);

checkStyles('call-in-transaction', [
  [
    'a refund by the kit of a service, and a call of another file',
    `// file: stock.ts
import axios from 'axios';
const api = axios.create({ baseURL: 'http://stock', timeout: 1000 });
export async function release(id: string) {
  await api.post('/release/' + id);
}
// file: refunds.ts
import Stripe from 'stripe';
import { PrismaClient } from '@prisma/client';
import { release } from './stock';
const stripe = new Stripe(process.env.STRIPE_KEY);
const prisma = new PrismaClient();
export const refund = (id: string, body: string, sig: string) =>
  prisma.$transaction(async (tx) => {
    const order = await tx.order.findUniqueOrThrow({ where: { id } });
    stripe.webhooks.constructEvent(body, sig, 'secret');
    await stripe.refunds.create({ payment_intent: order.intent }); // !
    await release(order.id); // !
    await tx.order.update({ where: { id }, data: { refunded: true } });
  });`,
  ],
]);

checkStyles('call-in-transaction', [
  [
    'a payment inside a transaction of TypeORM, with HttpService',
    `import { HttpService } from '@nestjs/axios';
import { firstValueFrom } from 'rxjs';
import { DataSource } from 'typeorm';
export class Payments {
  constructor(private readonly source: DataSource, private readonly http: HttpService) {}
  async pay(id: string) {
    await this.source.transaction(async (manager) => {
      await manager.update(Order, id, { paid: true });
      await firstValueFrom(this.http.post('https://pay.example', { id }, { timeout: 500 })); // !
    });
  }
}`,
  ],
  [
    'knex of another file, fetch in a helper',
    `// file: database.ts
import knex from 'knex';
export default function getDatabase() { return knex({ client: 'pg', connection: process.env.DATABASE_URL }); }
// file: hooks.ts
import getDatabase from './database';
async function notify(url: string) {
  await fetch(url, { method: 'POST', signal: AbortSignal.timeout(500) });
}
export async function save(item: Item, url: string) {
  const database = getDatabase();
  await database.transaction(async (trx) => {
    await trx('items').insert(item);
    await notify(url); // !
  });
}`,
  ],
]);

checkStyles('floating-work', [
  [
    'a controller that records and answers, a route that mails',
    `import { Controller, Post } from '@nestjs/common';
import { PrismaClient } from '@prisma/client';
@Controller('orders')
export class Orders {
  constructor(private readonly prisma: PrismaClient) {}
  @Post()
  async create(body: Body) {
    const order = await this.prisma.order.create({ data: body });
    this.prisma.audit.create({ data: { order: order.id } }); // !
    this.mail(order.id); // !
    return order;
  }
  private async mail(id: string) {
    await fetch('https://mail.example/' + id, { method: 'POST', signal: AbortSignal.timeout(500) });
  }
}`,
  ],
  [
    'Express with a wrapper for errors',
    `const express = require('express');
const axios = require('axios');
const router = express.Router();
router.post('/events', asyncHandler(async (req, res) => {
  axios.post('https://stats.example', req.body, { timeout: 500 }).catch(() => {}); // !
  res.sendStatus(202);
}));
module.exports = router;`,
  ],
]);

checkStyles('serial-awaits', [
  [
    'a resolver of NestJS, a handler of Fastify',
    `import { Controller, Get } from '@nestjs/common';
import { PrismaClient } from '@prisma/client';
@Controller()
export class Dashboard {
  constructor(private readonly prisma: PrismaClient) {}
  @Get('dashboard')
  async show() {
    const orders = await this.prisma.order.count();
    const users = await this.prisma.user.count(); // !
    const last = await this.prisma.order.findFirst({ where: { id: orders } }); // !
    return { orders, users, last };
  }
}`,
  ],
  [
    'models of mongoose in a controller of Express',
    `const Product = require('mongoose').model('Product', schema);
const Review = require('mongoose').model('Review', other);
exports.list = async (req, res) => {
  const products = await Product.find({ shop: req.params.shop });
  const reviews = await Review.find({ shop: req.params.shop }); // !
  res.json({ products, reviews });
};`,
  ],
]);

checkStyles('server-timeouts', [
  [
    'an application of Express, a server of its own, numbers from the environment',
    `const app = require('express')();
const server = app.listen(process.env.PORT || 3000, () => console.log('up'));
server.keepAliveTimeout = 65 * 1000;
server.headersTimeout = 5 * 1000; // !
server.setTimeout(10_000); // !
server.requestTimeout = Number(process.env.REQUEST_TIMEOUT ?? 300_000);`,
  ],
  [
    'NestJS: the server below',
    `import { NestFactory } from '@nestjs/core';
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  const server = await app.listen(3000);
  server.setTimeout(30_000); // !
  app.getHttpServer().headersTimeout = 61_000;
}
bootstrap();`,
  ],
]);

checkStyles('dns-lookup', [
  [
    'a guard against addresses of the network, per request',
    `import { lookup } from 'node:dns/promises';
import express from 'express';
const app = express();
async function isPrivate(url: string) {
  const { address } = await lookup(new URL(url).hostname); // !
  return address.startsWith('10.');
}
app.post('/hooks', async (req, res) => {
  if (await isPrivate(req.body.url)) return res.sendStatus(400);
  res.sendStatus(204);
});`,
  ],
  [
    'promisify, and a list of hosts',
    `const dns = require('dns');
const { promisify } = require('util');
const lookup = promisify(dns.lookup);
exports.resolveAll = (hosts) => Promise.all(hosts.map((host) => lookup(host))); // !
exports.one = (host) => lookup(host);`,
  ],
]);

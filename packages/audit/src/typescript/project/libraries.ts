/** Modules that a rule knows something about; written in quotes wherever a file uses one. */
const NAMES = [
  ...['pg', 'pg-pool', 'mysql2?', 'knex', '@prisma/client', 'drizzle-orm', 'sequelize', 'sequelize-typescript'],
  ...['typeorm', '@nestjs/typeorm', 'mongodb', 'ioredis', 'kafkajs', 'generic-pool', 'undici', 'axios', 'got', 'ky'],
  ...[
    'mongoose',
    '@nestjs/mongoose',
    'redis',
    'postgres',
    'pg-promise',
    'mariadb',
    'tedious',
    'mssql',
    '@nestjs/axios',
  ],
  ...['stripe', 'openai', '@anthropic-ai/sdk', 'nodemailer', '@sendgrid/mail', 'resend'],
  ...['needle', 'request', 'request-promise', 'request-promise-native', 'ofetch'],
  ...['superagent', 'node-fetch', 'cross-fetch', '@grpc/grpc-js', '@aws-sdk', 'https?', 'http2', 'follow-redirects'],
];
const LIBRARY = new RegExp(`['"\`](?:node:)?(?:${NAMES.join('|')})(?:/[\\w./-]*)?['"\`]`);
const LIBRARY_NAME = new RegExp(`^(?:node:)?(?:${NAMES.join('|')})(?:/|$)`);

/** Made by a tool, it is imported from anywhere. */
const PRISMA_CLIENT = /\bPrismaClient\b/;

/** Does the text name a library that a rule knows? */
export function namesLibrary(text: string): boolean {
  return LIBRARY.test(text) || PRISMA_CLIENT.test(text);
}

export function isLibrary(specifier: string): boolean {
  return LIBRARY_NAME.test(specifier);
}

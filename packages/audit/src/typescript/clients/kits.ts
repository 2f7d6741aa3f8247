import type { Client } from './client.ts';

/**
 * Kits of services that end a call by themselves, late as that may be (stripe 80 s, openai and Anthropic's 10 minutes, nodemailer's
 * sockets 10 minutes: their own manuals): not unbounded, but calls like any other where a transaction or a handler is concerned.
 */
const KITS: readonly { readonly name: string; readonly call: RegExp }[] = [
  { name: 'stripe', call: /^stripe:(?:\w*\{\}|(?:default)?\(\)|Stripe\(\))(?:\.(?!webhooks\b)\w+){2,4}$/ },
  { name: 'openai', call: /^openai:\w*\{\}(?:\.\w+){2,4}$/ },
  { name: 'anthropic', call: /^@anthropic-ai\/sdk:\w*\{\}(?:\.\w+){2,4}$/ },
  { name: 'nodemailer', call: /^nodemailer:createTransport\(\)\.(?:sendMail|verify)$/ },
  { name: 'sendgrid', call: /^@sendgrid\/mail:(?:default\.)?(?:send|sendMultiple)$/ },
  { name: 'resend', call: /^resend:Resend\{\}\.\w+\.\w+$/ },
];

export const kitClient: Client = {
  matches: (path) => KITS.some(({ call }) => call.test(path)),
  read: (_, call, path) => ({
    call,
    name: KITS.find((kit) => kit.call.test(path))?.name ?? path,
    bounded: 'yes',
    signal: 'unknown',
    help: 'Set the timeout of the kit below what a request may take.',
  }),
};

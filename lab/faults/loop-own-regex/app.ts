import Fastify from 'fastify';

const app = Fastify();

/** Words of letters, separated by single blanks or dashes. */
function isTitle(text: string): boolean {
  return /^([a-z]+[ -]?)+$/i.test(text);
}

app.get<{ Querystring: { title: string } }>('/validate', async (request) => {
  return { ok: isTitle(request.query.title) };
});

app.get('/', async () => 'titles');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });

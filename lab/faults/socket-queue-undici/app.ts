import Fastify from 'fastify';
import { Pool } from 'undici';

const images = new Pool(process.env.IMAGES_URL ?? '', { connections: Number(process.env.IMAGE_SOCKETS ?? 2) });
const app = Fastify();

app.get<{ Params: { id: string } }>('/thumbnails/:id', async (request) => {
  const { body } = await images.request({ method: 'GET', path: `/small/${request.params.id}` });
  const bytes = await body.arrayBuffer();
  return { bytes: bytes.byteLength };
});

app.get('/formats', async () => ['png', 'webp']);

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });

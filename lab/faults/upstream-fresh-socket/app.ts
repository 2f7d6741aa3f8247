import { Agent } from 'node:http';
import axios from 'axios';
import Fastify from 'fastify';

// The load balancer in front of shipping forgets idle connections, so we do not keep any.
const shipping = axios.create({ baseURL: process.env.SHIPPING_URL ?? '', httpAgent: new Agent({ keepAlive: false }) });
const app = Fastify();

app.get<{ Params: { id: string } }>('/parcels/:id', async (request) => {
  const { data } = await shipping.get(`/parcels/${request.params.id}/status`);
  return { id: request.params.id, status: data.status };
});

app.post<{ Body: { weight: number } }>('/parcels', async (request) => {
  const { data } = await shipping.post('/parcels', request.body);
  return { id: data.id };
});

app.get('/carriers', async () => ['dhl', 'ups', 'gls']);

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });

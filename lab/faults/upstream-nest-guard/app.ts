import 'reflect-metadata';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Param,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import axios from 'axios';

@Injectable()
class SessionsClient {
  readonly #http = axios.create({ baseURL: process.env.SESSIONS_URL ?? '' });

  async isAlive(token: string): Promise<boolean> {
    const { status } = await this.#http.get(`/sessions/${token}`);
    return status === 200;
  }
}

@Injectable()
class SessionGuard implements CanActivate {
  readonly #sessions: SessionsClient;

  constructor(sessions: SessionsClient) {
    this.#sessions = sessions;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    if (await this.#sessions.isAlive(headers['x-session'] ?? 'none')) return true;
    throw new UnauthorizedException();
  }
}

@Controller('orders')
@UseGuards(SessionGuard)
class OrdersController {
  @Get(':id')
  find(@Param('id') id: string): { id: string; state: string } {
    return { id, state: Number(id) % 3 === 0 ? 'sent' : 'open' };
  }
}

@Controller()
class StatusController {
  @Get('status')
  status(): { ok: boolean } {
    return { ok: true };
  }
}

@Module({ controllers: [OrdersController, StatusController], providers: [SessionsClient, SessionGuard] })
class AppModule {}

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');

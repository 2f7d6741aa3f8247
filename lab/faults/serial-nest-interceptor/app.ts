import 'reflect-metadata';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  type NestInterceptor,
  Param,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { map, type Observable } from 'rxjs';

@Injectable()
class RightsClient {
  readonly #url = process.env.RIGHTS_URL ?? '';

  async rightsOf(role: string): Promise<unknown> {
    const response = await fetch(`${this.#url}/roles/${role}`);
    return response.json();
  }
}

/** Tells the page what its reader may do. */
@Injectable()
class RightsInterceptor implements NestInterceptor {
  readonly #client: RightsClient;

  constructor(client: RightsClient) {
    this.#client = client;
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<object>> {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    const rights: unknown[] = [];
    for (const role of (request.headers['x-roles'] ?? '').split(',')) {
      rights.push(await this.#client.rightsOf(role));
    }
    return next.handle().pipe(map((page: object) => ({ ...page, rights: rights.length })));
  }
}

@Controller()
class ReportsController {
  @Get('reports/:id')
  @UseInterceptors(RightsInterceptor)
  find(@Param('id') id: string): object {
    return { id, title: `report ${id}` };
  }

  @Get()
  about(): string {
    return 'reports';
  }
}

@Module({ controllers: [ReportsController], providers: [RightsClient, RightsInterceptor] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');

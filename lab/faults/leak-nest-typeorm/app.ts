import 'reflect-metadata';
import { Body, Controller, Get, Injectable, Module, Param, ParseIntPipe, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import { Column, type DataSource, Entity, PrimaryColumn } from 'typeorm';

@Entity('products')
class Product {
  @PrimaryColumn('int')
  id!: number;

  @Column('text')
  title!: string;

  @Column('int')
  cents!: number;
}

@Injectable()
class ProductsService {
  readonly #dataSource: DataSource;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async importOne(id: number): Promise<void> {
    const runner = this.#dataSource.createQueryRunner();
    await runner.connect();
    await runner.startTransaction();
    await runner.manager.insert(Product, { id, title: 'imported', cents: 1 });
    await runner.commitTransaction();
    await runner.release();
  }

  find(id: number): Promise<Product | null> {
    return this.#dataSource.getRepository(Product).findOneBy({ id });
  }
}

@Controller()
class ProductsController {
  readonly #service: ProductsService;

  constructor(service: ProductsService) {
    this.#service = service;
  }

  @Post('import')
  async importOne(@Body('id', ParseIntPipe) id: number): Promise<void> {
    await this.#service.importOne(id);
  }

  @Get('products/:id')
  async find(@Param('id', ParseIntPipe) id: number): Promise<{ product: Product | null }> {
    return { product: await this.#service.find(id) };
  }

  @Get()
  about(): string {
    return 'import';
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL ?? '',
      entities: [Product],
      poolSize: Number(process.env.DB_POOL ?? 10),
    }),
  ],
  controllers: [ProductsController],
  providers: [ProductsService],
})
class AppModule {}

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');

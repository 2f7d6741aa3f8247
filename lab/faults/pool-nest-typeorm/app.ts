import 'reflect-metadata';
import { Controller, Get, Injectable, Module, Param, ParseIntPipe, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectDataSource, InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, type DataSource, Entity, PrimaryGeneratedColumn, type Repository } from 'typeorm';

@Entity('invoices')
class Invoice {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('int')
  cents!: number;
}

@Injectable()
class LedgerClient {
  readonly #url = process.env.LEDGER_URL ?? '';

  async book(id: number): Promise<void> {
    const booked = await fetch(`${this.#url}/entries/${id}`, { method: 'PUT' });
    if (!booked.ok) throw new Error('not booked');
  }
}

@Injectable()
class InvoicesService {
  readonly #dataSource: DataSource;
  readonly #invoices: Repository<Invoice>;
  readonly #ledger: LedgerClient;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    @InjectRepository(Invoice) invoices: Repository<Invoice>,
    ledger: LedgerClient,
  ) {
    this.#dataSource = dataSource;
    this.#invoices = invoices;
    this.#ledger = ledger;
  }

  create(cents: number): Promise<Invoice> {
    return this.#dataSource.transaction(async (manager) => {
      const invoice = await manager.save(manager.create(Invoice, { cents }));
      await this.#ledger.book(invoice.id);
      return invoice;
    });
  }

  find(id: number): Promise<Invoice | null> {
    return this.#invoices.findOneBy({ id });
  }
}

@Controller()
class InvoicesController {
  readonly #service: InvoicesService;

  constructor(service: InvoicesService) {
    this.#service = service;
  }

  @Post('invoices')
  create(): Promise<Invoice> {
    return this.#service.create(4_200);
  }

  @Get('invoices/:id')
  async find(@Param('id', ParseIntPipe) id: number): Promise<{ invoice: Invoice | null }> {
    return { invoice: await this.#service.find(id) };
  }

  @Get()
  about(): string {
    return 'invoices';
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL ?? '',
      entities: [Invoice],
      poolSize: Number(process.env.DB_POOL ?? 10),
    }),
    TypeOrmModule.forFeature([Invoice]),
  ],
  controllers: [InvoicesController],
  providers: [InvoicesService, LedgerClient],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');

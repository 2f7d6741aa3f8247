import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf, limitsOf, rulesIn } from '../../testing/chain-of.ts';

const HEAD = `variable "stage" { default = "prod" }
variable "seconds" { default = { prod = 40, test = 400 } }
variable "open" {}
variable "none" { default = null }
locals {
  name  = "web"
  limit = { web = { idle = 90 }, jobs = { idle = 900 } }
}
`;

async function idleOf(expression: string, more: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const text = `${HEAD}resource "aws_lb" "a" {\n  idle_timeout = ${expression}\n}\n`;
  return limitsOf(await chainOf({ 'main.tf': text, ...more }), 'response')[0];
}

describe('Terraform', () => {
  it('decides what the files decide', async () => {
    assert.equal(await idleOf('var.seconds[var.stage]'), 40_000);
    assert.equal(await idleOf('local.limit["web"].idle'), 90_000);
    assert.equal(await idleOf('local.limit[local.name].idle + 5'), 95_000);
    assert.equal(await idleOf('coalesce(var.none, 70)'), 70_000);
    assert.equal(await idleOf('lookup(var.seconds, "stage", 55)'), 55_000);
    assert.equal(await idleOf('var.stage == "prod" ? 30 : 300'), 30_000);
    assert.equal(await idleOf('min(120, var.seconds.test)'), 120_000);
    assert.equal(await idleOf('tonumber("65")'), 65_000);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Terraform's
    assert.equal(await idleOf('"${var.seconds.prod}"'), 40_000);
    assert.equal(await idleOf('try(var.seconds.nothing, 12)'), 12_000);
    assert.equal(await idleOf('[10, 20][1]'), 20_000);
  });

  it('leaves open what is decided elsewhere', async () => {
    for (const open of [
      'var.open',
      'coalesce(var.open, 60)',
      'data.x.y.z',
      'lookup(var.seconds, var.open, 5)',
      'max(var.open, 3)',
      'f(1)',
    ])
      assert.equal(await idleOf(open), 'unknown', open);
  });

  it('takes values from files of them, and no circle is too long', async () => {
    assert.equal(await idleOf('var.open', { 'terraform.tfvars': 'open = 25\n' }), 25_000);
    assert.equal(await idleOf('var.open', { 'prod.tfvars': 'open = 26\n' }), 26_000);
    assert.equal(await idleOf('var.open', { 'prod.tfvars': 'open = 26\n', 'test.tfvars': 'open = 27\n' }), 'unknown');
    assert.equal(await idleOf('local.a', { 'b.tf': 'locals {\n a = local.b\n b = local.a\n}\n' }), 'unknown');
  });

  it('joins a function with its program, and that with RDS Proxy', async () => {
    const report = await chainOf({
      'main.tf': `resource "aws_lambda_function" "f" {
  handler = "orders.get"
  runtime = "nodejs22.x"
  timeout = 10
}
resource "aws_db_proxy" "p" {
  engine_family       = "MYSQL"
  idle_client_timeout = 60
}
`,
      'src/orders.js':
        "const mysql = require('mysql2/promise');\nconst pool = mysql.createPool({ host: process.env.DB, maxIdle: 1, idleTimeout: 30000 });\nexports.get = async () => pool.query('select 1');\n",
    });
    assert.deepEqual(
      report.chains.map((chain) => chain.map(({ name }) => name)),
      [['lambda f', 'mysql2 pool', 'rds proxy p']],
    );
    assert.ok(rulesIn(report).includes('acquire-exceeds-budget main.tf:6'));
    assert.ok(!rulesIn(report).some((rule) => rule.startsWith('keep-alive')));
  });
});

describe('modules of Terraform', () => {
  const module = {
    'modules/alb/main.tf': 'resource "aws_lb" "a" {\n  idle_timeout = var.idle\n}\n',
    'modules/alb/variables.tf': 'variable "idle" { default = 60 }\n',
  };
  const idle = async (files: Readonly<Record<string, string>>) =>
    limitsOf(await chainOf({ ...module, ...files }), 'response')[0];

  it('have what the blocks that use them give, where they agree', async () => {
    const call = (value: string, name = 'web') => `module "${name}" {\n  source = "../modules/alb"\n  ${value}\n}\n`;
    assert.equal(await idle({}), 60_000);
    assert.equal(await idle({ 'prod/main.tf': call('idle = 30') }), 30_000);
    assert.equal(await idle({ 'prod/main.tf': call('') }), 60_000);
    assert.equal(await idle({ 'prod/main.tf': call('idle = 30'), 'dev/main.tf': call('idle = 90') }), 'unknown');
    assert.equal(await idle({ 'prod/main.tf': call('idle = 30') + call('idle = 30', 'admin') }), 30_000);
    const variable = 'variable "idle" { default = 45 }\n';
    assert.equal(await idle({ 'prod/main.tf': call('idle = var.idle'), 'prod/variables.tf': variable }), 45_000);
    assert.equal(
      await idle({ 'prod/main.tf': call('idle = var.idle'), 'prod/v.tf': 'variable "idle" {}\n' }),
      'unknown',
    );
    const other = 'module "x" {\n  source = "terraform-aws-modules/alb/aws"\n  idle = 5\n}\n';
    assert.equal(await idle({ 'prod/main.tf': other }), 60_000);
  });
});

describe('CloudFront in front of API Gateway', () => {
  it('is known by the API its origin names', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Terraform's
    const domain = '"${aws_api_gateway_rest_api.shop.id}.execute-api.eu-west-1.amazonaws.com"';
    const files = {
      'cdn.tf': `resource "aws_cloudfront_distribution" "cdn" {
  origin {
    domain_name = ${domain}
    origin_id   = "api"
    custom_origin_config { origin_read_timeout = 10 }
  }
}
`,
      'api.tf': `resource "aws_api_gateway_integration" "orders" {
  rest_api_id          = aws_api_gateway_rest_api.shop.id
  type                 = "HTTP_PROXY"
  timeout_milliseconds = 20000
}
`,
    };
    assert.deepEqual(rulesIn(await chainOf(files)), ['outer-shorter api.tf:4']);
  });
});

export interface AgentSettings {
  /** File URL of the agent's register module. */
  readonly registerUrl: string;
  /** File the agent appends its records to. */
  readonly sinkPath: string;
  /** Milliseconds; absent: the environment's own, else the agent's default. */
  readonly budgetMs?: number;
  /** `GET /report=5s` each; stronger than those already in the environment. */
  readonly routeBudgets: readonly string[];
}

/**
 * The environment in which every Node process that starts loads the agent: the command itself, cluster workers, npm scripts.
 * Worker threads inherit it too and are left to the agent. A URL holds neither spaces nor quotes nor backslashes, so it needs no quoting in
 * NODE_OPTIONS, which knows no escape for single quotes.
 */
export function agentEnvironment(env: NodeJS.ProcessEnv, settings: AgentSettings): NodeJS.ProcessEnv {
  const routeBudgets = [env.HOLDUP_ROUTE_BUDGETS, ...settings.routeBudgets].filter((text) => text);
  return {
    ...env,
    NODE_OPTIONS: [env.NODE_OPTIONS?.trim(), `--import=${settings.registerUrl}`].filter((text) => text).join(' '),
    HOLDUP_SINK: `file:${settings.sinkPath}`,
    ...(settings.budgetMs === undefined ? {} : { HOLDUP_BUDGET: `${settings.budgetMs}ms` }),
    ...(routeBudgets.length === 0 ? {} : { HOLDUP_ROUTE_BUDGETS: routeBudgets.join('\n') }),
  };
}

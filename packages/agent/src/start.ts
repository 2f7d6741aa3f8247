import { Agent } from './agent.ts';
import { configFromEnv, readSwitch } from './config.ts';
import { installAgent, installedAgent } from './global.ts';

/** Starts the agent of this thread from the environment; does nothing when one runs already. Never throws. */
export function start(): void {
  if (installedAgent() !== undefined) return;
  try {
    const complaints: string[] = [];
    const complain = (line: string) => void complaints.push(line);
    if (!readSwitch('HOLDUP', process.env.HOLDUP, complain)) return;
    const agent = new Agent(configFromEnv(process.env, complain));
    installAgent(agent);
    for (const line of complaints) agent.notice(line);
    agent.start();
  } catch (error) {
    // Nothing is set up yet that could say it better.
    process.emitWarning(`Holdup could not start: ${String(error)}`, 'HoldupWarning');
  }
}

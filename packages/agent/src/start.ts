import { Agent } from './agent.ts';
import { type AgentConfig, configFromEnv, readSwitch } from './config.ts';
import { installAgent, installedAgent } from './global.ts';
import { IS_BUNDLED } from './host-files.ts';

/** Starts the agent of this thread from the environment; does nothing when one runs already. Never throws. */
export function start(): void {
  if (installedAgent() !== undefined) return;
  try {
    const complaints: string[] = [];
    const complain = (line: string) => void complaints.push(line);
    if (!readSwitch('HOLDUP', process.env.HOLDUP, complain)) return;
    const agent = new Agent(withinReach(configFromEnv(process.env, complain), complain));
    installAgent(agent);
    for (const line of complaints) agent.notice(line);
    agent.start();
  } catch (error) {
    // Nothing is set up yet that could say it better.
    process.emitWarning(`Holdup could not start: ${String(error)}`, 'HoldupWarning');
  }
}

/** What lies in a file of its own is not there when the agent is a part of the host's. */
function withinReach(config: AgentConfig, complain: (line: string) => void): AgentConfig {
  if (!IS_BUNDLED || !config.watchdog) return config;
  complain(
    "the agent is bundled into the service's own file, which has no thread of it: no stacks of blocked loops, no debug " +
      'endpoints; load it from its package, with --import @holdup/agent/register, and leave it out of the bundle',
  );
  return { ...config, watchdog: false };
}

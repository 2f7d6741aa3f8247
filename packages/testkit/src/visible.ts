/** Frames of Node that a start with --import, a context, a hook of promises or a channel put into a stack. */
const FRAME_OF_NODE =
  /node:internal\/(timers|modules|process\/execution|process\/task_queues|main|async_local_storage|async_hooks)|node:(async_hooks|diagnostics_channel)/;

/**
 * What a process wrote, in lines that can be compared with another run's: pids, ports and the like differ from run to run. Of
 * a stack the places count: not the agent's own, and not the names V8 finds for a function by what it was called through.
 * @param ownFolders where the agent lies
 */
export function toVisible(text: string, pid: number, ownFolders: readonly string[]): string[] {
  return (
    text
      // Where a pid stands, not wherever its digits do: a process 404 answers 404 too.
      .replaceAll(new RegExp(`(node:|pid:? )${pid}\\b`, 'g'), '$1<pid>')
      .replaceAll(/(ws:\/\/127\.0\.0\.1:)\d+\/[\w-]+/g, '$1<port>/<id>')
      .replaceAll(/(127\.0\.0\.1:|localhost:|::1\]?:)\d+/g, '$1<port>')
      .replaceAll(/\b(port|processID|secretKey|\[?Symbol\(\w*async_id_symbol\)\]?): -?\d+/g, '$1: <number>')
      .replaceAll(/\b[0-9A-F]{12}0000:error:/g, '<thread>:error:')
      // Node leaves out what two stacks have in common but for the outermost frame.
      .replaceAll(/ +\.\.\. collapsed \d+ duplicate lines .*\n/g, '')
      .replaceAll(/ +\[\.\.\. lines matching original stack trace \.\.\.\]\n.*\n/g, '')
      .split('\n')
      .flatMap((line) => {
        const frame = /^\s+at (?:.* \()?(.*?)\)?(?: \{)?$/.exec(line);
        if (frame === null) return [line];
        const place = frame[1] ?? '';
        return ownFolders.some((folder) => place.includes(folder)) || FRAME_OF_NODE.test(place) ? [] : [`at ${place}`];
      })
  );
}

import type { EscalatedWindow } from './escalation.ts';

/**
 * Writes what closer looks see into a folder.
 * @param notice Told once when it cannot be written.
 */
export function keepProfilesIn(folder: string, notice: (text: string) => void): (window: EscalatedWindow) => void {
  let isSaid = false;
  const keep = async (window: EscalatedWindow) => {
    try {
      // The encoder is loaded when there is something to write.
      const { writeProfile } = await import('./profile-files.ts');
      await writeProfile(folder, window);
    } catch (error) {
      if (isSaid) return;
      isSaid = true;
      notice(
        `HOLDUP_PROFILE_DIR: ${folder} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  return (window) => void keep(window);
}

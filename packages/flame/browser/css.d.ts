/** Bundled beside the script, see scripts/bundle.mjs. */
declare module '*.css';

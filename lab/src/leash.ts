/** Loaded into every service of the lab: without the lab there is nobody to serve. */
process.once('disconnect', () => process.exit(0));
// Listening for the end must not keep the service running.
process.channel?.unref();

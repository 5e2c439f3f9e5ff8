import path from 'node:path';

/** This checkout. */
export const ROOT = path.resolve(__dirname, '..');

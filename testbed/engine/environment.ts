import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../root';

/**
 * Sets the environment variables that `n8n-core` reads once, when it is loaded: import this file
 * first. A user folder of its own keeps the settings of a real n8n from being used.
 */
const userFolder = path.join(ROOT, '.cache', 'engine', String(process.pid));
mkdirSync(userFolder, { recursive: true });
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'only-for-this-run';
process.env.N8N_LOG_LEVEL ??= 'silent';
process.once('exit', () => rmSync(userFolder, { recursive: true, force: true }));

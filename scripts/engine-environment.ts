import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * What `n8n-core` reads from its surroundings, once, when it is loaded: import this file first.
 * A temporary user folder keeps a real n8n's settings out of reach.
 */
const userFolder = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-tze-'));
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'only-for-this-run';
process.env.N8N_LOG_LEVEL ??= 'silent';
process.once('exit', () => rmSync(userFolder, { recursive: true, force: true }));

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { FastifyPluginAsync } from 'fastify';

import { ASSETS_PATH } from '../constants';

const CSS = 'text/css; charset=utf-8';

/** The files that the pages load, with the Content-Type of each. */
const ASSETS = {
	'theme.css': CSS,
	'inbox.css': CSS,
	'login.css': CSS,
	'inbox.js': 'text/javascript; charset=utf-8',
	'icon.svg': 'image/svg+xml',
} as const;

export type Asset = keyof typeof ASSETS;

/** Where a page finds a file. */
export function assetUrl(name: Asset): string {
	return `${ASSETS_PATH}/${name}`;
}

/** Serves the pages' files, which are read once. */
export const assetsPlugin: FastifyPluginAsync = async (app) => {
	for (const [name, contentType] of Object.entries(ASSETS)) {
		const content = await readFile(path.join(__dirname, 'assets', name));
		app.get(`/${name}`, (_request, reply) => reply.type(contentType).send(content));
	}
};

import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The files below a folder that contain a text, byte by byte; packages of npm are left out. */
export async function filesContaining(folder: string, text: string): Promise<string[]> {
	const found: string[] = [];
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const file = path.join(folder, entry.name);
		if (isFolderToSearch(entry)) found.push(...(await filesContaining(file, text)));
		else if (entry.isFile() && (await readFile(file)).includes(text)) found.push(file);
	}
	return found;
}

function isFolderToSearch(entry: Dirent): boolean {
	return entry.isDirectory() && entry.name !== 'node_modules';
}

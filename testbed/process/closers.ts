import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { explain } from './trouble';

type Close = () => unknown;

/**
 * What was started and must be ended, last things first: `await using closers = new Closers()`. Node
 * has such a thing itself (`AsyncDisposableStack`) from version 24 on.
 */
export class Closers {
	private readonly closes: Close[] = [];

	/** Remembers how to end something that has just been started. */
	add(close: Close): void {
		this.closes.push(close);
	}

	/** A new folder for scratch files, deleted at the end; also when this program is interrupted. */
	async folder(name: string): Promise<string> {
		const folder = await mkdtemp(path.join(tmpdir(), `${name}-`));
		const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
		process.once('exit', remove);
		this.add(() => {
			process.off('exit', remove);
			remove();
		});
		return folder;
	}

	/** Ends everything, one thing after the other; what cannot be ended is told, and keeps nothing else. */
	async [Symbol.asyncDispose](): Promise<void> {
		for (const close of this.closes.splice(0).reverse()) {
			try {
				await close();
			} catch (error) {
				process.stderr.write(`${explain(error)}\n`);
			}
		}
	}
}

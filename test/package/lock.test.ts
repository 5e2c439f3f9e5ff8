import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { lock, tryLock } from '../../testbed/process/lock';

const folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
const file = path.join(folder, 'lock');
afterEach(() => rmSync(file, { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is had by one at a time', () => {
	const unlock = tryLock(file);
	expect(tryLock(file)).toBeUndefined();
	unlock?.();
	expect(existsSync(file)).toBe(false);
	const again = tryLock(file);
	expect(again).toBeDefined();
	again?.();
});

it('is waited for, and had in the end', async () => {
	const unlock = await lock(file);
	let isHad = false;
	const waiting = lock(file).then((next) => {
		isHad = true;
		return next;
	});
	await new Promise((resolve) => setImmediate(resolve));
	expect(isHad).toBe(false);
	unlock();
	(await waiting)();
});

it('is taken over from a process that is gone', () => {
	const { pid } = spawnSync(process.execPath, ['--version']);
	writeFileSync(file, `${pid} gone`);
	const unlock = tryLock(file);
	expect(unlock).toBeDefined();
	unlock?.();
	expect(readdirSync(folder)).toEqual([]);
});

it('is not taken from a process that lives', () => {
	writeFileSync(file, `${process.ppid} alive`);
	expect(tryLock(file)).toBeUndefined();
});

it('is taken over from an earlier process with the same number', () => {
	writeFileSync(file, `${process.pid} earlier`);
	const unlock = tryLock(file);
	expect(unlock).toBeDefined();
	unlock?.();
});

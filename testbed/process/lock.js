const { randomUUID } = require('node:crypto');
const {
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

/** How often an owner shows that it lives, and after how long a silence it is taken to be gone. */
const SIGN_OF_LIFE_MS = 5_000;
const SILENCE_MS = 30_000;
/** Who waits no longer than this is not told of it. */
const UNNOTICED_MS = 1_000;

/** The locks of this process. */
const held = new Set();

/**
 * Waits until this process alone has the lock; one whose owner was killed is taken over.
 *
 * @param {string} file what the lock is: who can make this file has it
 * @param {() => void} [onWait] called once, when it takes longer
 * @returns {Promise<() => void>} lets the next one in; the end of the process does so, too
 */
async function lock(file, onWait = () => undefined) {
	const start = performance.now();
	let seen = '';
	let seenAt = start;
	let isTold = false;
	for (;;) {
		const unlock = tryLock(file);
		if (unlock !== undefined) return unlock;
		const now = performance.now();
		const owner = read(file);
		const state = `${owner} ${statSync(file, { throwIfNoEntry: false })?.mtimeMs}`;
		// A process id may belong to another program by now: an owner that lives gives signs of it
		if (state !== seen) [seen, seenAt] = [state, now];
		else if (now - seenAt > SILENCE_MS) takeAway(file, owner);
		if (!isTold && now - start > UNNOTICED_MS) {
			isTold = true;
			onWait();
		}
		await sleep(250);
	}
}

/**
 * The same without waiting.
 *
 * @param {string} file
 * @returns {(() => void) | undefined} undefined when another one has the lock
 */
function tryLock(file) {
	const mine = `${process.pid} ${randomUUID()}`;
	mkdirSync(path.dirname(file), { recursive: true });
	if (!makes(file, mine)) {
		const owner = read(file);
		if (!isGone(file, owner)) return undefined;
		takeAway(file, owner);
		if (!makes(file, mine)) return undefined;
	}

	held.add(file);
	const alive = setInterval(() => touch(file), SIGN_OF_LIFE_MS);
	alive.unref();
	const unlock = () => {
		clearInterval(alive);
		process.off('exit', unlock);
		held.delete(file);
		if (read(file) === mine) rmSync(file, { force: true });
	};
	process.on('exit', unlock);
	return unlock;
}

function makes(file, mine) {
	try {
		writeFileSync(file, mine, { flag: 'wx' });
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
		return false;
	}
}

function isGone(file, owner) {
	const pid = Number(owner.split(' ')[0]);
	if (pid === process.pid) return !held.has(file);
	try {
		// An owner that is about to write its id has none yet: 0 stands for this process group
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return error.code === 'ESRCH';
	}
}

/** Of several that want to take it away, one can rename it; a lock that is new by now is put back. */
function takeAway(file, owner) {
	const away = `${file}.${process.pid}`;
	try {
		renameSync(file, away);
	} catch (error) {
		if (error.code !== 'ENOENT') throw error;
		return;
	}
	const taken = read(away);
	if (taken !== owner) makes(file, taken);
	rmSync(away, { force: true });
}

function touch(file) {
	try {
		utimesSync(file, new Date(), new Date());
	} catch {
		// Somebody has deleted the folder
	}
}

function read(file) {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (error.code !== 'ENOENT') throw error;
		return '';
	}
}

module.exports = { lock, tryLock };

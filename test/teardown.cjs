const { existsSync, readdirSync, rmSync } = require('node:fs');
const path = require('node:path');

/**
 * Jest ends its workers without their `exit` event, so their folders are still there; those of another
 * command that runs are left alone.
 */
module.exports = async () => {
	const folder = path.join(__dirname, '..', '.cache', 'engine');
	for (const pid of existsSync(folder) ? readdirSync(folder) : []) {
		if (Number(pid) !== process.pid && isAlive(Number(pid))) continue;
		rmSync(path.join(folder, pid), { recursive: true, force: true });
	}
};

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

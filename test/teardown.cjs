const { rmSync } = require('node:fs');
const path = require('node:path');

/** Jest ends its workers without their `exit` event, so their folders are still there. */
module.exports = async () => {
	rmSync(path.join(__dirname, '..', '.cache', 'engine'), { recursive: true, force: true });
};

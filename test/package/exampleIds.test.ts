import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { findUser } from '../../sandbox/town';
import { ROOT } from '../../testbed/root';

/** What readers see examples in. Dist has the placeholders of the nodes; locales has all of their texts. */
const FOLDERS = [
	...['.', 'docs', 'docs/zh-CN', 'locales', 'nodes', 'credentials'],
	...['workflows', 'workflows/zh-CN'],
];
const files = FOLDERS.flatMap((folder) =>
	readdirSync(path.join(ROOT, folder), { recursive: folder === 'nodes', encoding: 'utf8' })
		.map((name) => path.join(folder, name))
		.filter((name) => /\.(?:md|ts|json)$/.test(name) && !/^package/.test(name)),
);

const texts = files.map((file): [string, string] => [
	file,
	readFileSync(path.join(ROOT, file), 'utf8'),
]);

/** Digits alone where a person's ID stands: in quotes, or in a list. */
const BARE_IDS = /(?<![\w.:/+-])[123]00[1-9](?![\w.)])/g;
const OWN_IDS = /(?<![\w-])P\d{4,}(?!\w)/g;

test('there are examples to look at', () => {
	const used = texts.flatMap(([, text]) => text.match(OWN_IDS) ?? []);
	expect(new Set(used).size).toBeGreaterThan(5);
});

test.each(texts)('%s names people of the town alone', (_file, text) => {
	expect(text.match(BARE_IDS) ?? []).toEqual([]);
	expect((text.match(OWN_IDS) ?? []).filter((id) => findUser(id) === undefined)).toEqual([]);
});

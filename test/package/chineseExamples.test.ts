import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { readTranslations } from '../../scripts/edition';
import {
	EXAMPLES,
	exampleFile,
	exampleNames,
	readExample,
	readExampleTexts,
	type WorkflowFile,
} from '../../testbed/examples';
import { replaceTexts, type TextKind } from '../../testbed/exampleTexts';
import { ROOT } from '../../testbed/root';

const translations = readExampleTexts('zh-CN');
const ofNodes = readTranslations(ROOT, 'zh-CN');
const inChinese = (text: string) => (Object.hasOwn(translations, text) ? translations[text] : text);

/** English sentences that a Chinese example keeps: it quotes a document that is English. */
const SAME = [
	'send both keys with the same value by default',
	'neither is the name of the field that carries the recipients',
	'no example exists',
	'6 hex digits',
	'and is then sent as',
	'the id of this message',
	'which `retCode` means "token expired"',
];

const files = exampleNames();
const textsOf = (workflow: WorkflowFile) => {
	const found: Array<{ text: string; kind: TextKind }> = [];
	replaceTexts(workflow, (text, kind) => {
		found.push({ text, kind });
		return text;
	});
	return found;
};
const texts = files.flatMap((file) => textsOf(readExample(file)));

/** Two words of English, one after the other, outside of the tags of a page. */
const hasWords = (text: string) => /[a-z]{2,} [a-z]{2,}/i.test(text.replace(/<[^>]*>/g, ''));

describe.each(files)('%s', (file) => {
	const english = readExample(file);
	const made = replaceTexts(english, inChinese);

	/** `UPDATE_DOCS=1 npm test -- chineseExamples` writes it anew. */
	it('is what the English file and the translations make', () => {
		const text = `${JSON.stringify(made, null, 2)}\n`;
		const target = exampleFile(file, 'zh-CN');
		if (process.env.UPDATE_DOCS === '1') {
			mkdirSync(path.dirname(target), { recursive: true });
			writeFileSync(target, text);
		}
		expect(readFileSync(target, 'utf8')).toBe(text);
	});

	it('has texts alone that are replaced', () => {
		const same = replaceTexts(english, (text) => text);
		expect(JSON.stringify(same)).toBe(JSON.stringify(english));
	});

	it('has no two nodes of one name, and leads to nodes that are there', () => {
		const names = made.nodes.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		const code = JSON.stringify(made.nodes);
		const called = [...code.matchAll(/\$\('([^']+)'\)/g)].map(([, name]) => name);
		const linked = JSON.stringify(made.connections).matchAll(/"node":"([^"]+)"/g);
		const used = [...called, ...Object.keys(made.connections), ...[...linked].map(([, n]) => n)];
		expect(used.filter((name) => !names.includes(name))).toEqual([]);
	});

	it('has notes that call nodes and fields what they are called there', () => {
		const names = new Set(english.nodes.map(({ name }) => name));
		for (const { text } of textsOf(english).filter(({ kind }) => kind === 'note')) {
			const bold = [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name]) => name);
			const expected = bold
				.filter((name) => names.has(name) || Object.hasOwn(ofNodes, name))
				.map((name) => `**${names.has(name) ? inChinese(name) : ofNodes[name]}**`);
			const note = inChinese(text);
			expect(expected.filter((name) => !note.includes(name))).toEqual([]);
			expect(codesOf(note)).toEqual(codesOf(text));
			// Markdown takes stars for none that stand between a sign and a letter
			expect(note.replace(/\*\*[^*]*\*\*/g, (whole) => `${whole.slice(0, -2)}\u0000`)).not.toMatch(
				/[\p{P}\p{S}]\u0000[\p{L}\p{N}]/u,
			);
		}
	});
});

/** What stands in a note as code: names of settings, columns, tables and files, the same in each language. */
function codesOf(note: string): string[] {
	return [...new Set([...note.matchAll(/`([^`]+)`/g)].map(([, code]) => code))].sort();
}

it('each name, note, label and sentence has a translation', () => {
	const wanted = texts.filter(
		({ text, kind }) => (kind !== 'other' || hasWords(text)) && !SAME.includes(text),
	);
	expect(wanted.length).toBeGreaterThan(200);
	const missing = wanted.map(({ text }) => text).filter((text) => !(text in translations));
	expect([...new Set(missing)]).toEqual([]);
});

it('no translation is of a text that is gone, and none is left in English', () => {
	const known = new Set(texts.map(({ text }) => text));
	const { hasOwn } = Object;
	expect(Object.keys(translations).filter((text) => !known.has(text))).toEqual([]);
	expect(SAME.filter((text) => !known.has(text) || hasOwn(translations, text))).toEqual([]);
	const same = Object.entries(translations).filter(([text, chinese]) => text === chinese);
	expect(same).toEqual([]);
});

it('what the Chinese edition has a word for is called so', () => {
	const other = Object.entries(translations).filter(
		([text, chinese]) => Object.hasOwn(ofNodes, text) && ofNodes[text] !== chinese,
	);
	// The unit of a time there, the label of a number here
	expect(other).toEqual([['Days', '天数']]);
});

it('there is no file of an example that is gone', () => {
	expect(readdirSync(path.join(EXAMPLES, 'zh-CN')).sort()).toEqual(files);
});

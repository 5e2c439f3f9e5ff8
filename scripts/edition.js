const { readFileSync } = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

/** Properties of a description that a user reads. */
const TEXT_PROPERTIES = new Set([
	'action',
	'description',
	'displayName',
	'documentationUrl',
	'hint',
	'label',
	'message',
	'placeholder',
	'subtitle',
]);

/** The file of all errors: every text in it is a user's. */
const isErrorTexts = (file) => path.basename(file) === 'texts.js';

/**
 * Finds what a user can read in a compiled file: labels, hints and the like in descriptions, the
 * names of options and nodes, and the sentences of errors.
 *
 * @param {string} file its path, for its kind
 * @param {string} source its contents
 * @returns {Array<{ start: number, end: number, text: string }>} the literals, in order
 */
function findTexts(file, source) {
	const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
	const found = [];
	const visit = (node) => {
		if (ts.isStringLiteralLike(node) && isText(file, node) && /\p{L}/u.test(node.text)) {
			found.push({ start: node.getStart(tree), end: node.getEnd(), text: node.text });
		}
		ts.forEachChild(node, visit);
	};
	visit(tree);
	return found;
}

function isText(file, literal) {
	const { parent } = literal;
	const isValue =
		(ts.isPropertyAssignment(parent) && parent.initializer === literal) ||
		// A class field of a credential
		(ts.isBinaryExpression(parent) && parent.right === literal) ||
		(ts.isPropertyDeclaration(parent) && parent.initializer === literal);
	if (!isValue) return false;
	if (isErrorTexts(file)) return ts.isPropertyAssignment(parent);

	const name = nameOf(parent);
	// An expression has words of its own in a subtitle alone, which shows the operation's stored name
	if (literal.text.startsWith('=')) return name === 'subtitle' && /operation/.test(literal.text);
	if (TEXT_PROPERTIES.has(name)) return true;
	if (name !== 'name' || !ts.isPropertyAssignment(parent)) return false;
	// An option's name, or the name that a new node is given
	const siblings = parent.parent.properties.map((sibling) => nameOf(sibling));
	return siblings.includes('value') || nameOf(parent.parent.parent) === 'defaults';
}

function nameOf(node) {
	if (node === undefined) return undefined;
	const name = ts.isBinaryExpression(node) ? node.left.name : node.name;
	return name !== undefined && 'text' in name ? name.text : undefined;
}

/**
 * A compiled file with its texts in another language.
 *
 * @param {string} file
 * @param {string} source
 * @param {Record<string, string>} translations by English text
 * @throws when a text has no translation
 */
function translate(file, source, translations) {
	let result = '';
	let position = 0;
	for (const { start, end, text } of findTexts(file, source)) {
		if (!Object.hasOwn(translations, text)) throw new Error(`No translation of: ${text}`);
		result += source.slice(position, start) + JSON.stringify(translations[text]);
		position = end;
	}
	return result + source.slice(position);
}

/** @returns {Record<string, string>} */
function readTranslations(root, language) {
	return JSON.parse(readFileSync(path.join(root, 'locales', `${language}.json`), 'utf8'));
}

module.exports = { findTexts, readTranslations, translate };

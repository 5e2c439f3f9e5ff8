/** The names of what nobody may read in a log, in bodies of every kind. */
const NAMES = 'oauthCode|oauthToken|accessToken|keyInfo|appKey';
const NAME = new RegExp(NAMES, 'i');
/** In a path a name may stand for itself (`/apigateway/getAccessToken`), unless a value follows. */
const NAME_WITH_VALUE = new RegExp(`(${NAMES})(?:=|:|%3[ad]).*`, 'is');
/** The form of the sandbox's own tokens and codes. */
const OWN_FORM = /[0-9a-f]{32}/gi;

const MASK = '***';
/** Deeper than any message; a text of brackets alone would be. */
const MOST_LEVELS = 64;
/** How often a text may be encoded inside of itself. */
const MOST_ENCODINGS = 4;
/** A shorter one would be found in every text. */
const LEAST_SECRET = 6;

/** Takes secrets out of what is logged: anybody who reads a code in a log could use it. */
export class Masker {
	/**
	 * @param given the secrets that were chosen from outside
	 * @param isOwn whether the sandbox has issued this token or code
	 */
	constructor(
		private readonly given: readonly string[],
		private readonly isOwn: (word: string) => boolean,
	) {}

	/** A JSON value without its secrets, however deep they are, texts inside of texts included. */
	value(value: unknown, level = 0): unknown {
		if (typeof value === 'string') return this.text(value);
		if (typeof value !== 'object' || value === null) return value;
		if (level === MOST_LEVELS) return MASK;
		if (Array.isArray(value)) return value.map((entry) => this.value(entry, level + 1));
		return Object.fromEntries(
			Object.entries(value).map(([key, entry]) => [
				this.known(key),
				NAME.test(decoded(key)) ? MASK : this.value(entry, level + 1),
			]),
		);
	}

	/** Texts by their names, without secrets. */
	texts(named: Readonly<Record<string, string>>): Record<string, string> {
		return Object.fromEntries(
			Object.entries(named).map(([name, text]) => [
				this.known(name),
				NAME.test(decoded(name)) ? MASK : this.text(text),
			]),
		);
	}

	/**
	 * A text of any form: broken JSON, a form's fields, a part of one. Where the value after a name ends is
	 * unknown there, so nothing that follows is kept.
	 */
	text(text: string): string {
		const found = NAME.exec(text);
		if (found !== null) return this.known(text.slice(0, found.index)) + found[0] + MASK;
		return NAME.test(decoded(text)) ? MASK : this.known(text);
	}

	/** A path, or another short text in which a name alone is no secret. */
	path(path: string): string {
		return this.known(path.replace(NAME_WITH_VALUE, `$1${MASK}`));
	}

	/** Without the values that are known to be secrets, whatever stands before them. */
	private known(text: string): string {
		return this.given
			.filter((secret) => secret.length >= LEAST_SECRET)
			.reduce((rest, secret) => rest.replaceAll(secret, MASK), text)
			.replace(OWN_FORM, (word) => (this.isOwn(word) ? MASK : word));
	}
}

/** A text in which names can be read: as a form, JSON or UTF-16 may hide them. */
function decoded(text: string): string {
	let plain = text;
	for (let times = 0; times < MOST_ENCODINGS; times++) {
		const next = plain
			.replaceAll('\0', '')
			.replace(/%([0-9a-f]{2})|(?<!\\)\\+u00([0-9a-f]{2})/gi, (_all, byte: string, unit: string) =>
				String.fromCharCode(Number.parseInt(byte ?? unit, 16)),
			);
		if (next === plain) break;
		plain = next;
	}
	return plain;
}

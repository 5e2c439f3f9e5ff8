import { MIN_SECRET_LENGTH } from '../platform/pasted';

/** Takes secrets out of a text. */
export type Hide = (text: string) => string;

const MASK = '***';

/**
 * How much of a secret in a row counts as the secret: more than half of it, and never more than twelve
 * characters. Whoever has less has more left to guess than was told; and nobody guesses the rest of a
 * long one, since what may be told of it ends at eleven.
 */
function pieceLength(length: number): number {
	return Math.min(12, Math.floor(length / 2) + 1);
}

/**
 * A function that takes secrets out of texts: each piece of them that is long enough, in either case of
 * letters, behind the escapes that {@link escapeAt} reads, however often; in base64 and in hex as well.
 * Its time grows with the length of the text, times that of the pieces.
 *
 * @param secrets those that are added later are hidden, too; white space around them does not count, and
 * those of fewer than {@link MIN_SECRET_LENGTH} characters are not searched for.
 * @param piece of a secret of so many characters, how many in a row are hidden.
 */
export function concealer(secrets: Iterable<string>, piece = pieceLength): Hide {
	const known = new Set<string>();
	const pieces = new Pieces();
	return (text) => {
		for (const secret of secrets) {
			if (known.has(secret)) continue;
			known.add(secret);
			pieces.add(secret.trim(), piece);
		}
		return masked(text, pieces.findIn(text));
	};
}

/**
 * A JSON value without secrets, in its texts, its numbers and the names of its fields; two names that
 * become one are numbered. It may be nested as deeply as it likes.
 */
export function concealIn<Value>(value: Value, hide: Hide): Value {
	const open: Array<[from: object, to: unknown[] | Record<string, unknown>]> = [];
	const concealed = (part: unknown): unknown => {
		if (typeof part === 'string') return hide(part);
		if (typeof part === 'number') return hide(String(part)) === String(part) ? part : MASK;
		if (typeof part !== 'object' || part === null) return part;
		const copy = Array.isArray(part) ? [] : {};
		open.push([part, copy]);
		return copy;
	};
	const whole = concealed(value);
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		const [from, to] = next;
		if (Array.isArray(to)) {
			for (const part of from as unknown[]) to.push(concealed(part));
			continue;
		}
		let number = 1;
		for (const [key, part] of Object.entries(from)) {
			const name = hide(key);
			let free = name;
			while (Object.hasOwn(to, free)) free = `${name} ${++number}`;
			// An assignment would not make a field of the name __proto__
			const field = {
				value: concealed(part),
				enumerable: true,
				writable: true,
				configurable: true,
			};
			Object.defineProperty(to, free, field);
		}
	}
	return whole as Value;
}

/** A part of a text: from an index to before another. */
type Range = [from: number, to: number];

/** The text with a mask in the place of each range, and of those that overlap. */
function masked(text: string, ranges: Range[]): string {
	if (ranges.length === 0) return text;
	ranges.sort(([a], [b]) => a - b);
	let result = '';
	let end = 0;
	for (const [from, to] of ranges) {
		if (from >= end) result += text.slice(end, from) + MASK;
		end = Math.max(end, to);
	}
	return result + text.slice(end);
}

/** Every piece of some secrets, by its length: so looking for all of them takes one look at each place. */
class Pieces {
	private readonly byLength = new Map<number, Set<string>>();
	/** No text of fewer bytes holds one. */
	private shortest = Infinity;
	/** Marks the pairs of bytes that pieces begin with: most places of a text need no closer look. */
	private readonly beginnings = new Uint8Array(2 ** 16);

	add(secret: string, piece: (length: number) => number): void {
		if (secret.length < MIN_SECRET_LENGTH) return;
		const plain = spell(secret).text;
		const length = piece(plain.length);
		this.cut(plain, length);
		const read = spell(secret, true).text;
		if (read.length >= MIN_SECRET_LENGTH) this.cut(read, piece(read.length));
		this.cut(Buffer.from(secret).toString('hex'), 2 * length);
		for (const text of inBase64(secret)) this.cut(text, Math.floor((8 * length - 4) / 6));
	}

	private cut(text: string, length: number): void {
		const pieces = this.byLength.get(length) ?? new Set();
		this.byLength.set(length, pieces);
		this.shortest = Math.min(this.shortest, length);
		for (let from = 0; from + length <= text.length; from++) {
			pieces.add(text.slice(from, from + length));
			this.beginnings[pairAt(text, from)] = 1;
		}
	}

	findIn(text: string): Range[] {
		// Escapes stand for fewer bytes than they take
		if (Buffer.byteLength(text) < this.shortest) return [];
		const found = this.findSpelled(spell(text));
		return ESCAPE.test(text) ? [...found, ...this.findSpelled(spell(text, true))] : found;
	}

	private findSpelled({ text, startOf, endOf }: Spelled): Range[] {
		const ranges: Range[] = [];
		let last: Range = [0, 0];
		for (let from = 0; from + 1 < text.length; from++) {
			if (this.beginnings[pairAt(text, from)] === 0) continue;
			for (const [length, pieces] of this.byLength) {
				if (!pieces.has(text.slice(from, from + length))) continue;
				const [start, end] = [startOf(from), endOf(from + length - 1)];
				if (start >= last[1]) ranges.push((last = [start, end]));
				else if (end > last[1]) last[1] = end;
			}
		}
		return ranges;
	}
}

function pairAt(text: string, index: number): number {
	return (text.charCodeAt(index) << 8) | text.charCodeAt(index + 1);
}

/**
 * A secret in base64, of both alphabets, behind no, one or two other bytes; without the signs that these
 * and what follows have a share in.
 */
function inBase64(secret: string): string[] {
	const bytes = Buffer.from(secret);
	return [0, 1, 2].flatMap((before) => {
		const text = Buffer.concat([Buffer.alloc(before), bytes])
			.toString('base64')
			.toLowerCase();
		const end = Math.floor(((before + bytes.length) * 8) / 6);
		const own = text.slice(Math.ceil((before * 8) / 6), end);
		return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
	});
}

/** A text as its bytes in UTF-8, one sign for each, without capital letters. */
interface Spelled {
	text: string;
	/** Where in the text itself that begins which a byte stands for, and where it ends. */
	startOf(byte: number): number;
	endOf(byte: number): number;
}

/** What every escape begins with. */
const ESCAPE = /[%&\\]/;
const [PERCENT, AMPERSAND, BACKSLASH, SEMICOLON, HASH] = Buffer.from('%&\\;#');
const [OPENING_BRACE, CLOSING_BRACE, LETTER_U, LETTER_X] = Buffer.from('{}ux');
/** Signs that JSON and scripts put a backslash before. */
const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\'`/\\'));

/**
 * A text as it is searched.
 *
 * @param isRead whether escapes are read ({@link escapeAt}): also those that come about by reading others,
 * as in a text that was escaped several times. Backslashes are left out then: how many of them stand
 * before a sign depends on who escaped it, and how often.
 */
function spell(text: string, isRead = false): Spelled {
	const isPlain = !isRead && Buffer.byteLength(text) === text.length;
	if (isPlain) {
		return { text: text.toLowerCase(), startOf: (byte) => byte, endOf: (byte) => byte + 1 };
	}

	// What is written never overtakes what is read, so one place holds both
	const bytes = Buffer.from(text);
	const starts = new Uint32Array(bytes.length);
	const ends = new Uint32Array(bytes.length);
	let length = 0;
	/** For how many more bytes an escape may end: most of a text is not looked at closely. */
	let near = 0;
	let index = 0;
	let width = 0;
	const append = (byte: number, start: number) => {
		bytes[length] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
		starts[length] = start;
		ends[length++] = index + width;
		near = byte === PERCENT || byte === AMPERSAND || byte === BACKSLASH ? LONGEST_ESCAPE : near - 1;
	};
	for (const byte of bytes) {
		if (isFirstOfCharacter(byte)) {
			index += width;
			// As JavaScript counts
			width = byte >= 0xf0 ? 2 : 1;
		}
		append(byte, index);
		while (isRead && near > 0) {
			const escape = escapeAt(bytes, length);
			if (escape === undefined) break;
			length -= escape.length;
			const start = starts[length];
			for (const read of escape.bytes) append(read, start);
			near = LONGEST_ESCAPE;
		}
	}
	let kept = 0;
	for (let byte = 0; byte < length; byte++) {
		if (isRead && bytes[byte] === BACKSLASH) continue;
		bytes[kept] = bytes[byte];
		starts[kept] = starts[byte];
		ends[kept++] = ends[byte];
	}
	return {
		text: bytes.toString('latin1', 0, kept),
		startOf: (byte) => starts[byte],
		endOf: (byte) => ends[byte],
	};
}

function isFirstOfCharacter(byte: number): boolean {
	return (byte & 0xc0) !== 0x80;
}

/** Signs as HTML names them, of those that can be in a token. */
const NAMED: ReadonlyMap<string, number> = new Map(
	[
		...['amp&', 'lt<', 'gt>', 'quot"', "apos'", 'plus+', 'sol/', 'equals=', 'bsol\\', 'percnt%'],
		...['num#', 'ast*', 'lowbar_', 'commat@', 'colon:', 'comma,', 'period.', 'semi;', 'excl!'],
		...['quest?', 'dollar$', 'lpar(', 'rpar)'],
	].map((entry) => [entry.slice(0, -1), entry.charCodeAt(entry.length - 1)]),
);

/** An escape at the end of a text: how long it is, and the bytes that it stands for, which are fewer. */
interface Escape {
	length: number;
	bytes: Iterable<number>;
}

/** The longest that is read: `&#1114111;` and `\u{10ffff}`, with some of the zeros that both allow. */
const LONGEST_ESCAPE = 20;

/**
 * The escape that ends a text, if one does: `%2B` of an address, `%u002B` of old scripts, `&#43;` of HTML,
 * `\u002B`, `\u{2B}`, `\x2B`, `\"`, `\/` and `\\` of JSON and of scripts.
 */
function escapeAt(text: Buffer, length: number): Escape | undefined {
	const last = text[length - 1];
	if (last === SEMICOLON) return entityAt(text, length);
	if (last === CLOSING_BRACE) return bracedAt(text, length);
	if (text[length - 2] === BACKSLASH && ESCAPED.has(last)) return { length: 2, bytes: [last] };
	if (digitOf(last) === -1) return undefined;
	if (text[length - 3] === PERCENT) return hexEscape(text, length, 3, 2, (code) => [code]);
	if (text[length - 4] === BACKSLASH && text[length - 3] === LETTER_X) {
		return hexEscape(text, length, 4, 2, bytesOf);
	}
	const first = text[length - 6];
	const isLong = text[length - 5] === LETTER_U && (first === PERCENT || first === BACKSLASH);
	return isLong ? hexEscape(text, length, 6, 4, bytesOf) : undefined;
}

/** An escape that ends in so many hex digits. */
function hexEscape(
	text: Uint8Array,
	end: number,
	length: number,
	digits: number,
	read: (code: number) => Iterable<number>,
): Escape | undefined {
	let code = 0;
	for (let at = end - digits; at < end; at++) {
		const digit = digitOf(text[at]);
		if (digit === -1) return undefined;
		code = code * 16 + digit;
	}
	return { length, bytes: read(code) };
}

/** A hex digit, in small letters; -1 for any other sign. */
function digitOf(byte: number): number {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

/** Where the last such byte stands that an escape may begin with; -1 when there is none near. */
function lastNear(text: Uint8Array, length: number, byte: number): number {
	const first = Math.max(0, length - LONGEST_ESCAPE);
	for (let at = length - 1; at >= first; at--) if (text[at] === byte) return at;
	return -1;
}

/** A code point in digits, all of them; NaN when they are none. */
function codePointIn(text: Uint8Array, from: number, to: number, base: 10 | 16): number {
	let code = from < to ? 0 : NaN;
	for (let at = from; at < to; at++) {
		const digit = digitOf(text[at]);
		code = digit === -1 || digit >= base ? NaN : code * base + digit;
	}
	return code <= 0x10ffff ? code : NaN;
}

function bracedAt(text: Uint8Array, length: number): Escape | undefined {
	const start = lastNear(text, length, BACKSLASH);
	if (start === -1 || text[start + 1] !== LETTER_U || text[start + 2] !== OPENING_BRACE) {
		return undefined;
	}
	const code = codePointIn(text, start + 3, length - 1, 16);
	return Number.isNaN(code) ? undefined : { length: length - start, bytes: bytesOf(code) };
}

function entityAt(text: Buffer, length: number): Escape | undefined {
	const start = lastNear(text, length, AMPERSAND);
	if (start === -1) return undefined;
	if (text[start + 1] !== HASH) {
		const sign = NAMED.get(text.toString('latin1', start + 1, length - 1));
		return sign === undefined ? undefined : { length: length - start, bytes: [sign] };
	}
	const isHex = text[start + 2] === LETTER_X;
	const code = codePointIn(text, start + (isHex ? 3 : 2), length - 1, isHex ? 16 : 10);
	return Number.isNaN(code) ? undefined : { length: length - start, bytes: bytesOf(code) };
}

function bytesOf(code: number): Uint8Array {
	return Buffer.from(String.fromCodePoint(code));
}

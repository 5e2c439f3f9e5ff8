import { InvalidFieldError, requiredText, type Field } from './checks';

/** No setting is longer. What is, is not looked into, since that could take long. */
const MAX_LENGTH = 8192;

/**
 * What is shorter is no secret: it would be found within ordinary words, so it could not be kept out of
 * outputs and errors; and it can be guessed (D).
 */
export const MIN_SECRET_LENGTH = 8;

/**
 * A token or a key that is long enough to be kept secret.
 *
 * @throws InvalidFieldError `tooShort`
 */
export function longEnough(secret: string, field: Field): string {
	if (secret.length >= MIN_SECRET_LENGTH) return secret;
	throw new InvalidFieldError(field, 'tooShort', { min: MIN_SECRET_LENGTH });
}

/** Signs that nobody sees and that come along with a paste: zero-width, bidi and control characters. */
const INVISIBLE = /(?!\s)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const DOUBLE_QUOTES = /[“”„‟«»「」『』〝〞]/g;
const SINGLE_QUOTES = /[‘’‚‛‹›`´]/g;
/** `！` to `～`: ASCII as a Chinese keyboard types it. */
const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
const FULL_WIDTH_DISTANCE = 0xfee0;

/** What stands around a value, and what a sentence leaves behind it. */
const AROUND = /[\s"']/;
const BEHIND = /[\s"',.;。、]/;

/**
 * A setting as it was meant, whatever it was pasted with: quotes, white space and invisible signs
 * around it, full-width signs, the comma behind it.
 *
 * @throws InvalidFieldError `required`, `notText` or `tooLong`.
 */
function plainText(value: unknown, field: Field): string {
	const text = requiredText(value, field);
	if (text.length > MAX_LENGTH) {
		throw new InvalidFieldError(field, 'tooLong', { length: text.length, max: MAX_LENGTH });
	}
	const plain = unwrapped(
		text
			.replace(INVISIBLE, '')
			.replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH_DISTANCE))
			.replace(DOUBLE_QUOTES, '"')
			.replace(SINGLE_QUOTES, "'"),
	);
	if (plain === '') throw new InvalidFieldError(field, 'required');
	return plain;
}

function unwrapped(text: string): string {
	let [start, end] = [0, text.length];
	while (start < end && AROUND.test(text[start])) start++;
	while (start < end && BEHIND.test(text[end - 1])) end--;
	return text.slice(start, end);
}

/** Without the white space that breaks a long value; a single space is somebody's own. */
function unbroken(text: string): string {
	return text.replace(/\s+/g, (space) => (/^ +$/.test(space) ? ' ' : ''));
}

/**
 * An address or a path: without the method before it (`POST /path`) and without the access token in
 * its query, which the credential adds. Other parameters stay as they are.
 *
 * @throws InvalidFieldError as {@link plainText}, and `containsAccessToken` for one outside the query.
 */
export function pastedAddress(value: unknown, field: Field): string {
	const text = plainText(value, field).replace(/^(?:GET|POST|PUT|PATCH|DELETE)[\s:]+/i, '');
	const address = withoutAccessToken(
		unbroken(text)
			.replace(/ HTTP\/[\d.]+$/i, '')
			.replaceAll('。', '.')
			.replaceAll('&amp;', '&'),
	);
	if (/access_?token=/i.test(address)) throw new InvalidFieldError(field, 'containsAccessToken');
	return address;
}

function withoutAccessToken(address: string): string {
	const [, path, query, fragment] = /^([^?#]*)\??([^#]*)(#?.*)$/.exec(address) ?? ['', address];
	const parameters = (query ?? '').split('&').filter((parameter) => {
		const name = decoded(parameter.split('=', 1)[0].trim());
		return name !== '' && !/^access_?token$/i.test(name);
	});
	return `${path}${parameters.length > 0 ? '?' : ''}${parameters.join('&')}${fragment ?? ''}`;
}

/** `%2B` as `+`; what is encoded in no way stays as it is. */
export function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/**
 * A token, an ID or a key: printable ASCII without white space. It is found behind its name, too
 * (`accessToken=…`, `"accessToken":"…"`), so in an address or in the platform's answer.
 *
 * @throws InvalidFieldError as {@link plainText}, and `notCode` or `placeholder`.
 */
export function pastedCode(value: unknown, field: Field): string {
	const text = plainText(value, field);
	if (/^(?:curl|bearer)\s/i.test(text)) throw new InvalidFieldError(field, 'notCode');
	const behindName = behindNameOf(field).exec(text)?.[1];
	const code = unbroken(unwrapped(behindName ?? text));
	if (code === '') throw new InvalidFieldError(field, 'required');
	if (isPlaceholder(code, field)) throw new InvalidFieldError(field, 'placeholder');
	const isMore = behindName === undefined ? code.includes('://') : /=[^=]/.test(code);
	if (isMore || !isCode(code)) throw new InvalidFieldError(field, 'notCode');
	return code;
}

/** Whether a text can be a token, an ID or a key. */
export function isCode(text: string): boolean {
	return /^[!-~]+$/.test(text) && !/["<>{}]/.test(text);
}

/** Finds what stands behind the name of a setting, however that is spelled: `accessToken`, `Access Token`. */
function behindNameOf({ path: [name] }: Field): RegExp {
	const spelled = name.replace(/[A-Z]/g, '[ _-]?$&');
	return new RegExp(`(?<![a-z])${spelled}["']?\\s*[:=]\\s*["']?([^"'&#,;]*)`, 'i');
}

/** What documents write in the place of a value: `{{ACCESS_TOKEN}}`, `<your app key>`. */
function isPlaceholder(text: string, { path: [name] }: Field): boolean {
	const word = text.replace(/[^a-z]/gi, '').toLowerCase();
	const isFramed = /^(?:\{.*\}|<.*>|\[.*\]|\$\w+)$/.test(text) && !text.includes(':');
	return isFramed || word === name.toLowerCase() || word === `your${name.toLowerCase()}`;
}

/**
 * The name of a field of a request: `personIds`, also pasted as `"personIds":`.
 *
 * @throws InvalidFieldError as {@link plainText}, and `notName`.
 */
export function pastedName(value: unknown, field: Field): string {
	const text = unbroken(plainText(value, field));
	const name = /^([^\s:="']+)["']? ?[:=]/.exec(text)?.[1] ?? text;
	if (/[\s:="',;/\\?&<>{}[\]]/.test(name)) throw new InvalidFieldError(field, 'notName');
	return name;
}

/** A function that takes secrets, plain or as they stand in an address, out of a text. */
export function concealer(secrets: readonly string[]): (text: string) => string {
	const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
	// One secret may be the beginning of another
	forms.sort((a, b) => b.length - a.length);
	return (text) => forms.reduce((concealed, form) => concealed.replaceAll(form, '***'), text);
}

/** A secret, and how JavaScript and n8n's HTTP helper (RFC 3986) write it in an address. */
function formsOf(secret: string): string[] {
	const encoded = encodeURIComponent(secret);
	const strict = encoded.replace(/[!'()*]/g, (sign) => `%${hexOf(sign)}`);
	const lower = (form: string) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
	return [...new Set([secret, encoded, strict, lower(encoded), lower(strict)])];
}

function hexOf(sign: string): string {
	return sign.charCodeAt(0).toString(16).toUpperCase();
}

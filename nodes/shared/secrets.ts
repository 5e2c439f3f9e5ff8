/** A function that takes secrets, plain or as they stand in an address, out of a text. */
export function concealer(secrets: readonly string[]): (text: string) => string {
	const forms = secrets
		.filter((secret) => secret !== '')
		.flatMap((secret) => [secret, encodeURIComponent(secret)]);
	return (text) => forms.reduce((concealed, form) => concealed.replaceAll(form, '***'), text);
}

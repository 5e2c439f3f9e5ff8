/** Who asks: a person, a browser that only looks ahead, or a program that shows a link's preview. */
export type Visitor = 'person' | 'prefetch' | 'preview';

/** Of a request, as Node hands them over. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** No browser's is longer; what is behind is not looked at. */
const MAX_AGENT_LENGTH = 1000;

/** Programs that open links of messages. Cubot makes phones, and apps of people call themselves a preview. */
const PREVIEWS =
	/(?<!cu)bot\b|crawler|spider|bingpreview|uripreview|linkpreview|externalhit|facebookcatalog|slurp|whatsapp|embedly|safelinks/i;

export function visitorOf(method: string, headers: Headers): Visitor {
	if (method !== 'GET') return 'prefetch';
	const purposes = [
		headers['sec-purpose'],
		headers.purpose,
		headers['x-purpose'],
		headers['x-moz'],
	];
	if (purposes.some((purpose) => /prefetch|prerender|preview/i.test(String(purpose ?? '')))) {
		return 'prefetch';
	}
	const agent = String(headers['user-agent'] ?? '').slice(0, MAX_AGENT_LENGTH);
	return PREVIEWS.test(agent) ? 'preview' : 'person';
}

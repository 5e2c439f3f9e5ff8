import { timingSafeEqual } from 'node:crypto';
import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What a link says: which question it answers, and whose answer that is; n8n signs both. */
export interface AnswerLink {
	question: string;
	/** Left out of a link that all share. */
	respondent?: string;
}

/** The name that n8n gives the signature (n8n.md). */
const SIGNATURE = 'signature';

/** The address at which a question of this execution and node is answered. */
export function linkTo(
	context: Pick<IExecuteFunctions, 'getSignedResumeUrl'>,
	{ question, respondent }: AnswerLink,
): string {
	return context.getSignedResumeUrl(
		respondent === undefined ? { question } : { question, recipient: respondent },
	);
}

/**
 * What the link says by which a request came; `undefined` for one that n8n did not sign for this
 * execution and node. Some lines of n8n check signatures themselves before, others do not always.
 */
export function readLink(context: IWebhookFunctions): AnswerLink | undefined {
	const query = context.getQueryData() as Record<string, unknown>;
	const { question, recipient, [SIGNATURE]: signature, ...others } = query;
	if (Object.keys(others).length > 0) return undefined;
	if (typeof question !== 'string' || typeof signature !== 'string') return undefined;
	if (recipient !== undefined && typeof recipient !== 'string') return undefined;
	const link: AnswerLink = { question, respondent: recipient };
	const signed = new URL(linkTo(context, link)).searchParams.get(SIGNATURE) ?? '';
	const [found, expected] = [Buffer.from(signature), Buffer.from(signed)];
	const isSigned = found.length === expected.length && timingSafeEqual(found, expected);
	return isSigned ? link : undefined;
}

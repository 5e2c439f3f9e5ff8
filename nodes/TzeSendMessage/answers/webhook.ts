import type {
	IDataObject,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { languageOf } from '../../pages/language';
import { preparePage, showPage, type Page } from '../../pages/page';
import { readAnswer } from './answer';
import { noticePage, questionPage, timeIn, type Notice, type Reader } from './answerPage';
import { GivenAnswers } from './given';
import { readLink } from './link';
import type { Asked } from './question';
import { findAsked } from './store';

/** As n8n's own nodes that wait for an answer: both addresses exist only while an execution waits. */
export const answerWebhooks: INodeTypeDescription['webhooks'] = (['GET', 'POST'] as const).map(
	(httpMethod) => ({
		name: 'default' as const,
		httpMethod,
		responseMode: 'onReceived',
		responseData: '',
		path: '={{ $nodeId }}',
		restartWebhook: true,
		isFullPath: true,
	}),
);

/** A person does not type more, and n8n reads up to 16 MB. */
const MAX_BODY_BYTES = 64 * 1024;

/** What browsers send from a form. */
const FORM_TYPE = 'application/x-www-form-urlencoded';
/** What n8n 2 asks of the forms of all nodes that wait for a custom form, before this node is called. */
const PARTS_TYPE = 'multipart/form-data';

const given = new GivenAnswers(Date.now);

/** The node answers the request itself, and the execution goes on waiting. */
const STAYS_WAITING: IWebhookResponseData = { noWebhookResponse: true };

/**
 * Shows a question (GET) and takes its answer (POST): nothing else makes the execution go on, so that
 * programs which open links only to look at them answer nothing.
 */
export async function answerWebhook(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const response = context.getResponseObject();
	const { 'accept-language': accepted } = context.getHeaderData();
	const link = readLink(context);
	const reader: Reader = {
		language: languageOf(accepted),
		timeZone: context.getTimezone(),
		respondent: link?.respondent,
	};
	const show = (status: number, page: Page): IWebhookResponseData => {
		showPage(response, { status, page, language: reader.language });
		return STAYS_WAITING;
	};
	const tell = (status: number, notice: Notice, time?: string): IWebhookResponseData => {
		const values: Record<string, string> = {};
		if (time !== undefined) values.time = timeIn(time, reader);
		return show(status, noticePage(reader, notice, values));
	};

	if (link === undefined) return tell(401, 'badLink');
	const asked = findAsked(context);
	if (asked === undefined) return tell(410, 'over');
	const { question } = asked;
	if (link.question !== question.id) {
		const time = answeredBefore(asked, link.question);
		return time === undefined ? tell(410, 'over') : tell(410, 'answered', time);
	}
	const before = given.find(question.id);
	if (before !== undefined) return tell(410, 'answered', before);
	if (question.until !== undefined && question.until <= new Date().toISOString()) {
		return tell(410, 'late', question.until);
	}
	if (context.getRequestObject().method !== 'POST') {
		return show(200, questionPage(question, reader));
	}

	const type = typeOf(context);
	const isParts = type === PARTS_TYPE && question.form.kind === 'customForm';
	if (type !== FORM_TYPE && !isParts) return tell(415, 'wrongType');
	if (sizeOf(context) > MAX_BODY_BYTES) return tell(413, 'tooLarge');
	const body = context.getBodyData();
	// n8n puts the fields of such a body beside its files
	const reading = readAnswer(question.form, isParts ? body.data : body);
	if ('problems' in reading) return show(422, questionPage(question, reader, reading));

	const json: IDataObject = { data: reading.data };
	if (link.respondent !== undefined) json.respondedBy = link.respondent;
	json.respondedAt = given.add(question.id);
	json.sent = question.sent;
	// n8n sends the thanks only when the execution goes on (by 2.41); shown here, they would come before
	const thanks = preparePage(response, noticePage(reader, 'thanks'), reader.language);
	return { webhookResponse: thanks, workflowData: [[{ json }]] };
}

function answeredBefore({ earlier }: Asked, id: string): string | undefined {
	return given.find(id) ?? earlier.find((question) => question.id === id)?.answeredAt;
}

function typeOf(context: IWebhookFunctions): string {
	const { 'content-type': type = '' } = context.getHeaderData();
	return type.split(';', 1)[0].trim().toLowerCase();
}

/** In bytes, as n8n read it. */
function sizeOf(context: IWebhookFunctions): number {
	const { rawBody } = context.getRequestObject() as { rawBody?: unknown };
	if (Buffer.isBuffer(rawBody)) return rawBody.length;
	return Buffer.byteLength(JSON.stringify(context.getBodyData() ?? {}));
}

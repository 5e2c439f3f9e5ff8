import type { INodeProperties } from 'n8n-workflow';

import type { InvalidFieldError } from '../platform/checks';
import type { AccessTokenError } from '../transport/errors';
import { accessTokenField, appFields, baseUrlField, messageFields, rootOrgField } from './fields';
import {
	ACCESS_TOKEN_HELP,
	ACCESS_TOKEN_TEXTS,
	CREDENTIAL_TEXTS,
	FIELD_TEXTS,
	fill,
	REASON_TEXTS,
} from './texts';

const SETTINGS: readonly INodeProperties[] = [
	baseUrlField,
	accessTokenField,
	...appFields,
	...messageFields,
	rootOrgField,
];

/** What went wrong, and what to do. */
export interface Words {
	message: string;
	description: string;
}

/** A setting of the credential that breaks a rule, for an error of a node. */
export function wordsOfSetting(error: InvalidFieldError): Words {
	const { message: problem, description } = wordsInCredential(error);
	return { message: fill(CREDENTIAL_TEXTS.message, { problem }), description };
}

/** The same in one text: all that n8n shows of an error of the credential itself. */
export function sentencesOfSetting(error: InvalidFieldError): string {
	const { message: problem, description: help } = wordsInCredential(error);
	return fill(CREDENTIAL_TEXTS.sentences, { problem, help });
}

function wordsInCredential({ path: [name], rule, details }: InvalidFieldError): Words {
	const label = SETTINGS.find((setting) => setting.name === name)?.displayName ?? name;
	const values = { ...details, field: label };
	const help = rule === 'required' ? CREDENTIAL_TEXTS.missing[name] : undefined;
	return {
		message: fill(FIELD_TEXTS[rule].message, values),
		description: fill(help ?? FIELD_TEXTS[rule].description, values),
	};
}

/** Why there is no access token, in one sentence. */
export function wordsOfTokenError({ problem }: AccessTokenError): string {
	switch (problem.kind) {
		case 'invalidSetting':
			return wordsOfSetting(problem.error).message;
		case 'refused': {
			const reason = problem.retDesc || ACCESS_TOKEN_TEXTS.noReason;
			return fill(ACCESS_TOKEN_TEXTS.refused, { reason, code: problem.retCode });
		}
		case 'notThePlatform': {
			const said = fill(ACCESS_TOKEN_TEXTS.notThePlatform, { ...problem });
			return problem.reason === '' ? said : `${said}: ${problem.reason}`;
		}
		case 'unanswered':
		case 'missing':
		case 'tooShort':
		case 'notKept':
		case 'changed': {
			const { kind, ...values } = problem;
			return fill(ACCESS_TOKEN_TEXTS[kind], values);
		}
	}
}

/** The same with what to do, in one text that n8n leaves as it is (see {@link reasonInWords}). */
export function sentencesOfTokenError(error: AccessTokenError): string {
	const { problem } = error;
	if (problem.kind === 'invalidSetting') return sentencesOfSetting(problem.error);
	const said =
		problem.kind === 'unanswered'
			? fill(ACCESS_TOKEN_TEXTS.unanswered, { ...problem, reason: reasonInWords(problem.reason) })
			: wordsOfTokenError(error);
	return fill(CREDENTIAL_TEXTS.sentences, { problem: said, help: ACCESS_TOKEN_HELP[problem.kind] });
}

/**
 * Why there was no connection, without a system's code: n8n puts a sentence of its own in the place
 * of any message that holds one (n8n.md, trap 11).
 */
export function reasonInWords(reason: string): string {
	if (reason === 'ECONNREFUSED') return REASON_TEXTS.refused;
	if (/^(?:ENOTFOUND|EAI_)/.test(reason)) return REASON_TEXTS.unknownHost;
	if (/CERT|SIGNATURE|HOSTNAME/.test(reason)) return REASON_TEXTS.certificate;
	if (/^(?:timedOut|ETIMEDOUT)$/.test(reason)) return REASON_TEXTS.timedOut;
	return REASON_TEXTS.other;
}

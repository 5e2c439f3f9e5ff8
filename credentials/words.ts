import type { INodeProperties } from 'n8n-workflow';

import type { InvalidFieldError } from '../platform/checks';
import type { AccessTokenError } from '../transport/errors';
import { accessTokenField, appFields, baseUrlField, messageFields } from './fields';
import { ACCESS_TOKEN_TEXTS, CREDENTIAL_TEXTS, FIELD_TEXTS, fill } from './texts';

const SETTINGS: readonly INodeProperties[] = [
	baseUrlField,
	accessTokenField,
	...appFields,
	...messageFields,
];

/** What went wrong, and what to do. */
export interface Words {
	message: string;
	description: string;
}

/** A setting of the credential that breaks a rule. */
export function wordsOfSetting({ path: [name], rule, details }: InvalidFieldError): Words {
	const label = SETTINGS.find((setting) => setting.name === name)?.displayName ?? name;
	const values = { ...details, field: label };
	const problem = fill(FIELD_TEXTS[rule].message, values);
	const help = rule === 'required' ? CREDENTIAL_TEXTS.missing[name] : undefined;
	return {
		message: fill(CREDENTIAL_TEXTS.message, { problem }),
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
		case 'unanswered':
		case 'notThePlatform':
		case 'missing':
		case 'notKept':
		case 'changed': {
			const { kind, ...values } = problem;
			return fill(ACCESS_TOKEN_TEXTS[kind], values);
		}
	}
}

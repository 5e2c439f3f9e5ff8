import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { CONTEXT_KEY, readAsked, writeAsked, type Asked, type Question } from './question';

/** A node's own name, as a JavaScript text within an expression: n8n looks for braces in it. */
function nameIn(context: Pick<IExecuteFunctions, 'getNode'>): string {
	return JSON.stringify(context.getNode().name).replace(
		/[{}]/g,
		(brace) => `\\u${brace.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

/** Which run of the node this is in its execution, counted from 0. */
export function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.evaluateExpression('{{ $runIndex }}', 0));
}

/**
 * Keeps a question where the page finds it: in the node's context, which n8n stores with the waiting
 * execution, and so at every process. Links to the one before are told that it is over.
 */
export function storeQuestion(context: IExecuteFunctions, question: Question): void {
	// On n8n 1, signatures are checked only where a node asks for it; by 2.41 they always are
	if ('setSignatureValidationRequired' in context) {
		(context as { setSignatureValidationRequired(): void }).setSignatureValidationRequired();
	}
	const stored = context.getContext('node');
	const before = readAsked(stored[CONTEXT_KEY]);
	const earlier =
		before === undefined
			? []
			: [...before.earlier, { id: before.question.id, ...answeredAt(context, before.question) }];
	stored[CONTEXT_KEY] = writeAsked({ question, earlier });
}

/** The question that the execution waits with; the page has no other way to the context. */
export function findAsked(context: IWebhookFunctions): Asked | undefined {
	const path = `$node[${nameIn(context)}].context[${JSON.stringify(CONTEXT_KEY)}]`;
	return readAsked(context.evaluateExpression(`{{ ${path} }}`, 0));
}

/** When an earlier question was answered: its answer is what that run of the node put out. */
function answeredAt(
	context: IExecuteFunctions,
	{ runIndex, askedAt }: Question,
): { answeredAt?: string } {
	try {
		const output = `$items(${nameIn(context)}, 0, ${String(runIndex)})[0].json`;
		const time: unknown = context.evaluateExpression(`{{ ${output}.respondedAt }}`, 0);
		// Without an answer, what it put out is the item that came in, maybe from another question
		return typeof time === 'string' && time >= askedAt ? { answeredAt: time } : {};
	} catch {
		return {};
	}
}

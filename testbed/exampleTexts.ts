import ts from 'typescript';

import type { WorkflowFile } from './examples';

/**
 * What a text of an example is to its reader: the name of the workflow or of a node, the text of a note,
 * a label of n8n's canvas, or anything else that a field or an expression holds.
 */
export type TextKind = 'name' | 'note' | 'label' | 'other';

/** Answers what stands in the place of a text: its translation, or the text itself. */
export type ReplaceText = (text: string, kind: TextKind) => string;

type Node = WorkflowFile['nodes'][number];

/** Labels of the outputs of a Switch node. */
const LABELS = new Set(['outputKey', 'renameFallbackOutput']);
/** Statements of a database: names of tables and columns, and comments. */
const STATEMENTS = new Set(['query']);

/**
 * A copy of an example with other texts. Texts are whole values of fields, what stands in an expression
 * outside of its braces, and the literals inside of them; a template literal's parts count one by one.
 * A name of a node is replaced wherever it stands, in connections and in expressions, too.
 */
export function replaceTexts(workflow: WorkflowFile, replace: ReplaceText): WorkflowFile {
	const rename = (name: string) => replace(name, 'name');
	const connections = Object.entries(workflow.connections).map(([from, outputs]) => {
		const renamed = mapObjects(outputs, (target) =>
			typeof target.node === 'string' ? { ...target, node: rename(target.node) } : target,
		);
		return [rename(from), renamed];
	});
	return {
		...workflow,
		name: rename(workflow.name),
		nodes: workflow.nodes.map((node) => ({
			...node,
			name: rename(node.name),
			parameters: replaceInParameters(node, replace),
		})),
		connections: Object.fromEntries(connections) as WorkflowFile['connections'],
	};
}

function replaceInParameters({ type, parameters }: Node, replace: ReplaceText): Node['parameters'] {
	const isNote = type === 'n8n-nodes-base.stickyNote';
	const read = (value: unknown, key: string): unknown => {
		if (typeof value === 'string') {
			if (STATEMENTS.has(key)) return value;
			if (value.startsWith('=')) return replaceInExpression(value, replace);
			return replace(value, isNote ? 'note' : LABELS.has(key) ? 'label' : 'other');
		}
		if (Array.isArray(value)) return value.map((one) => read(one, key));
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, read(one, name)]));
	};
	return read(parameters, '') as Node['parameters'];
}

/** @param value of a field: `=`, then text, in which code stands in double braces */
function replaceInExpression(value: string, replace: ReplaceText): string {
	const parts = value.slice(1).split(/(\{\{[\s\S]*?\}\})/);
	const replaced = parts.map((part, index) => {
		if (index % 2 === 1) return `{{${replaceInCode(part.slice(2, -2), replace)}}}`;
		return part === '' ? '' : replace(part, 'other');
	});
	return `=${replaced.join('')}`;
}

/** @param code of one expression of JavaScript */
function replaceInCode(code: string, replace: ReplaceText): string {
	// An object in the place of an expression is taken for a block without them
	const source = `(${code})`;
	const tree = ts.createSourceFile('code.js', source, ts.ScriptTarget.ES2022, true);
	let result = '';
	let position = 1;
	const visit = (node: ts.Node): void => {
		if (
			ts.isStringLiteral(node) ||
			ts.isNoSubstitutionTemplateLiteral(node) ||
			ts.isTemplateHead(node) ||
			ts.isTemplateMiddleOrTemplateTail(node)
		) {
			const replaced = replace(node.text, 'other');
			if (replaced === node.text) return;
			const start = node.getStart(tree) + 1;
			const quote = ts.isStringLiteral(node) ? source[start - 1] : '`';
			const isOpen = ts.isTemplateHead(node) || ts.isTemplateMiddle(node);
			result += source.slice(position, start) + escaped(replaced, quote);
			position = node.getEnd() - (isOpen ? 2 : 1);
			return;
		}
		ts.forEachChild(node, visit);
	};
	visit(tree);
	return result + source.slice(position, -1);
}

/** A text as it stands between quotes. */
function escaped(text: string, quote: string): string {
	const special = quote === '`' ? /[\\`]|\$\{/g : new RegExp(`[\\\\${quote}]`, 'g');
	return text.replace(special, '\\$&').replaceAll('\n', quote === '`' ? '\n' : '\\n');
}

function mapObjects(
	value: unknown,
	change: (object: Record<string, unknown>) => Record<string, unknown>,
): unknown {
	if (Array.isArray(value)) return value.map((one) => mapObjects(one, change));
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([key, one]) => [key, mapObjects(one, change)]);
	return change(Object.fromEntries(entries) as Record<string, unknown>);
}

import type { Editor } from './editor';

/**
 * Fills in the oa form of the node that is open, as a person does: one field after the other.
 *
 * @param text what a text of the source reads in the edition that is installed
 * @param write what is typed in for an English text of the examples
 */
export async function fillOaMessage(
	editor: Editor,
	text: (english: string) => string,
	write = (english: string) => english,
): Promise<void> {
	await editor.choose('msgType', text('OA Card'));
	await editor.fill('recipients', 'P1001');
	await editor.fill('headText', write('Leave request'));
	await editor.fill('headBgColor', '#1463D8');
	await editor.fill('pcUrl', 'https://school.example/approvals/7');
	await editor.fill('appUrl', 'https://school.example/m/approvals/7');
	await editor.addToCollection(text('Add Field'), text('Title'));
	await editor.fill('title', write('Request for leave'));
	await editor.addToCollection(text('Add Field'), text('Form'));
	for (const [row, [key, value]] of [
		['Type', 'Personal'],
		['Days', '3'],
	].entries()) {
		await editor.ensureRow('key', row);
		await editor.fill('key', write(key), row);
		await editor.fill('value', write(value), row);
	}
}

import type { Locator, Page } from 'playwright-core';

import type { Owner } from '../n8n/client';

const byTestId = (id: string) => `[data-test-id="${id}"]`;

/** How long n8n's editor may take to show something on a slow machine. */
const PATIENCE_MS = 30_000;

/** What the longest example may take, its pauses included. */
const LONGEST_RUN_MS = 90_000;

/** After this, n8n 2 has stored a change, or there was none. */
const AUTOSAVE_MS = 3_000;

/** After this, n8n has taken over an expression. */
const TAKEOVER_MS = 500;

/** How a click is made and a text typed: at once, or for somebody who watches. */
export interface Hand {
	click(target: Locator): Promise<void>;
	fill(target: Locator, text: string): Promise<void>;
}

const AT_ONCE: Hand = {
	click: (target) => target.click(),
	fill: (target, text) => target.fill(text),
};

/** What a person does in n8n's editor, for both supported lines of n8n. */
export class Editor {
	/** @param hand makes the clicks on the way to a first message, and types its texts */
	constructor(
		readonly page: Page,
		readonly url: string,
		private readonly hand: Hand = AT_ONCE,
	) {
		page.setDefaultTimeout(PATIENCE_MS);
	}

	private find(id: string): Locator {
		return this.page.locator(byTestId(id));
	}

	/** Goes to a page of the editor; `ready` is what must be seen there. */
	async open(path: string, ready: string): Promise<void> {
		await this.page.goto(`${this.url}${path}`);
		await this.find(ready).first().waitFor();
	}

	async logIn({ email, password }: Owner): Promise<void> {
		await this.open('/signin', 'signin-form');
		await this.find('emailOrLdapLoginId').locator('input').fill(email);
		// Not by fill(): what that types in stands in the error of a timeout
		await this.find('password').locator('input').click();
		await this.page.keyboard.insertText(password);
		await this.find('form-submit-button').click();
		await this.page.waitForURL(({ pathname }) => !pathname.startsWith('/signin'));
		await this.find('universal-add').first().waitFor();
	}

	// --- credentials

	/** Opens the form for a new credential, found by typing as a person types. */
	async newCredential(label: string): Promise<void> {
		await this.open('/home/credentials', 'add-resource-credential');
		await this.page.goto(`${this.url}/home/credentials/create`);
		await this.find('new-credential-type-select').locator('input').fill(label);
		await this.find('new-credential-type-select-option').filter({ hasText: label }).first().click();
		await this.find('new-credential-type-button').click();
		await this.find('credential-save-button').waitFor();
	}

	/** The labels of the credential's form, from top to bottom. */
	async credentialLabels(): Promise<string[]> {
		return await firstLines(
			this.find('editCredential-modal').locator(
				`${byTestId('credential-connection-parameter')} .n8n-input-label`,
			),
		);
	}

	async fillCredential(field: string, value: string): Promise<void> {
		const input = this.find('editCredential-modal').locator(
			`${byTestId(`parameter-input-${field}`)} :is(input, textarea)`,
		);
		await input.fill(value);
		await input.blur();
	}

	/** Saves, which makes n8n test the connection; answers what the form says about it. */
	async saveCredential(): Promise<{ ok: boolean; text: string }> {
		const { page } = this;
		const tested = page.waitForResponse((response) =>
			/\/rest\/credentials\/(?:test|[^/]+\/probe)$/.test(new URL(response.url()).pathname),
		);
		await Promise.all([tested, this.find('credential-save-button').click()]);
		// Until it is drawn, the outcome of the test before is still shown
		await page.waitForTimeout(500);
		const success = this.find('credentials-config-container-test-success');
		const failure = page.getByText('Couldn’t connect with these settings');
		await success.or(failure).first().waitFor();
		const details = page.getByText('More details');
		if (await details.isVisible()) await details.click();
		return {
			ok: await success.isVisible(),
			text: await this.find('node-credentials-config-container').innerText(),
		};
	}

	/** Renames the credential that is open. */
	async nameCredential(name: string): Promise<void> {
		const title = this.find('editCredential-modal').locator(byTestId('credential-name'));
		await title.click();
		const input = title.locator('input').first();
		await input.fill(name);
		await input.press('Enter');
	}

	/** Opens the credential of the node that is open. */
	async editCredential(): Promise<void> {
		await this.find('credential-edit-button').first().click();
		// In n8n 1 there is nothing to save until something is changed
		await this.find('credential-connection-parameter').first().waitFor();
	}

	/** By its own button: the Escape key closes the node behind it, too. */
	async closeCredential(): Promise<void> {
		const modal = this.find('editCredential-modal');
		await this.page
			.locator(
				['dialog-close-button', 'modal-close-button']
					.map(byTestId)
					.concat(`${byTestId('editCredential-modal')} .el-dialog__headerbtn`)
					.join(', '),
			)
			.filter({ visible: true })
			.first()
			.click();
		await modal.waitFor({ state: 'hidden' });
	}

	// --- the canvas

	async newWorkflow(): Promise<void> {
		await this.open('/workflow/new', 'canvas-wrapper');
		await this.find('canvas-plus-button').waitFor();
	}

	async openWorkflow(id: string): Promise<void> {
		await this.open(`/workflow/${id}`, 'canvas-node');
	}

	/** The id of the workflow that is open, once it is stored. */
	workflowId(): string {
		const [, id = ''] = /\/workflow\/([^/?]+)/.exec(new URL(this.page.url()).pathname) ?? [];
		return id;
	}

	/** Opens the nodes panel: by the plus of an empty canvas, or by the one at the canvas's edge. */
	async openNodesPanel(): Promise<void> {
		const first = this.find('canvas-plus-button');
		const edge = this.find('node-creator-plus-button');
		await this.hand.click((await first.isVisible()) ? first : edge);
		await this.find('node-creator').waitFor();
	}

	/** Opens the nodes panel by the plus behind the only node. */
	async openNodesPanelBehind(): Promise<void> {
		await this.hand.click(this.find('canvas-handle-plus'));
		await this.find('node-creator').waitFor();
	}

	/** Types into the search of the nodes panel, which it opens when it is closed, until it offers a node; answers all it offers. */
	async searchNodes(text: string, wanted: string): Promise<string[]> {
		const bar = this.find('node-creator-search-bar');
		if (!(await bar.isVisible())) await this.openNodesPanel();
		await this.hand.fill(bar, text);
		const items = this.find('node-creator').locator(byTestId('item-iterator-item'));
		await items.filter({ hasText: wanted }).first().waitFor();
		return await firstLines(items);
	}

	/** Opens a section of the nodes panel, until it offers a node; answers all it offers. */
	async openSection(title: string, wanted: string): Promise<string[]> {
		await this.openNodesPanel();
		await this.find('node-creator').getByText(title, { exact: true }).first().click();
		const items = this.find('node-creator').locator(byTestId('item-iterator-item'));
		await items.filter({ hasText: wanted }).first().waitFor();
		return await firstLines(items);
	}

	/** Picks a node of the open nodes panel; `action` where the panel asks for one. */
	async pickNode(name: string, action?: string): Promise<void> {
		const items = this.find('node-creator').locator(byTestId('item-iterator-item'));
		await this.hand.click(items.filter({ hasText: name }).first());
		if (action === undefined) return;
		const exactly = new RegExp(`^\\s*${action}\\s*$`);
		await this.hand.click(items.filter({ hasText: exactly }).first());
	}

	/** The nodes on the canvas, sticky notes aside. */
	node(name: string): Locator {
		return this.page.locator(`${byTestId('canvas-node')}[data-node-name="${name}"]`);
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.find('node-parameters').waitFor();
	}

	async closeNode(): Promise<void> {
		const back = this.page.locator(
			`${byTestId('ndv-close-button')}, ${byTestId('back-to-canvas')}`,
		);
		await back.first().click();
		await this.find('node-parameters').waitFor({ state: 'hidden' });
	}

	/** "Import from File" of the workflow's menu: the file goes to the input that it opens. */
	async importFile(file: string): Promise<void> {
		await this.newWorkflow();
		await this.find('workflow-import-input').setInputFiles(file);
		await this.find('canvas-node').first().waitFor();
		await this.save();
	}

	/** n8n 1 has a button; n8n 2 saves by itself a moment after the last change. */
	async save(): Promise<void> {
		const { page } = this;
		const button = this.find('workflow-save-button');
		if ((await button.count()) > 0) {
			const click = button.locator('button').or(button).last();
			if (await click.isEnabled()) await click.click();
			// What is made live before it is stored goes live as it was
			await button.filter({ hasText: 'Saved' }).waitFor();
		} else {
			await page
				.waitForResponse(
					(response) =>
						/\/rest\/workflows(?:\/[^/]+)?$/.test(new URL(response.url()).pathname) &&
						['POST', 'PATCH'].includes(response.request().method()),
					{ timeout: AUTOSAVE_MS },
				)
				.catch(() => undefined);
		}
		await page.waitForURL((url) => !url.pathname.endsWith('/new') && !url.searchParams.has('new'));
	}

	/** The button below the canvas. */
	async executeWorkflow(): Promise<void> {
		await this.find('execute-workflow-button').first().click();
	}

	/** Waits until the editor says that the whole workflow succeeded. */
	async waitForEnd(): Promise<void> {
		const said = this.page.getByText('Workflow executed successfully').first();
		await said.waitFor({ timeout: LONGEST_RUN_MS });
	}

	/** Waits until a node on the canvas carries the green mark of success. */
	async waitForSuccess(name: string): Promise<void> {
		await this.node(name).locator(byTestId('canvas-node-status-success')).first().waitFor();
	}

	/** Makes the workflow live: n8n 2 asks for a version's name, n8n 1 has a switch. */
	async publish(): Promise<void> {
		const publish = this.find('workflow-open-publish-modal-button');
		const live = this.page.waitForResponse(
			(response) =>
				/\/rest\/workflows\/[^/]+(?:\/activate)?$/.test(new URL(response.url()).pathname) &&
				['POST', 'PATCH'].includes(response.request().method()),
		);
		if ((await publish.count()) > 0) {
			await publish.click();
			await this.find('workflow-publish-button').click();
		} else {
			await this.find('workflow-activate-switch').click();
		}
		await live;
		await this.page.waitForTimeout(500);
		await this.page.keyboard.press('Escape');
	}

	// --- the form of a node

	private parameter(name: string, index = 0): Locator {
		return this.find('node-parameters')
			.locator(byTestId(`parameter-input-${name}`))
			.nth(index);
	}

	/** The labels that are seen, from top to bottom. */
	async labels(): Promise<string[]> {
		return await firstLines(
			this.find('node-parameters').locator('.n8n-input-label').filter({ visible: true }),
		);
	}

	/** Picks an option of a list. */
	async choose(parameter: string, option: string): Promise<void> {
		await this.parameter(parameter).click();
		await this.page
			.locator('.el-select-dropdown__item, [role="option"]')
			.filter({ visible: true, hasText: option })
			.first()
			.click();
	}

	/** Types into a field; a value that begins with `=` is an expression. */
	async fill(parameter: string, value: string, index = 0): Promise<void> {
		const field = this.parameter(parameter, index);
		const input = field.locator('input, textarea, .cm-content').last();
		if (value.startsWith('=')) {
			// The sign makes n8n open another input, for what comes behind it, and move there
			await input.fill('=');
			await field.locator('.cm-focused .cm-content').fill(value.slice(1));
			await field.locator('.cm-content').blur();
			// n8n takes it over a moment later, and shows nothing of that as long as there are no items
			await this.page.waitForTimeout(TAKEOVER_MS);
			return;
		}
		await this.hand.fill(input, value);
		await input.blur();
	}

	/** "Add Field" and the like: adds one of a collection's fields; answers all that were offered. */
	async addToCollection(button: string, option: string): Promise<string[]> {
		const form = this.find('node-parameters');
		await form
			.getByPlaceholder(button)
			.or(form.getByText(button, { exact: true }))
			.first()
			.click();
		const offered = this.page
			.locator('.el-select-dropdown__item, [role="option"], [role="menuitem"]')
			.filter({ visible: true });
		const wanted = offered.filter({ hasText: new RegExp(`^\\s*${option}\\s*$`) }).first();
		await wanted.waitFor();
		const names = await firstLines(offered);
		await wanted.click();
		return names;
	}

	/** A row of a repeated group; answers how many there are. */
	async addRow(field: string): Promise<number> {
		const rows = this.find('node-parameters').locator(byTestId(`parameter-input-${field}`));
		const before = await rows.count();
		await this.find('node-parameters').locator(byTestId('fixed-collection-add')).first().click();
		await rows.nth(before).waitFor();
		return before + 1;
	}

	/** The row with this number, which may be there already. */
	async ensureRow(field: string, row: number): Promise<void> {
		const rows = this.find('node-parameters').locator(byTestId(`parameter-input-${field}`));
		if ((await rows.count()) <= row) await this.addRow(field);
	}

	async deleteLastRow(field: string): Promise<void> {
		const rows = this.find('node-parameters').locator(byTestId(`parameter-input-${field}`));
		const before = await rows.count();
		await rows.last().hover();
		await this.find('fixed-collection-delete').last().click({ force: true });
		await rows.nth(before - 1).waitFor({ state: 'hidden' });
	}

	/** Scrolls to a field of the form, for a picture of it. */
	async show(parameter: string, index = 0): Promise<void> {
		await this.parameter(parameter, index).scrollIntoViewIfNeeded();
	}

	/**
	 * Opens the list of a resource locator, or searches in the one that is open; answers its entries, or
	 * the title of what stands in the place of a list that cannot be had.
	 */
	async list(parameter: string, search?: string): Promise<string[]> {
		const field = this.find('rlc-search');
		await Promise.all([
			this.page.waitForResponse((response) => response.url().includes('/resource-locator-results')),
			search === undefined
				? this.find(`resource-locator-${parameter}`).locator(byTestId('rlc-input')).click()
				: field.locator('input').or(field).last().fill(search),
		]);
		const shown = this.page
			.locator(`${byTestId('rlc-item')}, ${byTestId('rlc-error-container')}`)
			.filter({ visible: true });
		await shown.or(this.page.getByText('No results')).first().waitFor();
		return await firstLines(shown);
	}

	/** Picks an entry of the list that is open. */
	async pickFromList(entry: string): Promise<void> {
		await this.find('rlc-item').filter({ hasText: entry }).first().click();
	}

	/** Picks a credential in the form of the node that is open, unless n8n has done so already. */
	async chooseCredential(name: string): Promise<void> {
		const select = this.find('node-credentials-select').first();
		await select.waitFor();
		if ((await select.locator('input').first().inputValue()) === name) return;
		await select.click();
		await this.page
			.locator('.el-select-dropdown__item, [role="option"]')
			.filter({ visible: true, hasText: name })
			.first()
			.click();
	}

	/** "Execute step"; answers what the output panel says, error or items. */
	async executeNode(): Promise<string> {
		const ran = this.page.waitForResponse((response) =>
			/\/rest\/workflows\/[^/]+\/run/.test(response.url()),
		);
		await Promise.all([ran, this.hand.click(this.find('node-execute-button').first())]);
		const output = this.find('output-panel');
		// While it runs, the panel still shows what was before
		await this.page.locator(byTestId('node-execute-button')).first().isEnabled();
		await output
			.locator(`${byTestId('node-run-status-success')}, ${byTestId('node-run-status-danger')}`)
			.first()
			.waitFor();
		await this.page.waitForTimeout(700);
		return await output.innerText();
	}

	/** Picks the view of the output panel. */
	async showOutputAs(view: 'Schema' | 'Table' | 'JSON'): Promise<void> {
		await this.hand.click(this.find('output-panel').getByText(view, { exact: true }));
	}

	/** "Execute step" on a node whose form n8n itself finds incomplete; answers how many red marks it sets. */
	async executeInVain(): Promise<number> {
		await this.find('node-execute-button').first().click();
		// Each line of n8n says something else: the mark beside the field is what they share
		const marks = this.find('node-parameters').locator(byTestId('parameter-issues'));
		await marks.filter({ visible: true }).first().waitFor();
		return await marks.filter({ visible: true }).count();
	}

	/** The hint above the output of the node that is open. */
	async hint(): Promise<string> {
		return await this.find('output-panel').locator(byTestId('node-hint')).first().innerText();
	}

	/** The title and the description of the error in the output panel. */
	async error(): Promise<{ message: string; description: string }> {
		return {
			message: await this.find('node-error-message').first().innerText(),
			description: await this.find('node-error-description').first().innerText(),
		};
	}

	async dismissToasts(): Promise<void> {
		const close = this.page.locator('.el-notification__closeBtn');
		for (let left = await close.count(); left > 0; left--) {
			await close
				.first()
				.click({ timeout: 1_000 })
				.catch(() => undefined);
		}
	}
}

/** The first line of each element's text: labels carry their buttons' texts below. */
async function firstLines(elements: Locator): Promise<string[]> {
	const texts = await elements.allInnerTexts();
	return texts.map((text) => text.trim().split('\n')[0].trim()).filter((text) => text !== '');
}

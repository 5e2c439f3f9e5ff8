import chinese from '../../locales/pages.zh-CN.json';
import { html } from '../pages/html';
import type { Language, Texts } from '../pages/language';
import type { Page } from '../pages/page';

/** What a person is told, by what became of the login. */
export type Outcome =
	| 'bound'
	| 'received'
	| 'refused'
	| 'unclear'
	| 'notNow'
	| 'incomplete'
	| 'otherBrowser'
	| 'notSetUp'
	| 'preview';

const english = {
	boundTitle: 'You are logged in',
	boundText: 'Your login succeeded. You can close this page.',
	receivedTitle: 'Thank you',
	receivedText: 'Your login was received. You can close this page.',
	refusedTitle: 'The login could not be completed',
	refusedText:
		'The platform did not accept it: each login works only once. Go back to where you began, and log in again. If this comes again, tell the people who sent you here.',
	unclearTitle: 'The login could not be completed',
	unclearText:
		'The platform gave no clear answer, so it is not certain whether the login succeeded. Go back to where you began, and log in again.',
	notNowTitle: 'The platform cannot be reached right now',
	notNowText: 'Nothing is lost. Wait a moment, then reload this page.',
	incompleteTitle: 'This address is not complete',
	incompleteText: 'Go back to where you began, and start the login from there.',
	otherBrowserTitle: 'This login did not begin in this browser',
	otherBrowserText:
		'Or it took longer than 15 minutes. Go back to where you began, start the login again, and stay in one browser until it is done.',
	notSetUpTitle: 'This login is not ready yet',
	notSetUpText: 'Please tell the people who sent you here.',
	previewTitle: 'Log in',
	previewText: 'Open this link in your browser.',
};

const TEXTS: Texts<keyof typeof english> = { en: english, 'zh-CN': chinese.login };

const TONES: Readonly<Record<Outcome, Page['tone']>> = {
	bound: 'good',
	received: 'good',
	refused: 'bad',
	unclear: 'bad',
	notNow: 'bad',
	incomplete: 'bad',
	otherBrowser: 'bad',
	notSetUp: 'bad',
	preview: 'neutral',
};

/**
 * Nothing that a visitor can do is a failure of the server: 400 for what they can mend, 424 (Failed
 * Dependency) for what is up to the platform or to who set the node up.
 */
export const STATUSES: Readonly<Record<Outcome, number>> = {
	bound: 200,
	received: 200,
	refused: 400,
	unclear: 424,
	notNow: 424,
	incomplete: 400,
	otherBrowser: 400,
	notSetUp: 424,
	preview: 200,
};

/**
 * The page for an outcome.
 *
 * @param own the user's words in the place of ours.
 * @param details for whoever tries the workflow out.
 */
export function pageOf(
	outcome: Outcome,
	language: Language,
	own: { title?: string; text?: string } = {},
	details?: string,
): Page {
	const texts = TEXTS[language];
	const body = html`<p>${own.text ?? texts[`${outcome}Text`]}</p>${
		details !== undefined && html`<p class="hint">${details}</p>`
	}`;
	return { title: own.title ?? texts[`${outcome}Title`], body, tone: TONES[outcome] };
}

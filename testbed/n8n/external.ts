import { isAxiosError } from 'axios';

import { Trouble } from '../process/trouble';
import { createN8nClient, type Owner } from './client';
import type { ReachableN8n } from './server';

/** Where an n8n runs that somebody else started, and who owns it. */
export interface ExternalN8n {
	/** Scheme, host and port. */
	url: string;
	owner: Owner;
}

/**
 * What the environment says of an n8n that runs already: `N8N_URL`, `N8N_OWNER_EMAIL` and
 * `N8N_OWNER_PASSWORD`.
 *
 * @returns nothing when it names none
 * @throws Trouble that names the variable; a password is never in it
 */
export function readExternalN8n(
	env: Readonly<Record<string, string | undefined>>,
): ExternalN8n | undefined {
	const address = env.N8N_URL?.trim() ?? '';
	if (address === '') return undefined;
	return {
		url: readAddress(address),
		owner: {
			email: required(env, 'N8N_OWNER_EMAIL').trim(),
			password: required(env, 'N8N_OWNER_PASSWORD'),
			firstName: 'Tze',
			lastName: 'Owner',
		},
	};
}

function readAddress(address: string): string {
	const wanted = 'Give scheme, host and port alone, such as http://127.0.0.1:5678.';
	if (!URL.canParse(address)) throw new Trouble(`N8N_URL is no address. ${wanted}`);
	const url = new URL(address);
	if (!['http:', 'https:'].includes(url.protocol)) {
		throw new Trouble(`N8N_URL begins with ${url.protocol} instead of http: or https:. ${wanted}`);
	}
	// Not quoted: there may be a password in it
	if (url.href !== `${url.origin}/`) {
		throw new Trouble(`N8N_URL has more than scheme, host and port. ${wanted}`);
	}
	return url.origin;
}

function required(
	env: Readonly<Record<string, string | undefined>>,
	name: 'N8N_OWNER_EMAIL' | 'N8N_OWNER_PASSWORD',
): string {
	const value = env[name] ?? '';
	if (value.trim() !== '') return value;
	const what = name === 'N8N_OWNER_EMAIL' ? 'the e-mail address' : 'the password';
	throw new Trouble(`${name} is missing: ${what} of the owner of the n8n at N8N_URL.`);
}

/**
 * Logs in to an n8n that runs already; one that has no owner yet gets this one. Nothing may be stored
 * in it: tests leave what they make, find what they made by its name, and count it.
 *
 * @throws Trouble when nobody answers there, the owner is refused, or something is stored
 */
export async function connectTo({ url, owner }: ExternalN8n): Promise<ReachableN8n> {
	const client = createN8nClient(url);
	try {
		await client.logIn(owner);
	} catch (error) {
		const said = error instanceof Error ? error.message : String(error);
		throw new Trouble(
			isAxiosError(error)
				? `Nobody answers at N8N_URL, ${url} (${error.code ?? said}). Is that n8n running?`
				: `The n8n at N8N_URL, ${url}, does not let the owner in (${said}). Look at N8N_OWNER_EMAIL and N8N_OWNER_PASSWORD.`,
		);
	}
	const stored = [...(await client.workflows()), ...(await client.credentials())];
	if (stored.length > 0) {
		throw new Trouble(
			`Workflows or credentials are stored in the n8n at N8N_URL, ${url}. The tests need one of its own, new and empty: they leave theirs there.`,
		);
	}
	const { versionCli } = await client.rest<{ versionCli: string }>('GET', '/settings');
	return { version: versionCli, url, owner, client };
}

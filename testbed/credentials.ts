import type { Sandbox } from '../sandbox';

/**
 * What a person types into the two credentials to send to a sandbox, by type.
 *
 * @param baseUrl another address that leads to it
 */
export function credentialsFor(sandbox: Sandbox, baseUrl = sandbox.url) {
	const { accessToken, appId, appKey, messagePath, recipientField, rootOrgId } = sandbox;
	const shared = { baseUrl, messagePath, recipientField, recipientFormat: 'array', rootOrgId };
	return {
		tzeApi: { ...shared, accessToken },
		tzeAppApi: { ...shared, appId, appKey },
	};
}

/** The types of credential that the package has. */
export type CredentialType = keyof ReturnType<typeof credentialsFor>;

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** How far a call got before it was n8n's HTTP client's. */
export type Progress =
	/** An access token was being fetched: the call itself had not left. */
	| { step: 'fetchingToken' }
	/** The credential did not let the call go: it was not made. */
	| { step: 'refused'; error: unknown }
	/** The call was handed to n8n's HTTP client: it may have left. */
	| { step: 'authorized' };

/**
 * Progress by the very data object that n8n was handed for a call. n8n wraps whatever stops a call
 * in an error of its own, and before 2.38 neither its cause nor its class survives that (n8n.md,
 * trap 24): so the credential notes here what it did. Where nothing is noted, nothing is known.
 */
const progress = new WeakMap<ICredentialDataDecryptedObject, Progress>();

/** Data that is good for one call. */
const forOneCall = new WeakSet<ICredentialDataDecryptedObject>();

/** Data of its own for a call that n8n may not make twice (n8n.md, trap 29). */
export function dataForOneCall(
	data: ICredentialDataDecryptedObject,
): ICredentialDataDecryptedObject {
	const copy = { ...data };
	forOneCall.add(copy);
	return copy;
}

/** True when a call with this data may not be made any more. */
export function isUsedUp(data: ICredentialDataDecryptedObject): boolean {
	return forOneCall.has(data) && progressOf(data)?.step === 'authorized';
}

/** Leaves word of a call; the latest counts. */
export function noteProgress(data: ICredentialDataDecryptedObject, step: Progress): void {
	if (!isUsedUp(data)) progress.set(data, step);
}

/** The latest word, if there is any. */
export function progressOf(data: ICredentialDataDecryptedObject): Progress | undefined {
	return progress.get(data);
}

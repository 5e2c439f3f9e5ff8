import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { Trouble } from '../testbed/process/trouble';

/** Files of a key and of the certificate that goes with it, in PEM. */
export interface Certificate {
	keyFile: string;
	certificateFile: string;
}

/**
 * Makes a self-signed certificate for 127.0.0.1. Node itself cannot make one.
 *
 * @throws Trouble without `openssl`.
 */
export async function makeCertificate(folder: string): Promise<Certificate> {
	const keyFile = path.join(folder, 'key.pem');
	const certificateFile = path.join(folder, 'certificate.pem');
	const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
	const files = ['-keyout', keyFile, '-out', certificateFile];
	const args = ['req', '-x509', '-days', '2', ...curve, ...name, ...files];
	try {
		await promisify(execFile)('openssl', args);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code !== 'ENOENT') throw new Trouble(`openssl could not make a certificate: ${message}`);
		throw new Trouble('Measuring over TLS needs the program openssl on the PATH: install it.');
	}
	return { keyFile, certificateFile };
}

import { readExternalN8n } from '../../testbed/n8n/external';

const PASSWORD = 'Sn0w is closed';
const ENV = {
	N8N_URL: 'http://127.0.0.1:5678',
	N8N_OWNER_EMAIL: 'owner@school.example',
	N8N_OWNER_PASSWORD: PASSWORD,
};

it.each([{}, { N8N_URL: '' }, { ...ENV, N8N_URL: ' ' }])('%j names no n8n', (env) => {
	expect(readExternalN8n(env)).toBeUndefined();
});

it.each([
	['http://127.0.0.1:5678', 'http://127.0.0.1:5678'],
	[' https://n8n.school.example/ ', 'https://n8n.school.example'],
])('%j is read with its owner', (N8N_URL, url) => {
	expect(readExternalN8n({ ...ENV, N8N_URL })).toMatchObject({
		url,
		owner: { email: 'owner@school.example', password: PASSWORD },
	});
});

it.each([
	['127.0.0.1', 'N8N_URL is no address.'],
	['localhost:5678', 'N8N_URL begins with localhost: instead of http: or https:.'],
	['ftp://127.0.0.1', 'N8N_URL begins with ftp: instead of http: or https:.'],
	['http://127.0.0.1:5678/editor', 'N8N_URL has more than scheme, host and port.'],
	['http://owner:secret@127.0.0.1', 'N8N_URL has more than scheme, host and port.'],
])('%s is refused', (N8N_URL, sentence) => {
	const wanted = 'Give scheme, host and port alone, such as http://127.0.0.1:5678.';
	expect(() => readExternalN8n({ ...ENV, N8N_URL })).toThrow(
		expect.objectContaining({ message: `${sentence} ${wanted}` }),
	);
});

it.each([
	['N8N_OWNER_EMAIL', '', 'the e-mail address'],
	['N8N_OWNER_PASSWORD', ' ', 'the password'],
])('without %s, a sentence names it and tells no secret', (name, value, what) => {
	const said = `${name} is missing: ${what} of the owner of the n8n at N8N_URL.`;
	expect(() => readExternalN8n({ ...ENV, [name]: value })).toThrow(
		expect.objectContaining({ message: said }),
	);
});

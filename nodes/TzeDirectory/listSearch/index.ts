export function listSearchOf(_properties: unknown) {
	return {};
}

/**
 * The inbox's script: asks every two seconds whether anything has changed, and then replaces only what
 * has, so that nothing flickers and an open "Raw JSON" stays open.
 */
export const inboxScript = `
addEventListener('error', ({ target }) => {
	if (target instanceof HTMLImageElement) target.closest('figure')?.classList.add('broken');
}, true);

addEventListener('DOMContentLoaded', () => {
	let etag = document.body.dataset.etag;

	function showMessages(next) {
		const list = document.getElementById('messages');
		const wanted = [...next.getElementById('messages').children];
		const ids = new Set(wanted.map((one) => one.dataset.id));
		for (const one of [...list.children]) {
			if (!ids.has(one.dataset.id)) one.remove();
		}
		// The order never changes, so the messages that are left are in order already.
		let at = list.firstElementChild;
		for (const one of wanted) {
			if (at?.dataset.id === one.dataset.id) {
				at.querySelector('.again').textContent = one.querySelector('.again').textContent;
				at = at.nextElementSibling;
			} else {
				one.classList.add('fresh');
				list.insertBefore(document.importNode(one, true), at);
			}
		}
	}

	async function refresh() {
		const answer = await fetch(location.href, {
			headers: { 'if-none-match': etag, 'x-refresh': '1' },
			cache: 'no-store',
		});
		if (answer.status === 304) return;
		if (!answer.ok) throw new Error('HTTP ' + answer.status);
		const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
		document.title = next.body.dataset.title;
		document.getElementById('colors').textContent = next.body.dataset.colors;
		for (const id of ['summary', 'types', 'people', 'narrowed', 'empty', 'pages']) {
			const [old, fresh] = [document.getElementById(id), next.getElementById(id)];
			if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
		}
		showMessages(next);
		etag = next.body.dataset.etag;
	}

	(async function poll() {
		const reached = document.hidden || await refresh().then(() => true, () => false);
		const live = document.querySelector('.live');
		live.classList.toggle('off', !reached);
		live.textContent = reached ? 'live' : 'not reachable';
		setTimeout(poll, 2000);
	})();
});
`;

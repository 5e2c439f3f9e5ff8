/**
 * The inbox's script: asks every two seconds whether anything has changed, and then replaces only what
 * has, so that nothing flickers and an open "Raw JSON" stays open.
 */

const REFRESH_MS = 2000;

/** The parts that are replaced as a whole; messages are compared one by one. */
const PARTS = ['summary', 'types', 'people', 'narrowed', 'empty', 'pages'];

/**
 * @param {Document} page
 * @param {string} id
 */
function part(page, id) {
	const element = page.getElementById(id);
	if (!element) throw new Error(`The page has no #${id}`);
	return element;
}

/**
 * @param {Element} message
 * @returns {string | undefined} the id of a message
 */
function idOf(message) {
	return message instanceof HTMLElement ? message.dataset.id : undefined;
}

/**
 * How often a message with this busiId was sent, which is all that changes in a message.
 *
 * @param {Element} shown
 * @param {Element} next
 */
function updateMessage(shown, next) {
	const [old, fresh] = [shown.querySelector('.again'), next.querySelector('.again')];
	if (old && fresh) old.textContent = fresh.textContent;
}

/** @param {Document} next */
function showMessages(next) {
	const list = part(document, 'messages');
	const wanted = [...part(next, 'messages').children];
	const ids = new Set(wanted.map(idOf));
	for (const one of [...list.children]) {
		if (!ids.has(idOf(one))) one.remove();
	}
	// The order never changes, so the messages that are left are in order already.
	let at = list.firstElementChild;
	for (const one of wanted) {
		if (at && idOf(at) === idOf(one)) {
			updateMessage(at, one);
			at = at.nextElementSibling;
		} else {
			one.classList.add('fresh');
			list.insertBefore(document.importNode(one, true), at);
		}
	}
}

/** @param {Document} next */
function show(next) {
	const { title = '', colors = '' } = next.body.dataset;
	document.title = title;
	part(document, 'colors').textContent = colors;
	for (const id of PARTS) {
		const [old, fresh] = [part(document, id), part(next, id)];
		if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
	}
	showMessages(next);
}

/**
 * Asks for the page, and shows what has changed since `etag`.
 *
 * @param {string} etag of what is shown
 * @returns {Promise<string>} the etag of what is shown now
 */
async function refresh(etag) {
	const answer = await fetch(location.href, {
		headers: { 'if-none-match': etag, 'x-refresh': '1' },
		cache: 'no-store',
	});
	if (answer.status === 304) return etag;
	if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
	const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
	show(next);
	return next.body.dataset.etag ?? '';
}

/** @param {boolean} reached whether the sandbox answers */
function showReached(reached) {
	const live = part(document, 'live');
	live.classList.toggle('off', !reached);
	live.textContent = reached ? 'live' : 'not reachable';
}

/** @param {string} etag of what is shown */
async function poll(etag) {
	let shown = etag;
	try {
		if (!document.hidden) shown = await refresh(etag);
		showReached(true);
	} catch {
		showReached(false);
	}
	setTimeout(() => void poll(shown), REFRESH_MS);
}

// Before the first picture is there to fail: an error of a picture does not bubble, but can be captured.
addEventListener(
	'error',
	({ target }) => {
		if (target instanceof HTMLImageElement) target.closest('figure')?.classList.add('broken');
	},
	true,
);

addEventListener('DOMContentLoaded', () => void poll(document.body.dataset.etag ?? ''));

/**
 * The inbox's script: asks every two seconds whether anything has changed, and then replaces only what
 * has, so that nothing flickers and an open "Raw JSON" stays open.
 */

const REFRESH_MS = 2000;
/** So long after a letter nobody types on. */
const TYPING_MS = 200;

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

/** What is shown: the address it was asked for at, and its etag. */
const shown = { href: '', etag: '' };

/** Asks for the page, and shows what has changed. */
async function refresh() {
	const { href } = location;
	const answer = await fetch(href, {
		headers: { 'x-refresh': '1', ...(shown.href === href && { 'if-none-match': shown.etag }) },
		cache: 'no-store',
	});
	if (answer.status === 304) return;
	if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
	const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
	if (href !== location.href) return; // another search was typed meanwhile
	show(next);
	Object.assign(shown, { href, etag: next.body.dataset.etag ?? '' });
}

/** @param {boolean} reached whether the sandbox answers */
function showReached(reached) {
	const live = part(document, 'live');
	live.classList.toggle('off', !reached);
	live.textContent = (reached ? live.dataset.reached : live.dataset.unreached) ?? '';
}

async function refreshIfReached() {
	try {
		await refresh();
		showReached(true);
	} catch {
		showReached(false);
	}
}

async function poll() {
	if (!document.hidden) await refreshIfReached();
	setTimeout(() => void poll(), REFRESH_MS);
}

/** The search follows what is typed. Its field is never replaced, so nothing of it is lost. */
function followSearch() {
	const form = part(document, 'search');
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;

	function search() {
		clearTimeout(timer);
		if (!(form instanceof HTMLFormElement)) return;
		const query = new URLSearchParams();
		for (const [name, value] of new FormData(form)) {
			if (typeof value === 'string' && value.trim() !== '') query.set(name, value.trim());
		}
		const text = query.toString();
		history.replaceState(null, '', text === '' ? location.pathname : `?${text}`);
		if (location.href !== shown.href) void refreshIfReached();
	}

	/** @param {Event} event */
	function later(event) {
		// Pinyin is not yet what somebody looks for
		if (event instanceof InputEvent && event.isComposing) return;
		clearTimeout(timer);
		timer = setTimeout(search, TYPING_MS);
	}

	form.addEventListener('input', later);
	form.addEventListener('compositionend', later);
	form.addEventListener('submit', (event) => {
		event.preventDefault();
		search();
	});
}

// Before the first picture is there to fail: an error of a picture does not bubble, but can be captured.
addEventListener(
	'error',
	({ target }) => {
		if (target instanceof HTMLImageElement) target.closest('figure')?.classList.add('broken');
	},
	true,
);

addEventListener('DOMContentLoaded', () => {
	Object.assign(shown, { href: location.href, etag: document.body.dataset.etag ?? '' });
	followSearch();
	void poll();
});

// Draws a pointer where the mouse is, with a ring while its button is down; runs in the page of a browser.
{
	const pointer = document.createElement('div');
	pointer.style.cssText =
		'position:fixed;left:0;top:0;z-index:2147483647;pointer-events:none;visibility:hidden';
	const ring = document.createElement('div');
	ring.style.cssText =
		'position:absolute;left:-18px;top:-18px;width:36px;height:36px;box-sizing:border-box;' +
		'border:4px solid #ff6d2e;border-radius:50%;background:#ff6d2e33;visibility:hidden';
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	svg.setAttribute('viewBox', '0 0 24 30');
	svg.setAttribute('width', '24');
	svg.setAttribute('height', '30');
	svg.style.cssText = 'position:absolute;left:-2px;top:-2px';
	const arrow = document.createElementNS('http://www.w3.org/2000/svg', 'path');
	arrow.setAttribute('d', 'M2 2v21l5.6-5.2 3.7 8.7 4-1.7-3.7-8.5H19z');
	arrow.setAttribute('fill', '#111');
	arrow.setAttribute('stroke', '#fff');
	arrow.setAttribute('stroke-width', '2');
	svg.append(arrow);
	pointer.append(ring, svg);
	window.addEventListener(
		'mousemove',
		({ clientX, clientY }) => {
			if (!pointer.isConnected) document.documentElement.append(pointer);
			pointer.style.visibility = 'visible';
			pointer.style.transform = `translate(${clientX}px, ${clientY}px)`;
		},
		true,
	);
	window.addEventListener('mousedown', () => (ring.style.visibility = 'visible'), true);
	window.addEventListener('mouseup', () => (ring.style.visibility = 'hidden'), true);
}

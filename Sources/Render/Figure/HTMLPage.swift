/// What every page of HTML has: its style, its bar and its script.
enum HTMLPage {
  static let style = """
    :root { color-scheme: light dark; }
    :root[data-theme=light] { color-scheme: light; }
    :root[data-theme=dark] { color-scheme: dark; }
    html { background: var(--paper); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
    body { margin: 0; }
    header { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .6rem;
      align-items: center; padding: .5rem 1rem; background: var(--paper);
      border-bottom: 1px solid var(--rule); }
    header input { font: inherit; padding: .25rem .5rem; width: 22rem; max-width: 80vw; color: var(--text);
      background: var(--paper); border: 1px solid var(--faint); border-radius: 4px; }
    header button { font: inherit; padding: .25rem .7rem; color: var(--text);
      background: var(--paper); border: 1px solid var(--faint); border-radius: 4px; }
    #details { flex: 1 1 24rem; min-height: 2.9em; white-space: pre-wrap; }
    main { padding: 1rem; overflow-x: auto; }
    svg { display: block; max-width: none; }
    g.packet, g.call, g.state, g.note { cursor: pointer; }
    g:focus { outline: none; }
    svg.chosen g.packet, svg.chosen g.call { opacity: .22; }
    svg.chosen g.packet.hit, svg.chosen g.call.hit { opacity: 1; }
    g.here text { text-decoration: underline; }
    header input:focus-visible, header button:focus-visible {
      outline: 2px solid var(--client); outline-offset: 1px; }
    @media print { header { display: none; } }
    """

  static let bar = """
    <header>
    <label>Search <input id="search" type="search" placeholder="fin, write, c6, packet 3, woken" \
    autocomplete="off" aria-describedby="details"/></label>
    <button id="theme" type="button">Light or dark</button>
    <output id="details" aria-live="polite">Point at an arrow or a call, or press the arrow keys. \
    Keys: / searches, Enter pins, Esc unpins.</output>
    </header>
    """

  /// Texts are put in by textContent only, so nothing of them is ever read as HTML.
  static let script = """
    'use strict';
    const picture = document.querySelector('svg');
    const details = document.getElementById('details');
    const search = document.getElementById('search');
    const things = [...picture.querySelectorAll('g.packet, g.call')];
    const others = [...picture.querySelectorAll('g.state, g.note')];
    const title = thing => {
      const element = thing.querySelector(':scope > title');
      return element ? element.textContent : '';
    };
    const titles = new Map([...things, ...others].map(thing => [thing, title(thing)]));
    const hint = details.textContent;
    let here = null;
    let kept = null;

    // The browser's own tooltips would cover what is pointed at.
    for (const thing of titles.keys()) {
      thing.setAttribute('aria-label', titles.get(thing));
      thing.querySelector(':scope > title').remove();
    }
    for (const thing of things) thing.setAttribute('tabindex', '-1');
    if (things.length > 0) things[0].setAttribute('tabindex', '0');

    function related(thing) {
      const names = (thing.dataset.related || '').split(' ').filter(name => name !== '');
      const forth = names.map(name => document.getElementById(name)).filter(Boolean);
      const back = things.filter(other =>
        (other.dataset.related || '').split(' ').includes(thing.id));
      return [...new Set([thing, ...forth, ...back])];
    }

    function mark(chosen) {
      picture.classList.toggle('chosen', chosen !== null);
      for (const thing of things) {
        thing.classList.toggle('hit', chosen !== null && chosen.includes(thing));
      }
    }

    function show(thing) {
      if (here) here.classList.remove('here');
      here = thing;
      if (!thing) {
        details.textContent = hint;
        return;
      }
      thing.classList.add('here');
      details.textContent = titles.get(thing);
    }

    function find() {
      const words = search.value.toLowerCase().split(/\\s+/).filter(word => word !== '');
      if (words.length === 0) {
        mark(null);
        show(null);
        return;
      }
      const hits = things.filter(thing => {
        const text = (thing.id.replace('-', ' ') + ' ' + titles.get(thing)).toLowerCase();
        return words.every(word => text.includes(word));
      });
      mark(hits);
      details.textContent = hits.length === 0
        ? 'Nothing has all of these words.'
        : hits.length + ' of ' + things.length + ': ' + titles.get(hits[0]);
      if (hits.length > 0) hits[0].scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }

    function go(step) {
      const list = picture.classList.contains('chosen') && !kept
        ? things.filter(thing => thing.classList.contains('hit')) : things;
      if (list.length === 0) return;
      const index = list.indexOf(here);
      const next = index < 0 ? (step > 0 ? 0 : list.length - 1)
        : Math.min(Math.max(index + step, 0), list.length - 1);
      for (const thing of things) thing.setAttribute('tabindex', '-1');
      list[next].setAttribute('tabindex', '0');
      list[next].focus({ preventScroll: true });
      list[next].scrollIntoView({ block: 'nearest', inline: 'nearest' });
      show(list[next]);
    }

    function keep(thing) {
      kept = kept === thing ? null : thing;
      mark(kept ? related(kept) : null);
      show(thing);
    }

    function release() {
      kept = null;
      search.value = '';
      mark(null);
      show(null);
    }

    for (const thing of titles.keys()) {
      thing.addEventListener('mouseenter', () => show(thing));
      thing.addEventListener('focus', () => show(thing));
      thing.addEventListener('click', () => keep(thing));
    }
    search.addEventListener('input', () => { kept = null; find(); });
    document.getElementById('theme').addEventListener('click', () => {
      const root = document.documentElement;
      const isDark = root.dataset.theme
        ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
      root.dataset.theme = isDark ? 'light' : 'dark';
    });
    document.addEventListener('keydown', event => {
      const isTyping = event.target === search;
      if (event.key === 'Escape') { release(); search.blur(); }
      else if (event.key === '/' && !isTyping) { event.preventDefault(); search.focus(); }
      else if (event.key === 'ArrowDown' || event.key === 'j' && !isTyping) {
        event.preventDefault();
        go(1);
      } else if (event.key === 'ArrowUp' || event.key === 'k' && !isTyping) {
        event.preventDefault();
        go(-1);
      } else if (event.key === 'Enter' && here && event.target.tagName !== 'BUTTON') keep(here);
    });
    """
}

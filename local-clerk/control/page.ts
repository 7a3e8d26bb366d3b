/** The control page: one piece of plain HTML, so that Local Clerk needs no build. */
export const controlPage = /* html */ `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Local Clerk</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --bg: light-dark(#f8fafc, #0b1120); --card: light-dark(#fff, #131c31); --line: light-dark(#e2e8f0, #26334d); --text: light-dark(#0f172a, #e8edf6); --soft: light-dark(#526079, #9fb0cc); --accent: light-dark(#4338ca, #a5b4fc); --on-accent: light-dark(#fff, #111733); --good: light-dark(#15803d, #4ade80); --bad: light-dark(#b91c1c, #f87171); --warn: light-dark(#a16207, #facc15) }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, sans-serif }
  header, main { max-width: 1180px; margin: auto; padding: 1.25rem 1rem }
  header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem }
  h1 { font-size: 1.35rem; margin: 0 } h2 { font-size: 1rem; margin: 0 0 .75rem }
  main { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); padding-top: 0 }
  @media (min-width: 900px) { main { grid-template-columns: minmax(0, 1fr) minmax(0, 2fr) } .wide { grid-row: span 3 } }
  section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; min-width: 0 }
  .soft { color: var(--soft) } .small { font-size: .85rem }
  .stack { display: grid; gap: 1rem; align-content: start }
  ul { list-style: none; margin: 0; padding: 0 } li { padding: .6rem 0; border-top: 1px solid var(--line) } li:first-child { border: 0; padding-top: 0 }
  .row { display: flex; flex-wrap: wrap; gap: .35rem .75rem; align-items: center } .push { margin-left: auto }
  code { font-family: ui-monospace, monospace; font-size: .85em; overflow-wrap: anywhere }
  label { display: grid; gap: .25rem; font-size: .85rem; color: var(--soft); margin-bottom: .6rem }
  input, select, button { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: .5rem; background: var(--bg); padding: .4rem .6rem; min-width: 0 }
  button { cursor: pointer } button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600 }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
  .badge { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .55rem; font-size: .8rem }
  .delivered { color: var(--good) } .failed, .aborted { color: var(--bad) } .pending, .sending, .dropped { color: var(--warn) }
  summary { cursor: pointer } pre { overflow: auto; background: var(--bg); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; font-size: .8rem; max-height: 22rem }
  .faults { display: grid; grid-template-columns: 1fr 1fr; gap: 0 .75rem; align-items: end }
</style>
</head>
<body>
<header>
  <h1>Local Clerk</h1>
  <span class="soft" id="summary" role="status">Loading</span>
</header>
<main>
  <div class="stack">
    <section><h2>Accounts</h2><ul id="accounts"></ul><p class="small soft">Password <code id="password"></code>, or the e-mailed code <code>424242</code>.</p></section>
    <section><h2>Send an example</h2><form id="send">
      <label>Event type<select name="type"></select></label>
      <label>About the user<input name="id" value="user_123" autocomplete="off"></label>
      <button class="main">Send</button></form></section>
    <section><h2>Faults</h2><form id="faults">
      <div class="faults">
        <label>Twice, share<input name="duplicate" type="number" min="0" max="1" step="any"></label>
        <label>Dropped, share<input name="drop" type="number" min="0" max="1" step="any"></label>
        <label>Wrong signature, share<input name="wrong_signature" type="number" min="0" max="1" step="any"></label>
        <label>Delay, ms<input name="delay" type="number" min="0" step="1"></label>
        <label>Reorder within, ms<input name="reorder" type="number" min="0" step="1"></label>
      </div>
      <div class="row"><button class="main">Apply</button><button type="button" id="calm">All off</button><button type="button" id="rotate">Rotate the secret</button></div></form></section>
    <section><h2>Data</h2><div class="row"><button type="button" class="main" data-seed="3000">Make 3,000 people</button><button type="button" data-seed="100000">100,000</button><button type="button" id="reset">Reset to the four</button></div>
      <p class="small soft" id="said" role="status"></p></section>
  </div>
  <div class="stack">
    <section><h2>Messages</h2><ul id="messages"></ul><button type="button" id="older" hidden>Older</button></section>
    <section><h2>Users</h2><label>Search by name, e-mail or id<input id="query" type="search" autocomplete="off"></label><ul id="users"></ul></section>
    <section><h2>Sessions</h2><ul id="sessions"></ul></section>
  </div>
</main>
<script>
const $ = id => document.getElementById(id)
const base = location.pathname.replace(/\\/?$/, '/')
const el = (tag, props, ...children) => { const e = Object.assign(document.createElement(tag), props); e.append(...children); return e }
const time = at => new Date(at).toLocaleTimeString('en')
async function ask(path, body) {
  const response = await fetch(base + 'control' + path, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const json = await response.json()
  if (!response.ok) throw new Error(json.errors[0].long_message)
  return json
}
const say = text => { $('said').textContent = text }
const act = work => async event => { event?.preventDefault(); try { say(await work(event) ?? 'Done'); await refresh() } catch (error) { say(error.message) } }
let first = true, shown = new Map(), end
function message(m) {
  const open = shown.get(m.id)?.open
  const details = el('details', { open: Boolean(open) }, el('summary', {}, el('span', { className: 'row', style: 'display:inline-flex' },
    el('span', { className: 'badge ' + m.state, textContent: m.state }), el('strong', { textContent: m.type }), el('span', { className: 'soft small', textContent: time(m.created_at) + ' · ' + m.attempts.length + (m.attempts.length === 1 ? ' attempt' : ' attempts') }))))
  details.append(el('p', { className: 'small' }, el('code', { textContent: m.id })),
    el('ul', { className: 'small' }, ...m.attempts.map(a => el('li', { textContent: time(a.at) + ': ' + (a.status || a.error || 'no answer') + ' in ' + a.duration_ms + ' ms' }))),
    el('button', { type: 'button', textContent: 'Send again', onclick: act(() => ask('/replay', { id: m.id }).then(() => 'Sent again')) }),
    el('pre', { tabIndex: 0, textContent: JSON.stringify(m.body, null, 2) }))
  shown.set(m.id, details)
  return el('li', {}, details)
}
async function refresh() {
  const state = await ask('')
  $('summary').textContent = state.users.toLocaleString('en') + ' users, ' + (state.seeding ? state.seeding.done.toLocaleString('en') + ' of ' + state.seeding.count.toLocaleString('en') + ' made, ' : '') + (state.idle ? 'nothing waits' : state.waiting.toLocaleString('en') + ' messages wait')
  if (first) {
    first = false
    $('password').textContent = state.password
    $('accounts').replaceChildren(...state.accounts.map(a => el('li', { className: 'row' }, el('code', { textContent: a.email }), ...a.admin ? [el('span', { className: 'badge soft', textContent: 'admin' })] : [])))
    $('send').elements.type.replaceChildren(...state.eventTypes.map(type => el('option', { textContent: type })))
    for (const [name, value] of Object.entries(state.faults)) $('faults').elements[name].value = value
  }
  // A message that is open for reading stays as it is.
  if (![...shown.values()].some(details => details.open)) {
    shown = new Map()
    $('messages').replaceChildren(...state.messages.length ? state.messages.map(message) : [el('li', { className: 'soft', textContent: 'No message yet.' })])
    end = state.messages.at(-1)?.number
    $('older').hidden = state.messages.length < 50
  }
}
async function listSessions() {
  const { sessions } = await ask('/sessions')
  $('sessions').replaceChildren(...sessions.length ? sessions.map(s => el('li', { className: 'row' }, el('span', { className: 'badge soft', textContent: s.status }), el('code', { textContent: s.user_id }), el('span', { className: 'push small soft', textContent: time(s.created_at) })))
    : [el('li', { className: 'soft', textContent: 'Nobody has signed in.' })])
}
async function search() {
  const { users } = await ask('/users?query=' + encodeURIComponent($('query').value))
  $('users').replaceChildren(...users.length ? users.map(u => el('li', {}, el('div', { className: 'row' }, el('strong', { textContent: u.name || u.id }), el('span', { className: 'soft small', textContent: u.email ?? '' }), el('span', { className: 'push small soft', textContent: u.sessions + (u.sessions === 1 ? ' session' : ' sessions') })), el('code', { className: 'soft', textContent: u.id })))
    : [el('li', { className: 'soft', textContent: 'Nobody by that name.' })])
}
$('send').onsubmit = act(async () => { await ask('/send', Object.fromEntries(new FormData($('send')))); return 'Sent' })
$('faults').onsubmit = act(async () => { await ask('/faults', Object.fromEntries([...new FormData($('faults'))].map(([name, value]) => [name, Number(value)]))); return 'Faults applied' })
$('calm').onclick = act(async () => { for (const input of $('faults').querySelectorAll('input')) input.value = 0; await ask('/faults', { duplicate: 0, drop: 0, wrong_signature: 0, delay: 0, reorder: 0 }); return 'All faults are off' })
$('rotate').onclick = act(async () => { await ask('/rotate-secret', {}); return 'Both secrets sign for 24 hours: restart the app to take the new one' })
$('reset').onclick = act(async () => { if (!confirm('Delete every user, session and message?')) return 'Nothing was reset'; await ask('/reset', {}); await search(); return 'Reset' })
$('older').onclick = act(async () => { const { messages } = await ask('?before=' + end); $('messages').append(...messages.map(message)); end = messages.at(-1)?.number; $('older').hidden = messages.length < 50; return '' })
for (const button of document.querySelectorAll('[data-seed]')) button.onclick = act(async () => { button.disabled = true; say('Making people'); try { await ask('/seed', { count: Number(button.dataset.seed), live: true }) } finally { button.disabled = false } await search(); return 'They are here: their webhooks are on the way' })
$('query').oninput = () => search().catch(error => say(error.message))
const loop = async () => { await Promise.all([refresh(), listSessions()]).catch(error => { $('summary').textContent = error.message }); setTimeout(loop, document.hidden ? 10000 : 2000) }
loop(); search()
</script>
</body>
</html>
`

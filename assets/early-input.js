{
  const inputs = new Map()
  let pressed
  const listeners = {
    input({ target }) {
      // The browser keeps files, and lets no script choose them.
      inputs.set(target, target.type === 'file' ? {} : { value: target.value, checked: target.checked })
    },
    click({ target }) {
      pressed = target.closest('button') ?? pressed
    },
    submit(event) {
      // Only Vue can submit a form without an action.
      if (event.target.hasAttribute('action')) return
      event.preventDefault()
      pressed = event.submitter ?? event.target
    },
  }
  for (const name in listeners) addEventListener(name, listeners[name], true)
  window.takeEarlyInput = () => {
    for (const name in listeners) removeEventListener(name, listeners[name], true)
    return { inputs, pressed }
  }
}

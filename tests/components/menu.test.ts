import type { VueWrapper } from '@vue/test-utils'
import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, describe, expect, it } from 'vitest'
import UiMenu from '../../components/ui/UiMenu.vue'

let menu: VueWrapper
afterEach(() => menu.unmount())

async function openMenu() {
  menu = await mountSuspended(UiMenu, {
    attachTo: document.body,
    slots: {
      summary: () => 'Actions',
      default: () => [h('button', { id: 'inside' }, 'Inside')],
      dialog: () => h('button', { id: 'dialog' }, 'In a dialog'),
    },
  })
  const details = menu.get('details').element as HTMLDetailsElement
  details.open = true
  return details
}
const elsewhere = () => document.body.appendChild(document.createElement('button'))

describe('a menu', () => {
  it('closes on Escape, with focus back on its button', async () => {
    const details = await openMenu()
    await menu.get('#inside').trigger('keydown', { key: 'Escape' })
    expect(details.open).toBe(false)
    expect(document.activeElement).toBe(menu.get('summary').element)
  })

  it('closes when focus or a press goes elsewhere, and not when either stays inside', async () => {
    const details = await openMenu()
    const inside = menu.get('#inside').element
    inside.dispatchEvent(new FocusEvent('focusout', { bubbles: true, relatedTarget: menu.get('#dialog').element }))
    inside.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    expect(details.open).toBe(true)
    inside.dispatchEvent(new FocusEvent('focusout', { bubbles: true, relatedTarget: elsewhere() }))
    expect(details.open).toBe(false)

    details.open = true
    elsewhere().dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    expect(details.open).toBe(false)
  })

  it('stays open when focus leaves the window', async () => {
    const details = await openMenu()
    menu.get('#inside').element.dispatchEvent(new FocusEvent('focusout', { bubbles: true, relatedTarget: null }))
    expect(details.open).toBe(true)
  })
})

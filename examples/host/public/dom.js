/**
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes
 * @typedef {Node | string | null | undefined | false} Child
 */

/**
 * An element with attributes, listeners (`onclick`, …) and children. A string becomes a text node, never markup: that is
 * what keeps everything that people write harmless.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value))
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false))
  return made
}

/**
 * The element of the page with this id.
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @param {new () => Kind} [kind]
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id)
  if (found === null || !(found instanceof (kind ?? HTMLElement))) throw new Error(`The page lacks #${id}.`)
  return /** @type {Kind} */ (found)
}

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap()

/**
 * Makes the children of a list those of `items`, in their order. A child is drawn anew only when its item looks
 * different, so that focus, selection and what a screen reader has read stay where they are.
 * @template Item
 * @param {HTMLElement} list
 * @param {Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => unknown} looksOf Everything that its picture depends on, as JSON.
 * @param {(item: Item) => HTMLElement} draw
 */
export function reconcile(list, items, keyOf, looksOf, draw) {
  const before = new Map([...list.children].map((child) => [child.getAttribute('data-key'), child]))
  let place = list.firstElementChild
  for (const item of items) {
    const key = keyOf(item)
    const looks = JSON.stringify(looksOf(item))
    const old = before.get(key)
    before.delete(key)
    const child = old !== undefined && drawn.get(old) === looks ? old : drawAnew(item, key, looks, draw)
    if (old === place) place = place?.nextElementSibling ?? null
    if (old !== undefined && old !== child) replaceKeepingFocus(old, child)
    else if (child.nextElementSibling !== place || child.parentNode !== list) list.insertBefore(child, place)
  }
  for (const gone of before.values()) gone.remove()
}

/**
 * @template Item
 * @param {Item} item
 * @param {string} key
 * @param {string} looks
 * @param {(item: Item) => HTMLElement} draw
 */
function drawAnew(item, key, looks, draw) {
  const child = draw(item)
  child.setAttribute('data-key', key)
  drawn.set(child, looks)
  return child
}

/**
 * @param {Element} old
 * @param {Element} fresh
 */
function replaceKeepingFocus(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null
  const action = focused?.getAttribute('data-action')
  old.replaceWith(fresh)
  if (focused === null) return
  const same = action ? fresh.querySelector(`[data-action="${action}"]`) : null
  if (same instanceof HTMLElement) same.focus()
}

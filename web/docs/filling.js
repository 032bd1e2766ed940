// Fills in what an example takes from an earlier answer, as the OpenAPI document says: ids, keys, and the page's own origin.

const keyScheme = 'key'

/**
 * Returns what makes Swagger UI do so: a plugin of it, and what to call when it has read the document and when it has drawn.
 * @param {(text: string) => void} say tells what has changed for the whole page
 */
export function createFilling (say) {
  /** The newest values, by name; and which text stands for which name: braces, or a value that is no longer the newest. */
  const known = {}
  const names = new Map()
  let system
  let api
  let isOpen = false

  function learn (name, value) {
    if (value === undefined || known[name] === value) return
    const before = known[name]
    names.set(before ?? `{${name}}`, name)
    known[name] = value
    fillParameters(name, before)
    fillBodies()
  }

  /** Puts a value into every field that is empty, or has the one before. */
  function fillParameters (name, before) {
    const { specSelectors, specActions } = system
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, { parameters = [] }] of Object.entries(methods)) {
        for (const place of parameters.keys()) {
          if (parameters[place]['x-given'] !== name) continue
          const parameter = specSelectors.specJson().getIn(['paths', path, method, 'parameters', place])
          const current = specSelectors.parameterWithMetaByIdentity([path, method], parameter).get('value')
          if (current === undefined || current === '' || current === before) {
            specActions.changeParamByIdentity([path, method], parameter, known[name], false)
          }
        }
      }
    }
  }

  /** Puts the newest values into the bodies that are shown: those of closed routes are made when they are opened. */
  function fillBodies () {
    for (const field of document.querySelectorAll('.body-param__text')) {
      const block = field.closest('.opblock')
      const { path } = block.querySelector('[data-path]').dataset
      const method = Object.keys(api.paths[path]).find(method => block.classList.contains(`opblock-${method}`))
      const value = filledBody(field.value, api.paths[path][method])
      if (value !== field.value) system.oas3Actions.setRequestBodyValue({ value, pathMethod: [path, method] })
    }
  }

  function filledBody (text, { requestBody }) {
    for (const { examples = {} } of Object.values(requestBody.content)) {
      for (const { value } of Object.values(examples)) {
        // Lines of JSON are taken for one text in JSON.
        if (typeof value === 'string' && text === JSON.stringify(value)) return value
      }
    }
    return [...names].reduce((text, [old, name]) => text.replaceAll(old, known[name]), text)
  }

  function read (route, { headers = {}, obj: body }) {
    for (const [name, { by, header, pointer, when = {} }] of Object.entries(api['x-given'])) {
      if (by !== route || Object.entries(when).some(([field, value]) => body?.[field] !== value)) continue
      learn(name, header === undefined ? at(body, pointer) : headers[header])
    }
  }

  /** Goes on with the first key, which ends the time without one. Returns whether it does. */
  function useKey (route, { obj: body }) {
    if (!isOpen || !/^POST .*\/keys$/.test(route)) return false
    isOpen = false
    if (body.kind !== 'api') {
      say('The service asks for a key from now on. Make one where it runs, and put it in with Authorize.')
      return false
    }
    const schema = system.specSelectors.securityDefinitions().get(keyScheme)
    system.authActions.authorize({ [keyScheme]: { name: keyScheme, schema, value: body.key } })
    say('The service asks for a key from now on. This page goes on with the one that you have made: copy it, it is shown once.')
    return true
  }

  return {
    plugin (made) {
      system = made.getSystem()
      const setResponse = original => (path, method, response) => {
        const done = original(path, method, response)
        if (response.ok) {
          const route = `${method.toUpperCase()} ${path}`
          // The key that the page goes on with is not offered to be revoked.
          if (!useKey(route, response)) read(route, response)
        }
        return done
      }
      return { statePlugins: { spec: { wrapActions: { setResponse } } } }
    },
    begin () {
      api = system.specSelectors.specJson().toJS()
      const given = api['x-known'] ?? {}
      isOpen = given.site !== undefined
      for (const [name, value] of Object.entries({ page: window.location.origin, ...given })) learn(name, value)
    },
    drawn () {
      if (api) fillBodies()
    },
  }
}

/** Follows a JSON pointer. */
function at (value, pointer) {
  return pointer.split('/').slice(1).reduce((inner, part) => inner?.[part], value)
}

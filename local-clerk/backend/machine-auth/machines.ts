import { defineEventHandler, getQuery, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { z } from 'zod'
import { readInput } from '../../machine-auth/input.ts'
import type { Machine } from '../../machine-auth/machines.ts'
import { ordered } from '../context.ts'
import type { Context } from '../context.ts'

const name = z.string().min(1).max(255)
const lifetime = z.int().min(1).max(315_360_000)
const created = z.object({
  name,
  scoped_machines: z.array(z.string()).max(150).default([]),
  default_token_ttl: lifetime.default(3_600),
})
const changed = z.object({ name: name.optional(), default_token_ttl: lifetime.optional() })

const idInPath = (event: H3Event) => getRouterParam(event, 'id') ?? ''

export function addMachineRoutes(router: Router, { machineAuth: { machines } }: Context): void {
  const secretOf = ({ secret_key }: Machine) => ({ object: 'machine_secret_key', secret: secret_key })

  router.get('/v1/machines', defineEventHandler((event) => {
    const wanted = String(getQuery(event).query ?? '')
    const found = machines.list().filter(({ id, name }) => id === wanted || name.includes(wanted))
    return ordered(event, found, machines.toJSON)
  }))
  router.post('/v1/machines', defineEventHandler(async (event) => {
    const machine = machines.create(await readInput(event, created))
    return { ...machines.toJSON(machine), secret_key: machine.secret_key }
  }))
  router.get('/v1/machines/:id', defineEventHandler(event => machines.toJSON(machines.get(idInPath(event)))))
  router.patch('/v1/machines/:id', defineEventHandler(async (event) => {
    return machines.toJSON(machines.update(idInPath(event), await readInput(event, changed)))
  }))
  router.delete('/v1/machines/:id', defineEventHandler(event => machines.remove(idInPath(event))))
  router.get('/v1/machines/:id/secret_key', defineEventHandler(event => secretOf(machines.get(idInPath(event)))))
  router.post('/v1/machines/:id/secret_key/rotate', defineEventHandler(async (event) => {
    const { previous_token_ttl } = await readInput(event, z.object({ previous_token_ttl: z.int().min(0).max(28_800) }))
    return secretOf(machines.rotateSecret(idInPath(event), previous_token_ttl))
  }))
  router.post('/v1/machines/:id/scopes', defineEventHandler(async (event) => {
    const { to_machine_id } = await readInput(event, z.object({ to_machine_id: z.string() }))
    return machines.addScope(idInPath(event), to_machine_id)
  }))
  router.delete('/v1/machines/:id/scopes/:other', defineEventHandler((event) => {
    return machines.removeScope(idInPath(event), getRouterParam(event, 'other') ?? '')
  }))
}

import type { Check } from '../../../shared/sync.ts'
import { compareIndexes, declaredIndexes } from '../../database/indexes.ts'
import type { IndexDifference } from '../../database/indexes.ts'
import { within } from '../../deadline.ts'
import type { Opening } from './database.ts'
import { inspectDatabase } from './database.ts'
import { callLimit, failed, ok, warning } from './finding.ts'

/** Whether the database has the declared indexes, and no others. */
export function checkIndexes(opening: Opening): Promise<Check> {
  return inspectDatabase('Indexes', opening, async (db) => {
    const differences = await within(callLimit, compareIndexes(db))
    const names = (wanted: IndexDifference['kind']) => differences
      .filter(({ kind }) => kind === wanted)
      .map(({ collection, index }) => `${collection}.${index}`)
      .join(', ')
    const [missing, different, undeclared] = [names('missing'), names('different'), names('undeclared')]
    const found = [
      missing && `Missing: ${missing}`,
      different && `Defined differently: ${different}`,
      undeclared && `Not declared: ${undeclared}`,
    ].filter(Boolean).join('. ')
    const declared = [...declaredIndexes().values()].reduce((sum, { size }) => sum + size, 0)
    if (differences.every(({ kind }) => kind === 'missing') && differences.length === declared) {
      return warning('None has been built yet', 'Start the app, which builds them')
    }
    // Writes rely on unique indexes alone; without others, searches are slow or old data stays.
    const find = differences.some(({ declared }) => declared?.unique) ? failed : warning
    if (different) return find(found, 'Look at the plan of `npm run indexes`, then run it with --apply')
    if (missing) return find(found, 'Wait until the running app has built them, or run `npm run indexes -- --apply`')
    if (undeclared) {
      return warning(
        `${found}. They slow down every write`,
        'If nothing uses them, run `npm run indexes -- --apply`, which drops them',
      )
    }
    return ok('All are present, and as declared')
  })
}
